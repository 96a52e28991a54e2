"""Every leaders' page as painted and as read: nothing cut, over another, untranslated or asked of
another host; no serious finding of axe-core.

In CI each page is seen at the phone's size and at one of the others, in the languages and themes by
turns; with GRIDWALL_LOOK=all (`make look`) in all sixteen ways, 4K as well; with
GRIDWALL_LOOK=turns in the four sizes, the languages and themes by turns. GRIDWALL_LOOK_DATA says
over which data: a month, one day, two years, none (`KINDS` in reviewed.py).
"""

from __future__ import annotations

import os
import re
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from dashboard.config import cities
from dashboard.web.pages.table import PAGES, Page
from dashboard.web.people.model import DEMO, Person, Role
from tests.support.plain_words import lines_of, word_faults

from .faults import settled
from .pagefaults import page_faults
from .reviewed import Reviewed
from .test_axe import grave
from .test_wall_look import Watched

pytestmark = pytest.mark.browser

#: who looks at the pages of a site without an account
VISITOR = Person("demo", Role.MANAGER, how=DEMO)
PHONE, DESKS = (390, 844), ((1366, 768), (1920, 1080))
LARGE = (3840, 2160)
LOOKS = tuple(product(("zh", "en"), ("light", "dark")))
#: ids that have names: never shown by themselves
CODES = frozenset({*cities.load("chifeng").departments, *cities.load("chifeng").categories})
SHOTS = os.environ.get("GRIDWALL_SHOTS")
ALL = os.environ.get("GRIDWALL_LOOK") == "all"
TURNS = os.environ.get("GRIDWALL_LOOK") == "turns"


def ways(number: int) -> list[tuple[tuple[int, int], str, str]]:
    """How page `number` is looked at: size, language, theme."""
    if ALL:
        return [(size, *look) for size, look in product((PHONE, *DESKS, LARGE), LOOKS)]
    if TURNS:
        sizes = (PHONE, *DESKS, LARGE)
        return [(size, *LOOKS[(number + turn) % 4]) for turn, size in enumerate(sizes)]
    return [
        (PHONE, *LOOKS[number % 4]),
        (DESKS[number // 2 % 2], *LOOKS[(3 - number) % 4]),
    ]


def address(page: Page, site: Reviewed) -> str:
    """An address of the page at which there is something to see."""
    path = page.sample or page.path_template
    for name, value in site.variables.get(page.id, {}).items():
        path = path.replace(f"<{name}>", value)
    asked = site.queries.get(page.id)
    return path.replace("<", "").replace(">", "") + (f"?{asked}" if asked else "")


@pytest.mark.parametrize("number", range(len(PAGES)), ids=[page.id for page in PAGES])
def test_a_page(browser: Browser, review_site: Reviewed, number: int) -> None:
    page, found = PAGES[number], {}
    if set(page.variables) - set(review_site.variables.get(page.id, {})):
        pytest.skip("the data have nothing of the kind")
    for turn, (size, lang, theme) in enumerate(ways(number)):
        watched = Watched(browser, *size)
        # one person looks at all of it; seats for looking back are few
        watched.context.add_init_script("sessionStorage.setItem('gw-past-player', 'look')")
        path = address(page, review_site)
        joint = "&" if "?" in path else "?"
        watched.page.goto(f"{review_site.url}{path}{joint}lang={lang}&theme={theme}")
        watched.page.locator(".review h1").wait_for(timeout=20_000)
        watched.page.locator("[data-again]").wait_for(state="detached", timeout=20_000)
        settled(watched.page)
        wrong = page_faults(watched.page)
        if VISITOR.may(page.capability):
            wrong += watched.wrong
            if watched.page.locator(f".r-body.p-{page.id}").count() != 1:
                wrong.append("another page")
        if watched.page.locator(".r-note.alarm").count():
            wrong.append("the page has a fault")
        wrong += grave(watched.page, *(() if ALL or turn == 0 else ("color-contrast",)))
        if turn < 2:
            wrong += word_faults(lines_of(watched.page), lang, CODES)
        if SHOTS:
            name = f"review-{page.id}-{size[0]}-{lang}-{theme}.png"
            watched.page.screenshot(path=Path(SHOTS) / name, full_page=True)
        watched.context.close()
        if wrong:
            found[f"{size} {lang} {theme}"] = wrong
    assert not found, "\n".join(f"{at}: {one}" for at, many in found.items() for one in many)


def test_both_kinds_of_page_load_their_own_files_only(
    browser: Browser, review_site: Reviewed
) -> None:
    asked: dict[str, list[str]] = {}
    for path, ready in (("/", ".review h1"), ("/wall", ".wall")):
        context = browser.new_context()
        page, urls = context.new_page(), asked.setdefault(path, [])
        page.on("request", lambda request, urls=urls: urls.append(request.url))
        page.goto(f"{review_site.url}{path}")
        page.locator(ready).first.wait_for(timeout=20_000)
        context.close()
    desk, wall = (re.sub(r"/assets/v-\w+", "/assets", " ".join(asked[p])) for p in ("/", "/wall"))
    assert "dash_mantine_components" in desk
    assert "/assets/pages/shell.mjs" in desk
    assert "/assets/wall/" not in desk
    assert "/assets/wall/main.mjs" in wall
    assert "dash_mantine" not in wall
    assert "dash_ag_grid" not in wall
    assert "/assets/pages/" not in wall


@pytest.mark.parametrize(("line", "wrong"), [("none", True), ("underline", False)])
def test_a_link_that_only_its_colour_marks_is_found(
    browser: Browser, line: str, wrong: bool
) -> None:
    page = browser.new_page()
    page.set_content(
        f"<style>a {{ text-decoration: {line} }}</style><div class='review'><main><h1>Grid</h1>"
        "<nav><a href='/'>Overview</a></nav><ul><li><a href='/g'>Youyi Grid 4</a> · 3 reports</li>"
        "</ul></main></div>"
    )
    found = page_faults(page)
    page.close()
    told = ["only its colour marks a link: li Youyi Grid 4"]
    assert found == (told if wrong else [])
