"""What asks to be looked at: the stage over the map, its sound, and who points the wall."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser_fixture import ARGS, chromium

from .frames import NOW
from .harness import ASSETS, Fixture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]
#: what a kiosk is started with, so that sound needs no hand (docs/steering.md)
KIOSK = "--autoplay-policy=no-user-gesture-required"
#: counts what the browser is given to sound; it sounds all the same
COUNT = """
  window.tones = [];
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...rest) {
    window.tones.push(this.frequency.value);
    return start.apply(this, rest);
  };
"""


@pytest.fixture
def served() -> Iterator[Fixture]:
    with Fixture("chifeng") as fixture:
        yield fixture


def opened(browser: Browser, served: Fixture, **more: str) -> Page:
    page = browser.new_page(viewport={"width": 1366, "height": 768})
    page.add_init_script(COUNT)
    page.goto(served.url("zh", **more))
    expect(page.locator("body")).to_have_attribute("data-state", "live", timeout=15_000)
    page.wait_for_selector("#gw-map .area-label", state="attached")
    page.wait_for_timeout(300)
    return page


def news(served: Fixture, *names: str, level: str = "red", ago: int = 2000) -> None:
    """Report events; the last one is the newest."""
    order, rows = served.state["alerts"]["order"], {}
    for number, name in enumerate(names):
        rows[name] = {
            "event_id": name,
            "level": level,
            "category": "gas-leak",
            "department": "zj",
            "county": "150402",
            "area": "150402001",
            "place": "150402001",
            "ts": NOW - ago + number,
            "lon": 118.96,
            "lat": 42.27,
        }
    served.show({"alerts": {"order": [*rows, *order], "rows": rows}})


def gone(served: Fixture, name: str) -> None:
    order = [one for one in served.state["alerts"]["order"] if one != name]
    served.show({"alerts": {"order": order, "rows": {name: None}}})


def test_rules_by_plain_numbers(browser: Browser) -> None:
    page = browser.new_page()
    code = (ASSETS / "wall/stage/attention.mjs").read_text("utf-8")
    page.add_script_tag(type="module", content=f"{code}window.Attention = Attention;")
    page.wait_for_function("window.Attention !== undefined")
    results: dict[str, Any] = page.evaluate(
        """() => {
          const red = (id, ts) => ({ event_id: id, level: "red", ts });
          const make = () => { const a = new Attention(); return a; };
          const on = (a, at) => {
            const o = a.look(at);
            return o && o.id + (o.gone ? "!" : "") + o.waiting;
          };
          const out = {};
          let a = make();  // at the page's load: only what is young
          a.take([red("old", 0), red("young", 650000)], 0, 1000000);
          a.alive(0);
          out.load = [on(a, 0), on(a, 59999), on(a, 60000)];
          a = make(); a.take([], 0, 1e6); for (let t = 0; t <= 5000; t += 1000) a.alive(t);
          a.take([red("late", 1)], 5000, 1e6);  // told late, but new on this wall
          out.late = on(a, 5000);
          a.take([red("late", 1), red("b", 2), red("c", 3)], 6000, 1e6);
          out.turns = [on(a, 12999), on(a, 13000), on(a, 21000), on(a, 29000)];
          a.take([red("late", 1), red("c", 3)], 30000, 1e6);  // b is acknowledged
          out.leaves = [on(a, 30000), on(a, 32999), on(a, 33000)];
          a.alive(33000); a.take([red("late", 1), red("c", 3), red("d", 4)], 94000, 1e6);
          out.blind = a.waiting.map((one) => one.id);  // came while nobody could see
          a = make(); a.take([], 0, 1e6); a.alive(0); a.alive(3000);
          const many = Array.from({ length: 20 }, (_, n) => red("m" + n, 500 + n));
          a.take(many, 3000, 1e6);
          a.take([...many.slice(1), red("slid", 100)], 3100, 1e6);
          out.slid = a.waiting.some((one) => one.id === "slid");
          return out;
        }"""
    )
    page.close()
    assert results["load"] == ["young0", "young0", None]
    assert results["late"] == "late0"
    assert results["turns"] == ["late2", "c2", "b2", "b2"]
    assert results["leaves"] == ["b!2", "b!2", "c1"]
    assert "d" not in results["blind"]
    assert results["slid"] is False


def test_a_red_takes_the_stage_covers_no_number_and_leaves(
    browser: Browser, served: Fixture
) -> None:
    page = opened(browser, served, rotate="5", scenes="overview,queue")
    stage = page.locator("#gw-onstage")
    expect(stage).to_be_hidden()
    news(served, "n1", "n2", "n3")
    expect(stage).to_have_attribute("data-event", "n3", timeout=3000)
    expect(stage.locator(".more")).to_have_text("+2")
    for words in ("红色事项", "燃气泄漏", "红山区", "住房建设局", "尚未认领"):
        expect(stage).to_contain_text(words)
    box = stage.bounding_box()
    assert box is not None
    for other in page.locator(".kpis, .levels, .queue").all():
        theirs = other.bounding_box()
        assert theirs is not None
        assert box["x"] >= theirs["x"] + theirs["width"] or theirs["x"] >= box["x"] + box["width"]
    clock = stage.locator(".ago").inner_text()
    expect(stage.locator(".ago")).not_to_have_text(clock)
    assert page.evaluate("gridwall.scenes.held()") is True
    for name in ("n1", "n2"):
        gone(served, name)
    expect(stage.locator(".more")).to_have_text("")
    gone(served, "n3")
    expect(stage).to_have_attribute("data-gone", "yes")
    expect(stage.locator(".note")).to_have_text("已认领或已结束")
    expect(stage).to_be_hidden(timeout=5000)
    assert page.evaluate("gridwall.scenes.held()") is False
    first = served.state["queue"]["order"][3]
    row = page.locator(f'#gw-queue [data-event="{first}"]')
    news(served, first, level="orange")
    expect(row).to_have_attribute("data-lit", "yes")
    expect(stage).to_be_hidden()
    page.close()


def test_sound_on_a_kiosk(browser: Browser, served: Fixture) -> None:
    own = browser.browser_type.launch(executable_path=chromium(), args=[*ARGS, KIOSK])
    try:
        page = opened(own, served, quiet="22:00-07:00")
        expect(page.locator("body")).to_have_attribute("data-sound", "on")
        expect(page.locator("#gw-sound")).to_be_hidden()
        news(served, "n1")
        expect(page.locator("#gw-onstage")).to_be_visible()
        page.wait_for_timeout(300)
        assert page.evaluate("gridwall.chime.state()") == "running"
        assert page.evaluate("tones.length") == 2
        # no voice here: nothing is spoken, and nothing breaks
        assert page.evaluate("gridwall.voice.say('红', 'zh-CN', 1)") is False
        assert page.evaluate(
            "gridwall.sound.words({category: 'gas-leak', area: '150402001', county: '150402'})"
        ) == ("红色事项：燃气泄漏，红山区西屯街道")
        again = "gridwall.sound.red({category: 'gas-leak', area: '150402001', county: '150402'})"
        page.wait_for_timeout(2500)  # one sounds at a time: let the first one end
        page.evaluate("gridwall.sound.mute()")
        expect(page.locator("#gw-sound")).to_have_text("已静音")
        page.evaluate(again)
        assert page.evaluate("tones.length") == 2
        page.evaluate("gridwall.sound.mute()")
        page.evaluate("gridwall.options.quiet = '17:00-18:00'")  # it is 17:32 in the city
        page.evaluate(again)
        assert page.evaluate("tones.length") == 2
        hours = "[22, 6, 7, 12].map((h) => gridwall.sound.inside('22:00-07:00', 60 * h))"
        assert page.evaluate(hours) == [True, True, False, False]
        page.evaluate("gridwall.options.quiet = ''")
        page.evaluate(again)
        page.wait_for_timeout(200)
        assert page.evaluate("tones.length") == 4
    finally:
        own.close()


def order(name: str, seconds: float, **more: Any) -> dict[str, Any]:
    about = {"device": "", "scene": "", "area": "", "event": "", "by": "demo", "at": NOW}
    return {"id": name, **about, "until": NOW + round(seconds * 1000), **more}


def test_steered_by_hand_red_first_then_back(browser: Browser, served: Fixture) -> None:
    page = opened(browser, served, device="lobby")
    main, stage = page.locator("main.main"), page.locator("#gw-onstage")
    served.steer = [order("o1", 600, scene="queue", device="elsewhere")]
    page.wait_for_timeout(1300)
    expect(main).to_have_attribute("data-scene", "overview")
    notice = {
        "level": "orange",
        "status": "accepted",
        "category": "road-collapse",
        "department": "zj",
        "county": "150402",
        "area": "150402001",
        "ts": NOW - 9_000_000,
        "lon": 118.9,
        "lat": 42.2,
        "clock": "handle",
        "due": NOW + 7_200_000,
        "step": 2,
        "owner": "township",
        "acknowledged": True,
    }
    served.steer = [order("o2", 600, scene="map", device="lobby", event="e9", told=notice)]
    expect(main).to_have_attribute("data-scene", "map", timeout=3000)
    expect(page.locator("#gw-steer")).to_have_text(re.compile("由 演示管理员 指定 · 17:42 返回"))
    expect(stage).to_have_attribute("data-kind", "steered")
    expect(stage.locator(".ago")).to_have_text(re.compile("^1:59:"))
    news(served, "n1")
    expect(stage).to_have_attribute("data-event", "n1", timeout=3000)
    gone(served, "n1")
    expect(stage).to_have_attribute("data-event", "e9", timeout=6000)
    served.steer = []
    expect(main).to_have_attribute("data-scene", "overview", timeout=3000)
    expect(stage).to_be_hidden()
    # its time runs out although nothing is heard any more
    passed = page.evaluate("performance.now()")
    served.steer = [order("o3", 999, scene="queue")]
    expect(main).to_have_attribute("data-scene", "queue", timeout=3000)
    until = served._beat()["wall"] - NOW + 3000
    served.steer = [order("o3", until / 1000, scene="queue")]
    page.wait_for_timeout(1200)
    served.down = True
    expect(main).to_have_attribute("data-scene", "overview", timeout=6000)
    assert page.evaluate("performance.now()") > passed
    page.close()
