"""What asks to be looked at: the stage over the map, its sound, and who points the wall."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser_fixture import ARGS, chromium

from .faults import faults, settled
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
            "step": 0,
            "owner": "county",
        }
    served.show({"alerts": {"order": [*rows, *order], "rows": rows}})


def gone(served: Fixture, name: str) -> None:
    order = [one for one in served.state["alerts"]["order"] if one != name]
    served.show({"alerts": {"order": order, "rows": {name: None}}})


def test_rules_by_plain_numbers(browser: Browser) -> None:
    page = browser.new_page()
    code = (ASSETS / "wall/stage/attention.mjs").read_text("utf-8")
    given = "Object.assign(window, { Attention, pressing });"
    page.add_script_tag(type="module", content=code + given)
    page.wait_for_function("window.Attention !== undefined")
    results: dict[str, Any] = page.evaluate(
        """() => {
          const red = (id, ts, step) => ({ event_id: id, level: "red", ts, step: step || 0 });
          const make = () => { const a = new Attention(); return a; };
          // who is on stage, "!" for who leaves it, and how many wait for it
          const on = (a, at, places = 1) => {
            const all = a.look(at, places);
            const ids = all.map((one) => one.id + (one.gone ? "!" : "")).join(",");
            return ids === "" ? null : ids + (a.called.length - all.length);
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
          out.blind = a.called.map((one) => one.id);  // came while nobody could see
          a = make(); a.take([], 0, 1e6); a.alive(0); a.alive(3000);
          const many = Array.from({ length: 20 }, (_, n) => red("m" + n, 500 + n));
          a.take(many, 3000, 1e6);
          a.take([...many.slice(1), red("slid", 100)], 3100, 1e6);
          out.slid = a.called.some((one) => one.id === "slid");

          // several share the stage: newest first, ties by id; who leaves comes last
          a = make(); a.take([], 0, 1e6); a.alive(0); a.alive(3000);
          const four = [red("p", 7), red("q", 7), red("r", 9), red("s", 1)];
          a.take(four, 3000, 1e6);
          out.shared = [on(a, 3000, 3), on(a, 10999, 3), on(a, 11000, 3), on(a, 11000, 4)];
          a.take([red("p", 7), red("q", 7), red("s", 1)], 12000, 1e6);
          out.answered = [on(a, 12000, 4), on(a, 14999, 4), on(a, 15000, 4)];
          out.any = [red("p", 7), red("q", 7), red("r", 9), red("s", 1)].every((_, n, all) => {
            const other = make(); other.take([], 0, 1e6); other.alive(0); other.alive(3000);
            other.take([...all.slice(n), ...all.slice(0, n)], 3000, 1e6);
            return on(other, 3000, 4) === "r,p,q,s0";
          });

          // 61 s later it has left; a step of its escalation calls it again, once, with that step
          a = make(); a.take([], 0, 1e6); a.alive(0); a.alive(3000);
          a.take([red("x", 1)], 3000, 1e6);
          out.free = [on(a, 3000), a.free(3000), a.free(13000)];
          const beat = (to) => { for (let t = 4000; t <= to; t += 1000) a.alive(t); };
          beat(64000);
          out.left = [on(a, 63000), a.free(64000)];
          a.take([red("x", 1, 1)], 64000, 1e6);
          const again = a.look(64000, 1);
          out.step = [again.length, again[0].id, again[0].step, again[0].first];
          a.take([red("x", 1, 1)], 65000, 1e6);
          out.once = a.look(65000, 1)[0].first;
          out.stays = [on(a, 123999), on(a, 124000)];
          // an orange event that becomes red is news
          a = make(); a.take([{ ...red("y", 1), level: "orange" }], 0, 1e6);
          a.alive(0); a.alive(3000);
          a.take([red("y", 1)], 3000, 1e6);
          out.worse = on(a, 3000);
          // the strip's order: the highest step, then the longest wait, then the id
          const rows = [red("n", 5), red("m", 5), red("old", 2), red("up", 9, 2)];
          out.pressing = rows.sort(pressing).map((row) => row.event_id);
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
    assert results["shared"] == ["r,p,q1", "r,p,q1", "r,p,s1", "r,p,q,s0"]
    assert results["answered"] == ["p,q,s,r!0", "p,q,s,r!0", "p,q,s0"]
    assert results["any"] is True
    assert results["free"] == ["x0", 63_000, 63_000]
    assert results["left"] == [None, None]
    assert results["step"] == [1, "x", 1, True]
    assert results["once"] is False
    assert results["stays"] == ["x0", None]
    assert results["worse"] == "y0"
    assert results["pressing"] == ["up", "old", "m", "n"]


#: which panels' and the map's letters the stage and the strip reach into
COVERED = """
() => {
  const over = (a, b) =>
    a.left + 1 < b.right && b.left + 1 < a.right && a.top + 1 < b.bottom && b.top + 1 < a.bottom;
  const out = [];
  for (const mine of ["gw-onstage", "gw-unanswered"]) {
    const node = document.getElementById(mine);
    if (!node.checkVisibility()) continue;
    const box = node.getBoundingClientRect();
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const of = text.parentElement;
      if (node.contains(of) || !of.checkVisibility({ visibilityProperty: true })) continue;
      if (of.closest(".sr, [data-read], .keys-help") || !text.textContent.trim()) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      if (over(box, range.getBoundingClientRect())) out.push(mine + ": " + text.textContent);
    }
  }
  return out;
}
"""


def test_red_events_share_the_stage_and_stay_in_sight_until_acknowledged(
    browser: Browser, served: Fixture
) -> None:
    page = opened(browser, served, rotate="5", scenes="overview,queue")
    stage, strip = page.locator("#gw-onstage"), page.locator("#gw-unanswered")
    expect(stage).to_be_hidden()
    before = 3  # red ones that were there when the page came
    expect(strip.locator(".count")).to_have_text(f"红色未认领 {before} 件")
    news(served, "n1", "n2", "n3")
    cards = stage.locator(".card")
    expect(cards).to_have_count(2, timeout=3000)
    expect(stage).to_have_attribute("data-event", "n3")
    expect(stage.locator(".more")).to_have_text(f"另有 {before + 1} 件红色事项未认领")
    for words in ("红色事项", "燃气泄漏", "红山区", "住房建设局", "尚未认领"):
        for card in cards.all():
            expect(card).to_contain_text(words)
    clock = stage.locator(".ago").first.inner_text()
    expect(stage.locator(".ago").first).not_to_have_text(clock)
    assert page.evaluate("gridwall.scenes.held()") is True
    # in every scene and shape nothing is covered and nothing cut
    wrong = {}
    for size in ((3840, 2160), (1080, 1920), (7680, 2160)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for scene in page.evaluate("Object.keys(gridwall.names.scenes.scenes)"):
            page.evaluate("(name) => gridwall.scenes.go(name)", scene)
            page.wait_for_timeout(700)  # a look of the stage
            settled(page)
            if found := [*page.evaluate(COVERED), *faults(page)]:
                wrong[f"{scene} {size[0]}"] = found
    assert wrong == {}
    page.set_viewport_size({"width": 1366, "height": 768})
    page.evaluate("gridwall.scenes.go('overview')")
    # acknowledged: shown for a moment, and the others have the stage
    page.evaluate("gridwall.attention.limits.least = 60000")  # no change of places from here on
    expect(cards).to_have_count(2)
    first = stage.get_attribute("data-event") or ""
    gone(served, first)
    expect(stage.locator("[data-gone] .note")).to_have_text("已认领或已结束")
    expect(stage.locator(f"[data-event='{first}']")).to_have_count(0, timeout=6000)
    expect(cards).to_have_count(2)
    # its time over, an unanswered one stays in the footer, named, with its own clock
    stays = next(name for name in ("n1", "n2") if name != first)
    for name in list(served.state["alerts"]["order"]):
        if name != stays and served.state["alerts"]["rows"][name]["level"] == "red":
            gone(served, name)
    expect(strip).to_be_hidden()
    page.evaluate("gridwall.attention.limits.most = 1000")
    expect(stage).to_be_hidden(timeout=5000)
    assert page.evaluate("gridwall.scenes.held()") is False
    expect(strip.locator(f"[data-event='{stays}']")).to_contain_text("燃气泄漏")
    expect(strip.locator(f"[data-event='{stays}'] .ago")).to_have_text(re.compile(r"^\d\d:\d\d$"))
    # at its next step it takes the stage again, and says who must act
    page.evaluate("gridwall.attention.limits.most = 60000")
    served.show({"alerts": {"rows": {stays: {"step": 2, "owner": "city"}}}})
    expect(stage).to_have_attribute("data-event", stays, timeout=3000)
    expect(stage.locator(".note")).to_have_text("尚未认领，已升级第 2 步：由市级处理")
    expect(strip).to_be_hidden()
    gone(served, stays)
    expect(stage).to_be_hidden(timeout=6000)
    expect(strip).to_be_hidden()
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
