"""The queue workbench in a browser: scrolling, sorting, the keyboard, acts and their undoing, a
second session that is faster, live changes that leave one's place alone."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
import redis
from playwright.sync_api import Browser, Page, expect

from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.domain_clock import publish
from data_sources.store.keys import FEED
from tests.support.stores.engine import life, parts_live
from tests.support.stores.queues import HEADER, HONGSHAN, queue

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

COUNT = 520
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def store(_redis_server: str) -> Iterator[redis.Redis]:
    with connect(_redis_server) as r:
        r.flushall()
        r.script_flush()
        yield r


@pytest.fixture(scope="module")
def address(_redis_server: str, store: redis.Redis) -> Iterator[str]:
    with queue(_redis_server, store, COUNT) as client:
        yield str(client("li").base_url)


@pytest.fixture(scope="module")
def opened(browser: Browser, address: str) -> Iterator[Open]:
    """A page for each person, which goes from view to view."""
    pages: dict[str, Page] = {}

    def open_as(name: str, query: str = "lang=en", size: tuple[int, int] = (1366, 768)) -> Page:
        if name not in pages:
            context = browser.new_context(extra_http_headers={HEADER: name})
            pages[name] = context.new_page()
        page = pages[name]
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(f"{address}/queue?{query}")
        expect(page.locator(".q-grid .mark").first).to_be_visible(timeout=20_000)
        return page

    yield open_as
    for page in pages.values():
        page.context.close()


def row(page: Page, event: str) -> str:
    """A selector of the row's cells, wherever the grid has put them."""
    return f'.ag-row[row-id="{event}"]'


def choose(page: Page, event: str) -> None:
    page.locator(f'{row(page, event)} [col-id="category"]').click(position={"x": 150, "y": 6})
    expect(page.locator("#gw-queue-chosen")).to_contain_text(event)


def shows_result(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.locator("#gw-queue-said")).to_contain_text(words, timeout=10_000)


def test_many_rows_few_in_the_browser(opened: Open) -> None:
    page = opened("li")
    expect(page.locator("#gw-queue-count")).to_have_text(re.compile(r"^52\d open$"))
    page.evaluate("gwQueue.api.ensureIndexVisible(480, 'top')")
    expect(page.locator('.ag-row[row-index="483"] .mark')).to_be_visible()
    page.evaluate("gwQueue.api.ensureIndexVisible(200, 'top')")
    expect(page.locator('.ag-row[row-index="203"] .mark')).to_be_visible()
    assert page.locator(".ag-row").count() < 60
    held = "n => { let k = 0; gwQueue.api.forEachNode(m => { if (m.data) k += 1; }); return k; }"
    assert page.evaluate(held) <= 300


def test_sort_search_and_states_stand_in_the_address(opened: Open) -> None:
    page = opened("li")
    page.locator('.ag-header-cell[col-id="reported"]').click()
    expect(page).to_have_url(re.compile(r"sort=-reported"))
    first = page.locator('.ag-row[row-index="0"]')
    expect(first).to_contain_text(f"e{COUNT - 1}")
    page.keyboard.press("/")
    page.keyboard.type("e0777")
    expect(page).to_have_url(re.compile(r"q=e0777"))
    expect(page.locator("#gw-queue-count")).to_have_text("No open event fits these filters")
    page.locator("#gw-queue-search").fill("E077")
    expect(page.locator("#gw-queue-count")).to_have_text("1 open")
    page.locator("#gw-queue-search").fill("")
    expect(page.locator("#gw-queue-count")).to_have_text(re.compile(r"^52\d open$"))
    page.locator('[data-clock="unanswered"]').click()
    expect(page).to_have_url(re.compile(r"clock=unanswered"))
    expect(page.locator('[data-clock="unanswered"]')).to_have_attribute("aria-pressed", "true")
    found = page.locator(".q-exports a").first.get_attribute("href") or ""
    assert "clock=unanswered" in found
    assert "sort=-reported" in found
    page.go_back()
    expect(page.locator('[data-clock=""]')).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#gw-queue-count")).to_have_text(re.compile(r"^52\d open$"))


def test_from_view_to_view_and_page_to_page(opened: Open) -> None:
    """Links change the page without a reload: the grid shows the view of the address each time."""
    page = opened("li")
    count = page.locator("#gw-queue-count")
    for query, words in (("lang=en&level=orange", "1 open"), ("lang=zh&level=red", "共 1 件未结")):
        page.evaluate("href => window.review.visit(href)", f"/queue?{query}")
        expect(count).to_have_text(words)
        expect(page.locator(".q-grid .mark")).to_have_count(1)
    page.evaluate("window.review.visit('/?lang=en')")
    expect(count).to_have_count(0, timeout=20_000)
    page.go_back()
    expect(count).to_have_text("共 1 件未结", timeout=20_000)
    expect(page.locator(".q-grid .mark")).to_have_count(1)


