"""The wall as painted: every size, both languages, every kind of data; nothing cut, no scroll."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page

from .faults import faults
from .harness import Fixture

pytestmark = pytest.mark.browser

SIZES = ((1366, 768), (1920, 1080), (3840, 2160))
KINDS = ("live", "empty", "stale", "overflow")
#: Other shapes a wall has: 32:9, an old projector, a 16:10 desk.
SHAPES = ((3840, 1080), (1024, 768), (1920, 1200))
SHOTS = os.environ.get("GRIDWALL_SHOTS")


@pytest.fixture(scope="module", params=["chifeng", "la"])
def fixture(request: pytest.FixtureRequest) -> Iterator[Fixture]:
    with Fixture(request.param) as served:
        yield served


class Watched:
    """A page and what it did that it should not have."""

    def __init__(self, browser: Browser, width: int, height: int) -> None:
        self.context = browser.new_context(viewport={"width": width, "height": height})
        self.page: Page = self.context.new_page()
        self.wrong: list[str] = []
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", self._console)
        self.page.on("request", self._request)

    def _console(self, message: object) -> None:
        if getattr(message, "type", "") in ("error", "warning"):
            self.wrong.append(getattr(message, "text", ""))

    def _request(self, request: object) -> None:
        url = urlparse(getattr(request, "url", ""))
        if url.hostname not in ("127.0.0.1", None):
            self.wrong.append(f"asks another host: {url.hostname}")


def open_wall(browser: Browser, served: Fixture, lang: str, size: tuple[int, int]) -> Watched:
    watched = Watched(browser, *size)
    watched.page.goto(served.url(lang))
    ready = "body[data-version]:not([data-state=loading])"
    watched.page.wait_for_selector(ready, state="attached", timeout=20_000)
    watched.page.wait_for_selector("#gw-map path", state="attached")
    watched.page.wait_for_selector("#gw-trend .xtick text", state="attached")
    watched.page.wait_for_timeout(500)
    return watched


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_cut(browser: Browser, fixture: Fixture, lang: str, kind: str) -> None:
    fixture.replace("live" if kind == "stale" else kind)
    fixture.age = 192_000 if kind == "stale" else 400
    watched = open_wall(browser, fixture, lang, SIZES[0])
    found: dict[str, list[str]] = {}
    # One page through all sizes: a wall is resized more often than one thinks.
    for width, height in (*SIZES, *(SHAPES if kind == "live" else ())):
        watched.page.set_viewport_size({"width": width, "height": height})
        watched.page.wait_for_timeout(500)
        if SHOTS:
            name = f"{fixture.city.id}-{lang}-{width}x{height}-{kind}.png"
            watched.page.screenshot(path=str(Path(SHOTS) / name))
        if wrong := faults(watched.page):
            found[f"{width}x{height}"] = wrong
    state = watched.page.evaluate("document.body.dataset.state")
    watched.context.close()
    assert found == {}
    assert watched.wrong == []
    assert state == ("stale" if kind == "stale" else "live")
