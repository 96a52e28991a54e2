"""The real system under a real browser: true numbers, no other host, honest about what stops."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.live import Stack
from tests.support.processes import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.alone]

#: how long until the wall must show what has stopped, and until it must be well again
SHOWN_S = 10
WELL_S = 20
FIRST_MS = 20_000
NUMBER = re.compile(r"\d")


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("live")) as running:
        yield running


@pytest.fixture
def wall(browser: Browser, stack: Stack) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.goto(f"{stack.address}/wall?lang=en")
    expect(page.locator('[data-kpi="all.reported"]')).to_have_text(NUMBER, timeout=FIRST_MS)
    expect(page.locator("body")).to_have_attribute("data-state", "live", timeout=15_000)
    yield page
    page.close()


def shown(page: Page, path: str) -> int:
    text = page.locator(f'[data-kpi="{path}"]').first.inner_text()
    return int(text.replace(",", ""))


@pytest.mark.timeout(120)
def test_only_this_host_and_no_complaint(browser: Browser, stack: Stack) -> None:
    hosts: set[str] = set()
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 1920, "height": 1080})
    page.on("request", lambda r: hosts.add(r.url.split("/")[2]) if "//" in r.url[:9] else None)
    page.on(
        "console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for lang in ("zh", "en"):
        page.goto(f"{stack.address}/wall?lang={lang}")
        expect(page.locator('[data-kpi="all.reported"]')).to_have_text(NUMBER, timeout=FIRST_MS)
        page.wait_for_timeout(5000)
    page.close()
    assert hosts == {f"127.0.0.1:{stack.port}"}
    assert complaints == []


@pytest.mark.timeout(60)
def test_the_screen_shows_what_the_api_returns(wall: Page, stack: Stack) -> None:
    first = shown(wall, "all.reported")

    def agrees() -> bool:
        state = stack.wall()
        time.sleep(0.5)
        screen = {p: shown(wall, p) for p in ("all.reported", "all.open", "today.reported")}
        after = stack.wall()
        return all(
            _at(state, path) <= value <= _at(after, path) or path == "all.open"
            for path, value in screen.items()
        )

    wait_until(agrees, 10)
    wait_until(lambda: shown(wall, "all.reported") > first, 20)


def _at(state: dict[str, object], path: str) -> int:
    group, name = path.split(".")
    part = state[group]
    assert isinstance(part, dict)
    return int(part[name])


@pytest.mark.parametrize(
    ("part", "state", "stop"),
    [
        ("projector", "engine-stopped", "projector"),
        ("clock", "engine-stopped", "clock"),
        ("redis", "engine-stopped", "redis"),
        ("web", "link-lost", "web"),
        ("feed", "feed-silent", "feed"),
    ],
)
@pytest.mark.timeout(120)
def test_what_stops_is_named_and_the_wall_recovers(
    wall: Page, stack: Stack, part: str, state: str, stop: str
) -> None:
    wall.evaluate("() => { window.sameDocument = true; }")
    stack.stop(part)
    body = wall.locator("body")
    patience = SHOWN_S + (4 if part == "feed" else 0)  # a silent feed is given 8 s of grace
    expect(body).to_have_attribute("data-state", state, timeout=patience * 1000)
    expect(body).to_have_attribute("data-stop", stop)
    banner = wall.locator("#gw-banner")
    expect(banner).to_be_visible()
    assert banner.inner_text().strip()
    stack.start(part)
    stack.revive("feed")  # a feed ends when Redis does; the supervisor starts it again
    expect(body).to_have_attribute("data-state", "live", timeout=WELL_S * 1000)
    before = shown(wall, "all.reported")
    wait_until(lambda: shown(wall, "all.reported") > before, WELL_S)
    assert wall.evaluate("() => window.sameDocument === true"), "recovered without a reload"
