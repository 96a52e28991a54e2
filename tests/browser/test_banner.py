"""Banners hide nothing of what they speak of: of the data's state, and of a red event on stage.

Their words are whole, whatever they have to say.
"""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from data_sources.store.soundness import RISKS
from data_sources.store.trouble import Cause

from .faults import faults, settled
from .harness import Fixture
from .test_attention import gone, news
from .test_wall_look import GO, LANGUAGES, open_wall

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

SIZES = ((1080, 1920), (1024, 768), (1920, 1080))
STOPPED: dict[str, Any] = {"state": "engine-stopped", "lag": 9}
#: (age of the data in ms, health of the beats)
STATES: list[tuple[int, dict[str, Any]]] = [
    (192_000, {"state": "live", "stop": None}),
    (400, {"state": "feed-silent", "stop": "feed"}),
    *[(400, {**STOPPED, "stop": stop}) for stop in ("redis", "projector", "clock", "data")],
    *[(400, {**STOPPED, "stop": "redis", "cause": c}) for c in Cause if c is not Cause.OTHER],
    *[(400, {"state": "live", "stop": None, "risks": [risk]}) for risk in RISKS],
]
#: what the banner's letters reach into: panels, and whatever else is on the screen there
HIDDEN = """
() => {
  const banner = document.getElementById("gw-banner");
  const box = banner.getBoundingClientRect();
  const head = document.querySelector(".head").getBoundingClientRect();
  const out = [];
  if (banner.scrollHeight > banner.clientHeight + 1) out.push("its own words are cut");
  if (box.top < head.top - 0.5 || box.bottom > head.bottom + 0.5) out.push("leaves the header");
  const across = (a) => a.left + 1 < box.right && box.left + 1 < a.right;
  const along = (a) => a.top + 1 < box.bottom && box.top + 1 < a.bottom;
  for (const part of document.querySelectorAll(".main > .panel, .gw-map, .brand, .when, .clock")) {
    const at = part.getBoundingClientRect();
    if (across(at) && along(at)) out.push("over " + part.className);
  }
  const map = document.querySelector(".panel.map .canvas").getBoundingClientRect();
  const shown = (x, y) => document.elementFromPoint(x, y).closest(".panel.map") !== null;
  for (const share of [0.1, 0.5, 0.9]) {
    if (!shown(map.left + share * map.width, map.top + share * map.height)) out.push("map hidden");
  }
  return out;
}
"""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_whatever_it_says(browser: Browser, lang: str) -> None:
    found = {}
    with Fixture("chifeng") as served:
        watched = open_wall(browser, served, lang, SIZES[0], scene="map")
        page = watched.page
        banner = page.locator("#gw-banner")
        words = ""
        for age, health in STATES:
            served.age, served.health = age, health
            expect(banner).not_to_have_text(words, timeout=6000)
            words = banner.inner_text()
            for size in SIZES:
                page.set_viewport_size({"width": size[0], "height": size[1]})
                if wrong := page.evaluate(HIDDEN):
                    found[f"{size[0]}: {words}"] = wrong
        served.down = True
        expect(page.locator("body")).to_have_attribute("data-state", "link-lost", timeout=15_000)
        for size in SIZES:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            page.evaluate(GO, "overview")
            settled(page)
            wrong = [*page.evaluate(HIDDEN), *faults(page)]
            if wrong:
                found[f"{size[0]}: link lost"] = wrong
        watched.context.close()
    assert found == {}


#: the stage, what of the map there is, and the newest red event's mark; CSS px of the screen
STAGE = """
() => {
  const of = (selector) => document.querySelector(selector).getBoundingClientRect().toJSON();
  const { left, top } = of("#gw-map");
  const one = gridwall.map.marks.list.findIndex((mark) => mark.newest);
  const { x, y, w, h } = gridwall.map.marks.boxes()[one];
  return { stage: of("#gw-onstage"), map: of("#gw-map"), panel: of(".panel.map"),
           mark: [left + x + w / 2, top + y + h / 2] };
}
"""


def test_a_red_event_on_stage(browser: Browser) -> None:
    with Fixture("chifeng") as served:
        watched = open_wall(browser, served, "en", SIZES[0])
        page = watched.page
        before = page.evaluate("gridwall.map.leaflet.getCenter()")
        newest = 1 + max(one[3] for one in served.state["points"].values())
        served.show({"points": {"n1": [118.96, 42.27, "red", newest]}})
        for size in SIZES:
            page.set_viewport_size({"width": size[0], "height": size[1]})
            news(served, "n1")
            expect(page.locator("#gw-onstage")).to_be_visible(timeout=3000)
            page.wait_for_timeout(2500)
            found = page.evaluate(STAGE)
            stage, map_, panel = found["stage"], found["map"], found["panel"]
            assert stage["bottom"] <= map_["top"] + 1, size
            assert stage["top"] >= panel["top"] - 1
            assert map_["bottom"] - map_["top"] > 0.35 * (panel["bottom"] - panel["top"]), size
            x, y = found["mark"]
            assert abs(x - (map_["left"] + map_["right"]) / 2) < 0.1 * map_["width"], size
            assert abs(y - (map_["top"] + map_["bottom"]) / 2) < 0.1 * map_["height"], size
            gone(served, "n1")
            expect(page.locator("#gw-onstage")).to_be_hidden(timeout=6000)
            page.wait_for_timeout(1500)
        page.set_viewport_size({"width": SIZES[0][0], "height": SIZES[0][1]})
        back = "(lat) => Math.abs(gridwall.map.leaflet.getCenter().lat - lat) < 0.01"
        page.wait_for_function(back, arg=before["lat"], timeout=8000)
        assert not page.evaluate("document.querySelector('.panel.map .canvas').style.marginTop")
        watched.context.close()
        assert watched.wrong == []


@pytest.mark.parametrize("city", ["chifeng", "la"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_surge_next_to_the_hint_about_sound(browser: Browser, lang: str, city: str) -> None:
    hint = """() => {
      const node = document.getElementById("gw-sound");
      node.textContent = gridwall.names.text["sound.enable"];
      node.hidden = false;
      const surge = document.getElementById("gw-surge");
      return [surge.scrollHeight - surge.clientHeight, surge.getBoundingClientRect().right,
              node.getBoundingClientRect().left, node.getBoundingClientRect().right];
    }"""
    with Fixture(city) as served:
        served.show({"kpi": {"yesterday": None}})
        watched = open_wall(browser, served, lang, SIZES[0])
        cut, surge, left, right = watched.page.evaluate(hint)
        assert cut <= 1
        assert surge < left < right <= SIZES[0][0]
        assert faults(watched.page) == []
        # both clocks' numbers stay, with nothing of yesterday to compare with
        for size in SIZES:
            watched.page.set_viewport_size({"width": size[0], "height": size[1]})
            settled(watched.page)
            expect(watched.page.locator('.kpis [data-kpi="all.overdue"]')).to_be_visible()
            both = watched.page.locator(".kpis .two-of")
            card, inner = both.locator("xpath=../..").bounding_box(), both.bounding_box()
            assert card is not None
            assert inner is not None
            response = both.locator('[data-kpi="all.response_overdue"]').bounding_box()
            assert response is not None
            assert response["x"] + response["width"] <= card["x"] + card["width"]
            assert abs(response["y"] - inner["y"]) < 0.5 * inner["height"]
        watched.context.close()
