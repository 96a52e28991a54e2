"""Scenes on the screen: rotation that never stops silently, hands, a changed file, seams."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from .harness import Fixture
from .seams import crossing

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]

#: Everything is measured in one unit, so the smallest of each shape is enough for 2560 × 1440 and
#: 3840 × 2160, for 5120 × 1440 and 7680 × 2160, for 1080 × 1920; and the least wide of the wide.
SIZES = ((1366, 768), (1920, 540), (1296, 540), (540, 960))
FILE = """
[wall]
scenes = ["one", "two"]
[scene.one]
name = { zh = "第一", en = "First" }
columns = [1, 1]
rows = [1]
layout = "kpis queue"
[scene.two]
name = { zh = "第二", en = "Second" }
columns = [1, 1]
rows = [1]
layout = "LEFT queue"
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fixture]:
    path = tmp_path_factory.mktemp("scenes") / "scenes.toml"
    path.write_text(FILE.replace("LEFT", "levels"), "utf-8")
    with Fixture("chifeng", scenes=path) as fixture:
        fixture.file = path  # type: ignore[attr-defined]
        yield fixture


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    yield context.new_page()
    context.close()


def opened(page: Page, served: Fixture, lang: str = "zh", **query: str) -> Locator:
    """The wall, live; its main part, which names the scene."""
    page.goto(served.url(lang, **query))
    page.wait_for_selector("body[data-version]:not([data-state=loading])", state="attached")
    return page.locator("main.main")


def scene(main: Locator, name: str, timeout: float = 5000) -> None:
    expect(main).to_have_attribute("data-scene", name, timeout=timeout)


def test_rotation_hold_and_keys(page: Page, served: Fixture) -> None:
    main = opened(page, served)
    scene(main, "one")
    mark = page.locator("#gw-scene")
    expect(mark).to_be_hidden()  # nothing rotates, and this is the usual scene
    page.evaluate("gridwall.options.rotate = 1")
    expect(mark).to_contain_text("第一")
    expect(mark.locator(".round i")).to_have_count(2)
    scene(main, "two")
    scene(main, "one")
    page.keyboard.press(" ")
    expect(mark).to_contain_text("已停留")
    scene_now = main.get_attribute("data-scene") or ""
    page.wait_for_timeout(2600)
    scene(main, scene_now, 100)
    page.keyboard.press("ArrowRight")
    scene(main, "two" if scene_now == "one" else "one")
    page.keyboard.press("ArrowLeft")
    scene(main, scene_now)
    page.keyboard.press(" ")
    expect(mark).not_to_contain_text("已停留")
    scene(main, "two" if scene_now == "one" else "one")


def test_rotation_goes_on_when_its_timer_dies_and_a_scene_fails(
    page: Page, served: Fixture
) -> None:
    main = opened(page, served)
    page.evaluate(
        """() => {
          gridwall.options.rotate = 1;
          gridwall.onLayout(() => { throw new Error('a scene that fails'); });
          for (let id = 1; id < 5000; id += 1) clearInterval(id);
        }"""
    )
    scene(main, "two", 15_000)
    scene(main, "one", 15_000)
    expect(page.locator("body")).to_have_attribute("data-state", "live")


def test_steering_shows_a_scene_and_gives_it_back(page: Page, served: Fixture) -> None:
    main = opened(page, served)
    page.evaluate(
        """() => {
          window.asked = [];
          gridwall.stream.follow = (area) => asked.push(area);
          gridwall.options.rotate = 1;
          gridwall.scenes.show({ scene: 'map', area: '150402' });
        }"""
    )
    scene(main, "map")
    expect(page.locator("#gw-scene")).to_contain_text("分布")
    page.wait_for_timeout(2200)
    scene(main, "map", 100)
    page.evaluate("gridwall.scenes.back()")
    expect(main).not_to_have_attribute("data-scene", "map")
    assert page.evaluate("asked") == ["150402", ""]
    scene(main, "two")


def test_a_hidden_panel_is_not_drawn_and_is_current_when_shown(page: Page, served: Fixture) -> None:
    main = opened(page, served, scene="two")
    scene(main, "two")
    number = page.locator('[data-kpi="all.open"]')
    before = number.text_content()
    served.show({"kpi": {"all": {"open": 7654}}, "levels": {"red": {"open": 41}}})
    expect(page.locator('[data-kpi="by_level.red.open"]')).to_have_text("41")
    assert number.text_content() == before
    page.evaluate("gridwall.scenes.go('one')")
    assert number.text_content() == "7,654"


