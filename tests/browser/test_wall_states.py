"""The wall over time: what it shows when something stops, and that it comes back by itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from dashboard.config.words import catalogue
from data_sources.store.soundness import RISKS
from data_sources.store.trouble import Cause

from .frames import NOW
from .harness import Fixture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]


@pytest.fixture
def served() -> Iterator[Fixture]:
    with Fixture("chifeng") as fixture:
        yield fixture


@pytest.fixture
def page(browser: Browser, served: Fixture) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    yield opened(context, served)
    context.close()


def opened(context: BrowserContext, served: Fixture, lang: str = "zh") -> Page:
    page = context.new_page()
    page.goto(served.url(lang))
    state(page, "live")
    page.wait_for_selector("#gw-map .area-label", state="attached")
    page.wait_for_selector("#gw-trend .xtick text", state="attached")
    page.wait_for_timeout(300)
    return page


def state(page: Page, name: str, stop: str = "", timeout: float = 15_000) -> None:
    body = page.locator("body")
    expect(body).to_have_attribute("data-state", name, timeout=timeout)
    expect(body).to_have_attribute("data-stop", stop)


def number(page: Page, path: str) -> str:
    return page.locator(f'[data-kpi="{path}"]').get_attribute("data-value") or ""


def test_numbers_are_those_of_the_stream(page: Page, served: Fixture) -> None:
    kpi = served.state["kpi"]
    for path in ("all.open", "all.overdue", "all.reported", "today.reported", "today.closed"):
        group, name = path.split(".")
        assert number(page, path) == str(kpi[group][name])
    assert page.locator('[data-kpi="today.on_time_rate"]').inner_text() == "94.1%"
    assert number(page, "queue_total") == "126"
    first = served.state["queue"]["rows"][served.state["queue"]["order"][0]]
    assert number(page, "queue.0.used") == str(first["used"])
    assert page.locator("#gw-clock").inner_text().startswith("17:32:")
    assert page.locator("#gw-zone").inner_text() == "UTC+8"


def test_a_patch_changes_its_marks_and_no_other(page: Page, served: Fixture) -> None:
    page.evaluate(
        """() => {
          window.touched = new Set();
          new MutationObserver((all) => {
            for (const one of all) {
              const at = one.target.nodeType === 1 ? one.target : one.target.parentElement;
              if (at.closest('.time, .ago')) continue;  // what time alone changes
              window.touched.add(at.closest('.panel').className);
            }
          }).observe(document.querySelector('.main'),
                     { subtree: true, childList: true, characterData: true });
        }"""
    )
    kpi = served.state["kpi"]
    served.show({"kpi": {"all": {"open": kpi["all"]["open"] + 1}}})
    expect(page.locator('[data-kpi="all.open"]')).to_have_text("1,107", timeout=2000)
    assert page.evaluate("[...window.touched]") == ["panel kpis"]


def test_rows_are_reused(page: Page, served: Fixture) -> None:
    first, second, *rest = served.state["queue"]["order"]
    rows = page.locator("#gw-queue .row")
    shown = rows.count()
    page.evaluate("document.querySelector('#gw-queue .row').marked = true")
    served.show({"queue": {"order": [second, first, *rest]}})
    expect(rows.nth(1)).to_have_attribute("data-event", first, timeout=2000)
    assert rows.nth(1).evaluate("node => node.marked") is True
    assert rows.count() == shown


def test_ageing_stale_and_back(page: Page, served: Fixture) -> None:
    banner = page.locator("#gw-banner")
    served.age = 7_000
    state(page, "ageing")
    expect(banner).to_contain_text("秒未更新")
    served.age = 192_000
    state(page, "stale")
    expect(banner).to_contain_text("3 分")
    served.age = 300
    state(page, "live")
    expect(banner).not_to_be_visible()


@pytest.mark.parametrize(
    ("stop", "words"),
    [("redis", "数据库"), ("projector", "统计程序"), ("clock", "时限程序")],
)
def test_engine_stopped_shows_which_part(
    page: Page, served: Fixture, stop: str, words: str
) -> None:
    served.health = {"state": "engine-stopped", "stop": stop, "lag": 9}
    state(page, "engine-stopped", stop)
    expect(page.locator("#gw-banner")).to_contain_text(words)
    served.health = {"state": "live", "stop": None, "lag": 0}
    state(page, "live")


@pytest.mark.parametrize("cause", [cause for cause in Cause if cause is not Cause.OTHER])
def test_the_banner_names_the_cause(page: Page, served: Fixture, cause: Cause) -> None:
    served.health = {"state": "engine-stopped", "stop": "redis", "lag": 9, "cause": cause}
    state(page, "engine-stopped", "redis")
    expect(page.locator("#gw-banner")).to_contain_text(catalogue("zh")[f"trouble.{cause}"])


def test_lost_data_is_shown_over_the_last_picture(page: Page, served: Fixture) -> None:
    before = page.locator('[data-kpi="all.open"]').inner_text()
    served.health = {"state": "engine-stopped", "stop": "data", "lag": 0}
    state(page, "engine-stopped", "data")
    expect(page.locator("#gw-banner")).to_contain_text("数据库丢失了数据")
    assert page.locator('[data-kpi="all.open"]').inner_text() == before


@pytest.mark.parametrize("risk", RISKS)
def test_a_risk_is_shown_although_all_is_current(page: Page, served: Fixture, risk: str) -> None:
    served.health = {"state": "live", "stop": None, "lag": 0, "risks": [risk]}
    banner = page.locator("#gw-banner")
    expect(banner).to_have_text(catalogue("zh")[f"state.risk.{risk}"])
    expect(banner).to_be_visible()
    state(page, "live")
    served.health = {"state": "live", "stop": None, "lag": 0, "risks": []}
    expect(banner).not_to_be_visible()


def test_feed_silent(page: Page, served: Fixture) -> None:
    served.health = {"state": "feed-silent", "stop": "feed", "lag": 0}
    state(page, "feed-silent", "feed")
    expect(page.locator("#gw-banner")).to_contain_text("不等于没有事件")


def test_link_lost_holds_the_clock_and_comes_back_with_everything(
    page: Page, served: Fixture
) -> None:
    served.down = True
    state(page, "link-lost", "web")
    held = page.locator("#gw-clock").inner_text()
    served.replace("empty")
    page.wait_for_timeout(1500)
    assert page.locator("#gw-clock").inner_text() == held
    served.down = False
    state(page, "live")
    expect(page.locator('[data-kpi="all.open"]')).to_have_text("0")
    expect(page.locator(".queue .empty")).to_be_visible()


def test_silent_server_is_a_lost_link(page: Page, served: Fixture) -> None:
    served.silent = True
    state(page, "link-lost", "web")
    served.silent = False
    state(page, "live")


def test_a_gap_in_the_versions_reconnects(page: Page, served: Fixture) -> None:
    before = served.connections
    served.lie = True
    served.show({"kpi": {"all": {"open": 5}}})
    expect(page.locator('[data-kpi="all.open"]')).to_have_text("5", timeout=8000)
    assert served.connections == before + 1
    state(page, "live")


def test_clock_runs_at_the_beats_speed(page: Page, served: Fixture) -> None:
    served.speed = 3600.0
    page.wait_for_timeout(2500)
    clock = page.locator("#gw-clock").inner_text()
    assert not clock.startswith("17:3")
    assert NOW


def test_new_build_reloads(page: Page, served: Fixture) -> None:
    page.evaluate("window.old = true; window.gridwall.reload.SPREAD_MS = 500")
    served.build = "two"
    page.wait_for_function("() => !window.old", timeout=20_000)
    state(page, "live")


def test_ten_tabs_share_one_connection(browser: Browser, served: Fixture) -> None:
    context = browser.new_context(viewport={"width": 640, "height": 360})
    pages = [opened(context, served) for _ in range(10)]
    assert served.connections == 1
    served.show({"kpi": {"all": {"open": 4321}}})
    for page in pages:
        page.bring_to_front()
        expect(page.locator('[data-kpi="all.open"]')).to_have_text("4,321", timeout=5000)
    context.close()


def test_new_red_is_ringed_and_pulses_once(page: Page, served: Fixture) -> None:
    served.show({"points": {"fresh": [118.9, 42.3, "red", NOW + 1000]}})
    expect(page.locator("#gw-map .pulse.red")).to_have_count(1, timeout=3000)
    expect(page.locator("#gw-map .pulse")).to_have_count(0, timeout=2500)
    expect(page.locator("#gw-map .ring")).to_have_count(1)
