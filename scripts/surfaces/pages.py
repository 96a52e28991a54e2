"""Every page as Chromium draws it: its elements, an own line each, and the files it loads."""

from __future__ import annotations

import os
import shutil
import sys
import time
from difflib import unified_diff
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError, sync_playwright

from .plain import plain, write
from .site import ACCOUNT, PASSWORD, Site

LANGUAGES = ("zh", "en")
SIZE = {"width": 1920, "height": 1080}
_ARGS = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--force-device-scale-factor=1"),
    "--autoplay-policy=no-user-gesture-required",  # a wall may be heard, as in a kiosk
)
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_DOM = (Path(__file__).parent / "dom.js").read_text(encoding="utf-8")
_READY = {
    "wall": "body[data-version][data-sound=on]:not([data-state=loading])",
    "styleguide": ".guide [data-frame]",
    "frame": "body[data-state]",
    "steer": "#page, [data-steer], form, main",
    "review": ".review h1",
    "other": "body *",
}
_LOADED = """() =>
  !document.querySelector("[data-again], [data-state=loading], [aria-busy=true]") &&
  [...document.querySelectorAll("iframe[src^='/wall']")].every(
    (frame) => frame.contentDocument?.body?.dataset.version)
"""
#: pages that no link of the crawled ones leads to, or that a link leads to in another state
_MORE = {
    "compare": "/compare?d={three}",
    "departments-part": "/departments/{department}?part=handling.measured",
    "departments-townships": "/departments?by=township",
    "overview-area": "/?area={area}",
    "overview-dark": "/?theme=dark",
    "queue-bad-filter": "/queue?level=purple",
    "event-unknown": "/events/no-such-event",
}
_LOOK_S, _PATIENCE_S, _PAGE_MS = 0.6, 15.0, 60_000
#: what an address is called that has no name of its own
_HOME = "overview"


class Recorder:
    """A browser that visits a site's pages; use as a context manager."""

    def __init__(self, site: Site, out: Path) -> None:
        self._site, self._out = site, out
        self._play = sync_playwright().start()
        self._browser: Browser = self._play.chromium.launch(
            executable_path=_chromium(), args=list(_ARGS), timeout=60_000
        )

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.close()
        self._play.stop()

    def open_demo(self) -> None:
        """All pages that need no account: the leaders' found by links, the walls by scene."""
        found = {_HOME: "/"}
        for lang in LANGUAGES:
            context = self._context()
            waiting = dict(found)
            while waiting:
                name, address = waiting.popitem()
                page = self._visit(context, name, address, lang, "review")
                if lang == LANGUAGES[0]:
                    new = {k: v for k, v in _links(page).items() if k not in found}
                    found |= new
                    waiting |= new
                page.close()
            for name, address in _MORE.items():
                where = address.format_map(self._site.facts)
                self._visit(context, name, where, lang, "review").close()
            for scene in self._site.get("/api/v1/scenes")["scenes"]:
                where = f"/wall?scene={scene}"
                if scene == "area":
                    where += f"&area={self._site.facts['area']}"
                self._visit(context, f"wall-{scene}", where, lang, "wall").close()
            self._visit(context, "steer", "/steer", lang, "steer").close()
            self._visit(context, "styleguide", "/styleguide", lang, "styleguide").close()
            frame = "/styleguide/frame?panel=queue&state=overflow"
            self._visit(context, "styleguide-frame", frame, lang, "frame").close()
            self._visit(context, "missing", "/no-such-page", lang, "other").close()
            context.close()

    def signed_in(self) -> None:
        """Pairing and sign-in, then what only an administrator sees."""
        for lang in LANGUAGES:
            context = self._context()
            self._visit(context, "pairing", "/wall", lang, "other").close()
            page = self._visit(context, "sign-in", "/people", lang, "other")
            page.locator("#gw-name").fill(ACCOUNT)
            page.locator("#gw-password").fill(PASSWORD)
            page.locator("button[type=submit]").click()
            page.locator(_READY["review"]).wait_for(timeout=_PAGE_MS)
            page.close()
            for name in ("people", "audit", "account"):
                self._visit(context, name, f"/{name}", lang, "review").close()
            context.close()

    def _context(self) -> BrowserContext:
        made = self._browser.new_context(viewport=SIZE, reduced_motion="reduce")  # type: ignore[arg-type]
        made.add_init_script("sessionStorage.setItem('gw-past-player', 'record')")
        return made

    def _visit(
        self, context: BrowserContext, name: str, address: str, lang: str, kind: str
    ) -> Page:
        """Open a page, wait until it no longer changes, and record it."""
        page = context.new_page()
        joint = "&" if "?" in address else "?"
        page.goto(f"{self._site.url}{address}{joint}lang={lang}", timeout=_PAGE_MS)
        try:
            page.wait_for_selector(_READY[kind], state="attached", timeout=_PAGE_MS)
            if kind == "review":
                page.wait_for_function(_LOADED, timeout=_PAGE_MS)
        except TimeoutError as error:  # recorded as it is: the comparison shows what is missing
            print(f"{page.url} is not ready: {error}", file=sys.stderr)
        lines, files = _still(page, timeless=name.startswith("styleguide"))
        city = self._site.city
        write(self._out / "dom" / city / f"{name}.{lang}.html", lines)
        write(self._out / "assets" / city / f"{name}.txt", files)
        return page


def _still(page: Page, *, timeless: bool) -> tuple[str, str]:
    """The page's lines and files once two looks in a row are the same."""
    end, before = time.monotonic() + _PATIENCE_S, ""
    while True:
        page.wait_for_timeout(_LOOK_S * 1000)
        found = page.evaluate(_DOM)
        text = "\n".join(f"{' ' * depth}{words}" for depth, words in found["lines"])
        lines = plain(text, timeless=timeless)
        if lines == before:
            break
        if time.monotonic() > end:
            print(f"{page.url} goes on moving:\n{changed(before, lines)}", file=sys.stderr)
            break
        before = lines
    return lines, plain("\n".join(found["files"]))


def _links(page: Page) -> dict[str, str]:
    """Leaders' pages that a page links to: name → one address, the first by its text."""
    script = "() => [...document.querySelectorAll('a[href]')].map((a) => a.getAttribute('href'))"
    found: dict[str, str] = {}
    for href in sorted(set(page.evaluate(script))):
        parts = urlsplit(href)
        names = [one for one in parts.path.split("/") if one]
        if parts.netloc or not parts.path.startswith("/") or not names:
            continue
        if names[0] in ("api", "assets", "wall", "steer", "styleguide", "sign-in"):
            continue
        query = [(k, v) for k, v in parse_qsl(parts.query) if k not in ("lang", "theme")]
        name = names[0] if len(names) == 1 else f"{names[0]}-one"
        found.setdefault(name, parts.path + (f"?{urlencode(query)}" if query else ""))
    return found


def changed(a: str, b: str) -> str:
    """The lines that differ."""
    return "\n".join(unified_diff(a.splitlines(), b.splitlines(), n=0, lineterm=""))


def _chromium() -> str:
    given = os.environ.get("GRIDWALL_CHROMIUM")
    found = given or next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        sys.exit("no Chromium: set GRIDWALL_CHROMIUM")
    return found