def test_a_changed_file_is_applied_without_a_reload(page: Page, served: Fixture) -> None:
    path: Path = served.file  # type: ignore[attr-defined]
    main = opened(page, served, scene="two")
    page.evaluate("window.kept = true")
    expect(page.locator("[data-panel=levels]")).to_be_visible()
    path.write_text("[wall]\nscenes = 3", "utf-8")  # broken: the last good one stays
    page.wait_for_timeout(1500)
    expect(page.locator("[data-panel=levels]")).to_be_visible()
    path.write_text(FILE.replace("LEFT", "scores"), "utf-8")
    expect(page.locator("[data-panel=scores]")).to_be_visible(timeout=8000)
    expect(page.locator("[data-panel=levels]")).to_be_hidden()
    assert page.evaluate("window.kept") is True
    scene(main, "two")
    path.write_text(FILE.replace("LEFT", "levels"), "utf-8")


def test_help_pointer_and_an_unknown_scene(page: Page, served: Fixture) -> None:
    main = opened(page, served, scene="nowhere", scenes="nothing,two,one")
    scene(main, "two")
    wall = page.locator("#gw-wall")
    expect(page.locator(".keys-help")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.locator(".keys-help kbd")).to_have_count(6)
    expect(page.locator(".keys-help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".keys-help")).to_be_hidden()
    assert wall.get_attribute("data-pointer") is None
    page.mouse.move(300, 300)
    page.mouse.move(310, 300)
    expect(wall).to_have_attribute("data-pointer", "yes")
    expect(wall).not_to_have_attribute("data-pointer", "yes", timeout=6000)


LAYOUTS = """() => {
  const main = document.querySelector('main.main').getBoundingClientRect();
  const found = [];
  const boxes = [...document.querySelectorAll('.panel')]
    .filter((one) => !one.hidden).map((one) => [one.dataset.panel, one.getBoundingClientRect()]);
  for (const [name, box] of boxes) {
    if (box.left < main.left - 1 || box.right > main.right + 1 || box.top < main.top - 1
        || box.bottom > main.bottom + 1 || box.width < 90 || box.height < 30)
      found.push(`${name} ${Math.round(box.width)}x${Math.round(box.height)}`);
    for (const [other, b] of boxes)
      if (name < other && box.left + 1 < b.right && b.left + 1 < box.right
          && box.top + 1 < b.bottom && b.top + 1 < box.bottom) found.push(name + '/' + other);
  }
  return boxes.length > 0 ? found : ['no panel'];
}"""


EDGES = """() => {
  const boxes = [...document.querySelectorAll('.panel')]
    .filter((one) => !one.hidden).map((one) => one.getBoundingClientRect());
  const middle = innerWidth / 2;
  const left = Math.max(...boxes.filter((b) => b.left < middle).map((b) => b.right));
  return [middle - left,
          Math.min(...boxes.filter((b) => b.right > middle).map((b) => b.left)) - middle];
}"""


def test_every_scene_at_every_size_and_no_word_across_a_seam(page: Page, served: Fixture) -> None:
    main = opened(page, served, lang="en")
    names: list[str] = page.evaluate("Object.keys(gridwall.names.scenes.scenes)")
    found: dict[str, list[str]] = {}
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for name in names:
            page.evaluate("name => gridwall.scenes.go(name)", name)
            if wrong := page.evaluate(LAYOUTS):
                found[f"{name} {width}x{height}"] = wrong
    for profile, columns, rows, size in (
        ("dual", 2, 1, (7680, 2160)),
        ("quad", 2, 2, (3840, 2160)),
    ):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.evaluate("profile => { gridwall.options.profile = profile; }", profile)
        for name in ("overview", "departments"):
            page.evaluate("name => gridwall.scenes.go(name)", name)
            scene(main, name)
            page.wait_for_timeout(400)  # labels and the figure are placed a moment later
            unit = page.evaluate("gridwall.unit()")
            # half a bezel and the grid's gap on both sides of the middle, to the pixel
            edges = page.evaluate(EDGES)
            assert edges == pytest.approx([38 * unit, 38 * unit], abs=1)
            if wrong := crossing(page, columns, rows, 24 * unit):
                found[f"{name} {profile}"] = wrong
    assert found == {}
