"""No serious or critical finding of axe-core: every scene in both themes, and the style guide."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from .faults import settled
from .harness import Fixture
from .test_wall_look import GO

pytestmark = pytest.mark.browser

GRAVE = ("serious", "critical")
#: States that the scenes of a live wall don't show.
FRAMES = (("head", "stopped"), ("head", "loading"), ("queue", "overflow"), ("scores", "empty"))


@pytest.fixture(scope="module")
def served() -> Iterator[Fixture]:
    with Fixture("chifeng") as fixture:
        yield fixture


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that lets axe's script in, which the wall's own policy would not."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, bypass_csp=True)
    yield context.new_page()
    context.close()


def grave(page: Page, *rules: str) -> list[str]:
    """What axe found, in a line each; by some rules, or by all."""
    options: dict[str, object] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": list(rules)}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"][:4]
    ]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_scenes(page: Page, served: Fixture, theme: str) -> None:
    page.goto(served.url("zh" if theme == "dark" else "en", theme=theme))
    page.wait_for_selector("body[data-state=live]", timeout=20_000)
    page.wait_for_selector("#gw-map path", state="attached")
    found = {}
    for scene in served.scenes.current.scenes:
        page.evaluate(GO, scene)
        settled(page)
        # the same page in other colours
        if wrong := grave(page, *(() if theme == "dark" else ("color-contrast",))):
            found[scene] = wrong
    assert not found, "\n".join(f"{at}: {one}" for at, all_ in found.items() for one in all_)


@pytest.mark.parametrize(("panel", "state"), FRAMES)
def test_states(page: Page, served: Fixture, panel: str, state: str) -> None:
    where = f"{guide_url(served)}/frame?panel={panel}&state={state}&theme=light&lang=en"
    page.goto(where)
    page.wait_for_selector("body[data-state]", timeout=20_000, state="attached")
    settled(page)
    assert grave(page) == []


def test_style_guide(page: Page, served: Fixture) -> None:
    page.goto(guide_url(served))
    page.wait_for_selector(".guide [data-frame]", timeout=20_000, state="attached")
    assert grave(page) == []


def test_axe_finds_what_it_should(page: Page) -> None:
    page.set_content("<html lang='en'><body><img src='data:,'><button></button></body></html>")
    assert {"image-alt", "button-name"} <= {one.split(":")[0] for one in grave(page)}


def guide_url(served: Fixture) -> str:
    return f"http://127.0.0.1:{served.port}/styleguide"