def test_the_keyboard_acts_and_takes_back(opened: Open) -> None:
    page = opened("li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#gw-queue-chosen")
    expect(chosen).to_contain_text("e001")
    page.keyboard.press("a")
    shows_result(page, "Acknowledged")
    expect(page.locator(row(page, "e001"))).to_contain_text("acknowledged")
    page.keyboard.press("z")
    shows_result(page, "Acknowledgement taken back")
    expect(page.locator(row(page, "e001"))).not_to_contain_text("acknowledged")
    page.keyboard.press("h")
    expect(page.locator("#gw-queue-hand")).to_be_visible()
    page.keyboard.press("4")
    shows_result(page, "Handed over to County")
    expect(page.locator(f'{row(page, "e001")} [col-id="step"]')).to_contain_text("County")
    page.keyboard.press("c")
    page.keyboard.type("ring 13912345678")
    page.keyboard.press("Control+Enter")
    shows_result(page, "What named a person was masked")
    page.keyboard.press("?")
    expect(page.locator("#gw-queue-help")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/events/e001"))


def test_another_user_was_faster(opened: Open) -> None:
    """Two users look; the slower one sees who did what, and may still act."""
    slow, fast = opened("li"), opened("wang")
    # the slow one hears nothing of it by itself
    slow.route("**/api/v1/queue/changes*", lambda route: route.abort())
    shows_result(slow, "No updates are coming")
    for page in (slow, fast):
        choose(page, "e002")
    fast.keyboard.press("h")
    fast.keyboard.press("4")
    shows_result(fast, "Handed over to County")
    slow.keyboard.press("h")
    slow.keyboard.press("5")
    dialog = slow.locator("#gw-queue-conflict")
    expect(dialog).to_be_visible()
    expect(dialog.locator(".q-since li")).to_have_count(1)
    expect(dialog).to_contain_text(f"the county {HONGSHAN}")
    expect(dialog).to_contain_text("County")
    assert "wang" not in dialog.inner_text()
    dialog.locator("[data-does=again]").click()
    shows_result(slow, "Handed over to City")
    slow.unroute_all()


def test_several_at_once_each_with_its_result(opened: Open) -> None:
    """Of three ticked rows one is acknowledged already: two are done, one shows why not."""
    page = opened("li", "lang=en&q=e01")
    for event in ("e010", "e011", "e012"):
        page.locator(f"{row(page, event)} .q-tick").click()
    expect(page.locator("#gw-queue-chosen")).to_have_text("3 ticked")
    page.keyboard.press("Escape")
    choose(page, "e011")
    page.keyboard.press("a")
    shows_result(page, "Acknowledged")
    for event in ("e010", "e011", "e012"):
        page.locator(f"{row(page, event)} .q-tick").click()
    page.keyboard.press("a")
    page.locator("#gw-queue-bulk [data-does=bulk]").click()
    results = page.locator("#gw-queue-bulk .q-results li")
    expect(results).to_have_count(3)
    expect(page.locator("#gw-queue-bulk")).to_contain_text("2 done, 1 not done")
    expect(results.filter(has_text="e011")).to_contain_text("acknowledged already")
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    expect(page.locator("#gw-queue-bulk")).to_contain_text("2 done, 0 not done")


def test_changes_come_without_losing_the_place(opened: Open, store: redis.Redis) -> None:
    page, other = opened("li"), opened("wang")
    page.evaluate("gwQueue.api.ensureIndexVisible(40, 'top')")
    expect(page.locator('.ag-row[row-index="44"] .mark')).to_be_visible()
    event = page.locator('.ag-row[row-index="44"]').get_attribute("row-id") or ""
    choose(page, event)
    top = page.evaluate("document.querySelector('.ag-body-viewport').scrollTop")
    assert top > 0
    other.locator("#gw-queue-search").fill(event)
    choose(other, event)
    other.keyboard.press("u")
    shows_result(other, "Urged")
    expect(page.locator(row(page, event))).to_contain_text("urged 1")
    county = ("150402", "150402001", "150402001001", "150402001001001")
    chip = page.locator("#gw-queue-chip-all")
    before = int((chip.text_content() or "").replace(",", ""))
    ActionLog(store).append(
        life("n001", int(time.time() * 1000) - 1000, close=False, place=county)[:1]
    )
    expect(page.locator(".q-fresh")).to_contain_text("1 new", timeout=10_000)
    # the numbers of the filters follow without the list being loaded again
    expect(chip).to_have_text(f"{before + 1:,}")
    expect(page.locator(row(page, event))).to_have_class(re.compile("ag-row-selected"))
    assert page.evaluate("document.querySelector('.ag-body-viewport').scrollTop") == top
    page.keyboard.press("n")
    expect(page.locator(".q-fresh")).to_have_count(0)


def test_the_truth_line_follows(opened: Open, store: redis.Redis) -> None:
    """An open list shows by itself that its feed fell silent, and that it sends again."""
    page = opened("li")
    age = page.locator(".r-truth .r-age")
    expect(age).to_have_text("up to date")
    of = page.locator(".r-truth .r-of").text_content() or ""
    expect(page.locator(".r-truth .r-of")).not_to_have_text(of, timeout=10_000)
    now = int(time.time() * 1000)
    publish(store, mode="simulated", virtual_ms=now, speed=1)
    store.hincrby(FEED, "wall", -60_000)
    try:
        expect(age).to_have_text(re.compile("feed silent for 1 min"), timeout=10_000)
        expect(age).to_have_class(re.compile("late"))
        parts_live(store, since_ms=180_000, parts=["clock"])
        expect(age).to_have_text(re.compile("clock stopped 3 min ago"), timeout=10_000)
    finally:
        store.delete(FEED)
        parts_live(store)
    expect(age).to_have_text("up to date", timeout=10_000)
    expect(age).not_to_have_class(re.compile("late"))
    page.context.set_offline(True)
    try:
        expect(age).to_have_text(re.compile("No updates are coming"), timeout=10_000)
        expect(age).to_have_class(re.compile("late"))
    finally:
        page.context.set_offline(False)
    expect(age).to_have_text("up to date", timeout=10_000)


def test_nothing_found_is_shown_in_the_pages_language(opened: Open) -> None:
    page = opened("li", "lang=zh")
    page.locator("#gw-queue-search").fill("zzzz-none")
    expect(page.locator("#gw-queue-count")).not_to_contain_text(re.compile("[0-9]"))
    expect(page.locator(".ag-row")).to_have_count(0)
    text = page.locator(".q-grid").inner_text()
    assert not re.search("[a-z]{3,}", text, re.IGNORECASE), text


def test_a_saved_view_and_who_may_only_look(opened: Open) -> None:
    page = opened("li", "lang=en&level=red")
    page.locator("#gw-queue-views").click()
    page.locator("#gw-queue-saved .q-field").fill("All red")
    page.locator("#gw-queue-saved [data-does=save]").click()
    link = page.locator("#gw-queue-saved .q-list a")
    expect(link).to_have_text("All red")
    href = link.get_attribute("href") or ""
    assert "level=red" in href
    viewer = opened("zhao", "lang=en&level=red")
    expect(viewer.locator(".q-act")).to_have_count(1)
    expect(viewer.locator(".q-tick")).to_have_count(0)


def test_a_phone(opened: Open) -> None:
    """One card a row, nothing wider than the screen, the buttons within it."""
    page = opened("li", "lang=zh", (390, 844))
    expect(page.locator(".q-card").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box = page.locator(".q-buttons").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 844
    # with news among them, no button's words break into lines
    page.evaluate("gwQueue.showFresh(1234)")
    expect(page.locator(".q-fresh")).to_be_visible()
    heights = page.locator(".q-line button").evaluate_all("all => all.map(b => b.offsetHeight)")
    assert len(heights) == 2
    assert max(heights) <= 48
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator('.ag-row[row-index="1"]')).to_contain_text("e001")


def test_a_large_screen(opened: Open) -> None:
    """Letters grow there, and the rows with them: nothing of a row is cut."""
    page = opened("li", size=(3840, 2160))
    cells = page.locator('.ag-row[row-index="0"] .ag-cell')
    assert cells.count() == 8
    cut = cells.evaluate_all(
        """all => all.flatMap(cell => {
          const box = cell.closest('.ag-row').getBoundingClientRect();
          return [...cell.querySelectorAll('span, a')]
            .map(one => one.getBoundingClientRect())
            .filter(one => one.height && (one.top < box.top || one.bottom > box.bottom + 1))
            .map(one => `${cell.getAttribute('col-id')} ${one.top}..${one.bottom}`);
        })"""
    )
    assert cut == []
