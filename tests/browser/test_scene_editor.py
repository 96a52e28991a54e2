"""Scenes made without a text editor, and a wall of theirs pointed at an event from a telephone."""

from __future__ import annotations

import os
import re
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.config.scenes import read
from tests.browser.reviewed import Reviewed
from tests.support.scenefiles import city
from tests.support.served import served_apart

pytestmark = [pytest.mark.browser, pytest.mark.timeout(150)]
DISTRICT = "150402"
NAME = "大厅"


class Presses:
    """Counts what a hand does on a page: a press, a choice, a text typed."""

    def __init__(self) -> None:
        self.count = 0

    def click(self, page: Page, selector: str) -> None:
        self.count += 1
        page.locator(selector).first.click()

    def choose(self, page: Page, label: str, value: str) -> None:
        self.count += 1
        page.get_by_role("combobox", name=label, exact=True).select_option(value)

    def type(self, page: Page, label: str, words: str) -> None:
        self.count += 1
        page.get_by_label(label, exact=True).fill(words)
        page.get_by_label(label, exact=True).press("Tab")


def opened(browser: Browser, address: str, width: int, height: int, wait: str) -> Page:
    page = browser.new_page(viewport={"width": width, "height": height})
    page.faults = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.faults.append(str(error)))  # type: ignore[attr-defined]
    page.goto(address)
    page.wait_for_selector(wait, timeout=20_000)
    return page


@pytest.fixture
def site(review_site: Reviewed, tmp_path: Path):  # type: ignore[no-untyped-def]
    """The same city and data as all pages', with a scene file of its own."""
    path = tmp_path / "scenes.toml"
    path.write_text("# of the hall\n", "utf-8")
    with served_apart(review_site.redis_url, shards=2, scenes_file=str(path)) as url:
        yield url, path


def test_a_rotation_for_a_wide_wall_of_one_district(
    browser: Browser, site: tuple[str, Path]
) -> None:
    url, path = site
    hand = Presses()
    page = opened(browser, f"{url}/scenes?lang=en", 1366, 768, ".s-cell")
    hand.click(page, "label:has(input[value=wide])")
    hand.type(page, "Name of the wall (empty: every wall)", NAME)
    hand.choose(page, "Area", DISTRICT)
    hand.type(page, "Seconds for each scene (0: no rotation)", "20")
    hand.click(page, 'input[data-scene="queue"]')
    # the wall itself, at its true size, draws the draft before anything is written
    frame = page.frame_locator("#gw-scenes-frame")
    expect(frame.locator("main.main")).to_have_attribute("data-scene", "overview", timeout=20_000)
    expect(frame.locator("#gw-wall")).to_have_attribute("data-shape", "wide")
    assert page.locator("#gw-scenes-frame").evaluate("f => f.contentWindow.innerWidth") == 7680
    expect(page.locator(".s-said")).to_contain_text("not saved yet", timeout=10_000)
    assert path.read_text("utf-8") == "# of the hall\n"
    hand.click(page, "button.main")
    expect(page.locator(".s-said a")).to_have_attribute("href", re.compile("device=%E5%A4%A7"))
    made = read(path, city()).screens[NAME]
    assert (made.rotate, made.area) == (20, DISTRICT)
    assert made.scenes == ("overview", "map", "departments")
    assert path.read_text("utf-8").startswith("# of the hall\n")
    assert path.with_name("scenes.toml.previous").read_text("utf-8") == "# of the hall\n"

    wall = opened(browser, f"{url}/wall?device={NAME}", 3840, 1080, "main[data-scene]")
    expect(wall.locator("#gw-wall")).to_have_attribute("data-shape", "wide")
    options = wall.evaluate("() => ({...window.gridwall.options})")
    assert (options["rotate"], options["area"]) == (20, DISTRICT)

    phone = opened(browser, f"{url}/steer?lang=en", 390, 844, "#gw-steer-events .event")
    hand.choose(phone, "Wall", NAME)
    event = phone.locator("#gw-steer-events .event").first.get_attribute("data-event")
    hand.click(phone, "#gw-steer-events .event")
    expect(wall.locator("#gw-steer")).to_be_visible(timeout=10_000)
    expect(phone.locator("#gw-steer-said")).to_contain_text(str(event))
    assert hand.count <= 12
    # the message is under the row that was pressed, and covers neither it nor another one
    row, said, after = (
        box.bounding_box()
        for box in (
            phone.locator("#gw-steer-events .event").first,
            phone.locator("#gw-steer-said"),
            phone.locator("#gw-steer-events .event").nth(1),
        )
    )
    assert row
    assert said
    assert after
    assert row["y"] + row["height"] <= said["y"] + 0.5
    assert said["y"] + said["height"] <= after["y"] + 0.5

    _keyboard(page, path)
    _mistakes_and_others(page, path, url)
    for one in (page, wall, phone):
        assert one.faults == []  # type: ignore[attr-defined]
        one.close()


def _keyboard(page: Page, path: Path) -> None:
    """A new scene by keys alone: a panel, two corners, saved."""
    page.get_by_role("button", name="New from this").press("Enter")
    page.locator('.s-palette input[value="brief"]').focus()
    page.keyboard.press("Space")
    cell = page.locator('.s-cell[tabindex="0"]')
    cell.focus()
    assert cell.evaluate("c => getComputedStyle(c).outlineStyle") != "none"
    assert cell.get_attribute("aria-label") == "Row 1, column 1: Figures of the day"
    for key in ("Enter", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    expect(page.locator('.s-cell[data-panel="brief"]')).to_have_count(2)
    expect(page.locator(".s-said")).to_contain_text("not saved yet", timeout=10_000)
    save = page.get_by_role("button", name="Save", exact=True)
    save.press("Enter")
    expect(page.locator(".s-said")).to_contain_text("Saved", timeout=10_000)
    made = read(path, city())
    assert made.scenes["scene-1"].wide.span("brief") == (0, 0, 2, 1)
    assert made.screens[NAME].scenes[-1] == "scene-1"


def _mistakes_and_others(page: Page, path: Path, url: str) -> None:
    """A mistake is next to what it names; a file changed elsewhere is left alone."""
    before = path.read_text("utf-8")
    page.locator('.s-palette label:has(input[value="map"])').click()
    cells = page.locator('.s-cell[data-panel="queue"]')
    cells.first.click()
    cells.first.click()
    page.locator(".s-track").first.fill("0")
    expect(page.locator('.s-wrong[data-path="layout"]')).to_contain_text("must be above 0")
    expect(page.locator('.s-track[aria-invalid="true"]')).to_have_count(1)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".s-said")).to_contain_text("Nothing is saved", timeout=10_000)
    assert path.read_text("utf-8") == before
    page.locator(".s-track").first.fill("400")
    path.write_text(before + "# by another hand\n", "utf-8")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".s-said")).to_contain_text("changed after this page read it")
    assert path.read_text("utf-8").endswith("# by another hand\n")
    lines = httpx.get(f"{url}/api/v1/audit?what=scenes-changed").json()["lines"]
    assert [one["object"] for one in lines] == [
        f"wall {NAME}, scene scene-1",
        f"wall {NAME}",
    ]
    # the file may not be written: the page says so, even where the server runs as root
    os.chmod(path, 0o444)
    page.reload()
    expect(page.locator(".s-said")).to_contain_text("cannot write", timeout=15_000)
