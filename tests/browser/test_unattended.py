"""An unattended wall: paired once, back after every restart, honest on old browsers."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.bench.returners import pause
from tests.support.served import served as serving

from .frames import NOW
from .harness import ASSETS, Fixture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]

ADMIN = "an-admin-token-of-the-tests"
#: how an old browser is imitated: a feature removed before any script of the page runs
MISSING = {
    "events": "delete window.EventSource",
    "has": "CSS.supports = (c) => !String(c).includes(':has')",
    "containers": "CSS.supports = (c) => !String(c).includes('container')",
}
HIDDEN = """
  let away = false;
  Object.defineProperty(document, 'hidden', { get: () => away });
  window.away = (now) => { away = now; document.dispatchEvent(new Event('visibilitychange')); };
"""


@pytest.fixture(scope="module")
def served() -> Iterator[Fixture]:
    with Fixture("chifeng") as fixture:
        yield fixture


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 720})
    yield made
    made.close()


def opened(context: BrowserContext, served: Fixture) -> Page:
    served.errors.clear()
    page = context.new_page()
    page.goto(served.url("en"))
    expect(page.locator("body")).to_have_attribute("data-state", "live", timeout=15_000)
    return page


def test_a_screen_is_paired_and_stays_so(context: BrowserContext, redis_url: str) -> None:
    as_admin = {"Authorization": f"Bearer {ADMIN}"}
    with serving(redis_url, auth="required", admin_token=ADMIN) as address:
        screen = context.new_page()
        screen.goto(f"{address}/wall?lang=en")
        shown = screen.locator("#gw-code")
        code_shape = re.compile("^[A-Z0-9]{3}-[A-Z0-9]{3}$")
        expect(shown).to_have_attribute("data-code", code_shape)
        size = "n => parseFloat(getComputedStyle(n).fontSize)"
        assert shown.locator(".letter").first.evaluate(size) > 150
        assert screen.locator("input, a, button").count() == 0, "nothing asks for a hand"
        code = shown.get_attribute("data-code")
        body = {"code": code, "name": "hall"}
        devices = f"{address}/api/v1/devices"
        assert httpx.post(devices, json=body, headers=as_admin).status_code == 201
        wall = screen.locator("#gw-wall")
        expect(wall).to_be_attached(timeout=10_000)
        assert "device=hall" in screen.url
        screen.close()

        again = context.new_page()
        again.goto(f"{address}/wall")
        expect(again.locator("#gw-wall")).to_be_attached(timeout=10_000)
        assert httpx.delete(f"{devices}/hall", headers=as_admin).status_code == 204
        expect(again.locator("#gw-code")).to_have_attribute("data-code", code_shape, timeout=20_000)


@pytest.mark.parametrize("lacks", MISSING)
def test_an_old_browser_shows_that_it_is_too_old(
    context: BrowserContext, served: Fixture, lacks: str
) -> None:
    page = context.new_page()
    page.add_init_script(MISSING[lacks])
    page.goto(served.url())
    notice = page.locator("#gw-old")
    expect(notice).to_contain_text("版本过低")
    expect(notice).to_contain_text("too old")
    expect(notice).to_contain_text(re.compile(r"Chrom\w+ \d{2,}.*105", re.S))
    expect(notice).to_have_css("color", "rgb(255, 255, 255)")
    expect(notice).to_have_css("background-color", "rgb(0, 0, 0)")
    expect(page.locator("body")).not_to_be_visible()


def test_the_check_precedes_all_scripts_and_is_of_2009(
    context: BrowserContext, served: Fixture
) -> None:
    html = httpx.get(served.url()).text
    assert re.findall(r'<script[^>]* src="([^"?]+)', html)[0] == "/assets/old.js"
    code = re.sub(r"/\*.*?\*/", "", (ASSETS / "old.js").read_text(), flags=re.S)
    code = re.sub(r'"[^"\n]*"', '""', code)
    newer = (
        r"=>|`|\b(?:let|const|class|async|await|of|import|export)\b|\.\.\.|\?\.|\?\?|\*\*|,\s*\)"
    )
    assert re.findall(newer, code) == []
    # it works although no other script could be read
    page = context.new_page()
    page.route(re.compile(r"/assets/(?!old).*\.m?js"), lambda r: r.fulfill(body="=> not a script"))
    page.add_init_script(MISSING["events"])
    page.goto(served.url())
    expect(page.locator("#gw-old")).to_be_visible()


def test_a_renderer_that_throws_stops_no_other(context: BrowserContext, served: Fixture) -> None:
    page = opened(context, served)
    page.evaluate(
        """() => {
          document.body.dataset.old = 'yes';
          document.querySelector('[data-panel="levels"]').replaceChildren();
        }"""
    )
    for more in range(1, 4):
        red = {"open": served.state["levels"]["red"]["open"] + 1}
        served.show({"levels": {"red": red}, "kpi": {"all": {"open": 8000 + more}}})
        if more < 3:
            number = page.locator('[data-kpi="all.open"]').first
            expect(number).to_have_text(f"8,00{more}", timeout=5000)
    # three in a minute reload the page
    expect(page.locator("body")).not_to_have_attribute("data-old", "yes", timeout=15_000)
    reported = [e for e in served.errors if e["what"] == "draw"]
    assert len(reported) >= 3
    assert reported[0]["message"]
    assert {e["panel"] for e in reported} == {"levels"}


def test_a_new_version_waits_for_a_calm_moment(context: BrowserContext, served: Fixture) -> None:
    page = opened(context, served)
    page.evaluate("""() => {
          document.body.dataset.old = 'yes';
          window.gridwall.reload.SPREAD_MS = 200;
        }""")
    red = {"event_id": "r1", "level": "red", "ts": NOW * 2, "place": "", "county": ""}
    served.show({"alerts": {"order": ["r1"], "rows": {"r1": red}}})
    deadline = time.monotonic() + 5
    while page.evaluate("window.gridwall.calm()"):
        assert time.monotonic() < deadline, "a red is on stage"
        page.wait_for_timeout(50)
    before, served.build = served.build, "another"
    page.wait_for_timeout(3500)
    assert page.locator("body").get_attribute("data-old") == "yes", "a red is on stage"
    served.show({"alerts": {"order": [], "rows": {"r1": None}}})
    expect(page.locator("body")).not_to_have_attribute("data-old", "yes", timeout=70_000)
    served.build = before


def test_a_hidden_tab_merges_and_draws_once_when_seen(
    context: BrowserContext, served: Fixture
) -> None:
    context.add_init_script(HIDDEN)
    page = opened(context, served)
    page.evaluate(
        """() => {
          const kpi = window.gridwall.renderers.get('kpi'), render = kpi.render;
          window.draws = 0;
          window.away(true);
          kpi.render = (state) => { window.draws += 1; render(state); };
        }"""
    )
    for n in range(20):
        served.show({"kpi": {"all": {"open": 7000 + n}}})
        page.wait_for_timeout(60)
    page.wait_for_timeout(500)
    assert page.evaluate("window.draws") == 0
    page.evaluate("window.away(false)")
    expect(page.locator('[data-kpi="all.open"]').first).to_have_text("7,019")
    assert page.evaluate("window.draws") == 1


def test_the_picture_moves_too_little_to_be_seen(context: BrowserContext, served: Fixture) -> None:
    page = opened(context, served)
    path = page.evaluate("window.gridwall.shift.path")
    assert path[0] == [0, 0]
    round_trip = zip(path, path[1:] + path[:1], strict=True)
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) == 1 for a, b in round_trip)
    assert {(x, y) for x, y in path} == {(x, y) for x in range(-2, 3) for y in range(-2, 3)}
    page.evaluate("() => { for (let n = 0; n < 12; n += 1) window.gridwall.shift.next(); }")
    x, y = page.locator("#gw-wall").evaluate(
        "n => [n.getBoundingClientRect().x, n.getBoundingClientRect().y]"
    )
    assert 0 < abs(x) + abs(y) <= 4
    cut = page.evaluate(
        """() => [...document.querySelectorAll('[data-kpi]')].filter((n) => {
          const b = n.getBoundingClientRect();
          return b.width && (b.left < 0 || b.top < 0 || b.right > innerWidth
                             || b.bottom > innerHeight);
        }).length"""
    )
    assert cut == 0


#: the module of the stream's source, which has no state: a second one of it does no harm
RULE = "await import('/assets/stream/source.mjs')"


def test_the_bench_follows_the_pages_own_rule(context: BrowserContext, served: Fixture) -> None:
    page = opened(context, served)
    grid = [[t, c, a] for t in range(5) for c in (0, 0.3, 1) for a in (0, 4000, 500_000)]
    asked = f"async grid => {{ const rule = {RULE}; return grid.map(one => rule.pause(...one)); }}"
    theirs = page.evaluate(asked, grid)
    assert theirs == pytest.approx([pause(t, c, a) for t, c, a in grid])
    assert page.evaluate(f"async () => ({RULE}).retryAfter('7')") == 7000
    assert page.evaluate(f"async () => ({RULE}).retryAfter(null)") == 0
