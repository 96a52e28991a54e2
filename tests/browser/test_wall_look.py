"""The wall as painted: every scene, size, language and kind of data; nothing cut, no scroll bar.

One page a city, language and kind: it is resized and its scene is switched, as walls are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, Page

from tests.support.plain_words import lines_of, word_faults

from .faults import faults, settled
from .harness import Fixture

pytestmark = pytest.mark.browser

SIZES = (
    (1366, 768),
    (1920, 1080),
    (2560, 1440),
    (3840, 2160),
    (5120, 1440),
    (7680, 2160),
    (1080, 1920),
)
#: Other shapes a wall has: an old projector, a 16:10 desk.
SHAPES = ((1024, 768), (1920, 1200))
#: What the other scenes than the overview are looked at with.
ELSEWHERE = ("live", "overflow")
CASES = [
    *[("chifeng", kind) for kind in ("live", "empty", "stale", "overflow")],
    *[("la", kind) for kind in ("live", "overflow")],
]
LANGUAGES = ("zh", "en")
SHOTS = os.environ.get("GRIDWALL_SHOTS")
#: As in the address: the page's script has the scene's panels in place at once.
GO = "(name) => window.gridwall.scenes.go(name)"


@pytest.fixture(scope="module")
def fixtures() -> Iterator[dict[str, Fixture]]:
    with Fixture("chifeng") as chifeng, Fixture("la") as la:
        yield {"chifeng": chifeng, "la": la}


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


def open_wall(
    browser: Browser, served: Fixture, lang: str, size: tuple[int, int], **query: str
) -> Watched:
    watched = Watched(browser, *size)
    watched.page.goto(served.url(lang, **query))
    ready = "body[data-version]:not([data-state=loading])"
    watched.page.wait_for_selector(ready, state="attached", timeout=20_000)
    watched.page.wait_for_selector("#gw-map path", state="attached")
    watched.page.wait_for_selector("#gw-trend .xtick text", state="attached")
    settled(watched.page)
    return watched


def shot(page: Page, *names: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{'-'.join(names)}.png"))


@pytest.mark.parametrize(("city", "kind"), CASES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_cut(
    browser: Browser, fixtures: dict[str, Fixture], lang: str, city: str, kind: str
) -> None:
    served = fixtures[city]
    served.replace("live" if kind == "stale" else kind)
    served.age = 192_000 if kind == "stale" else 400
    scenes = ["overview"]
    if city == "chifeng" and kind in ELSEWHERE:
        scenes += [name for name in served.scenes.current.scenes if name != "overview"]
    theme = "light" if (city, kind) == ("la", "overflow") else "dark"
    watched = open_wall(browser, served, lang, SIZES[0], theme=theme)
    page = watched.page
    found: dict[str, list[str]] = {}
    turn = LANGUAGES.index(lang)
    for size in (*SIZES, *(SHAPES if kind == "live" else ())):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for number, scene in enumerate(scenes if size in SIZES else scenes[:1]):
            # all pictures are for `make screenshots`; else a scene's sizes take turns by language
            if scene != "overview" and not SHOTS and (SIZES.index(size) + number + turn) % 2:
                continue
            page.evaluate(GO, scene)
            settled(page)
            named = f"{size[0]}x{size[1]}"
            shot(page, scene, city, lang, named, kind)
            wrong = faults(page)
            # the full one counts millions
            if (city, kind) == ("chifeng", "live") and size == (1920, 1080):
                wrong += word_faults(lines_of(page), lang)
            if wrong:
                found[f"{scene} {named}"] = wrong
    state = page.evaluate("document.body.dataset.state")
    watched.context.close()
    assert not found, "\n".join(f"{at}: {one}" for at, all_ in found.items() for one in all_)
    assert watched.wrong == []
    assert state == ("stale" if kind == "stale" else "live")
