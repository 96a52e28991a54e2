"""The page of refused and unreadable items: one is corrected, one dismissed; both languages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, expect

from dashboard.core.model.actions import Action, Kind
from data_sources.engine.server import Engine
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.unknown_codes import UnknownCodes
from tests.support.served import served_apart
from tests.support.stores.engine import G0, T0, fold_all, life, parts_live

from .test_axe import grave
from .test_wall_look import Watched

pytestmark = pytest.mark.browser


@dataclass
class Site:
    url: str
    r: redis.Redis


def _fill(r: redis.Redis) -> None:
    log = ActionLog(r)
    first, second = life("C-20210104-017"), life("C-20210104-018")
    waits = [action for n in range(3) for action in life(f"C-20210104-03{n}")[1:3]]
    sent = [*first[:3], first[6], *second[:2], second[4], *waits]
    late = replace(first[2], action_id="again", department="D1", ts=T0 + 125_000)
    log.append([replace(action, source="closing") for action in (*sent, late)])
    log.append([Action(action_id="x", event_id="C-20210104-017", kind=Kind.ACCEPT, ts=T0 + 9)])
    r.xadd(G0.actions, {"a": b'{"event_id": "C-20210104-017", "kind": "clos"}'})
    for line in range(4, 9):
        log.dead_letter(
            {"file": "cases-2021.csv", "line": line, "field": "Status", "value": "Open?",
             "reason": "expected Open or Closed"}
        )  # fmt: skip
    for n in range(60):
        codes = (("category", "odd"), ("township", f"town {n}"))
        noted = Action(
            action_id="u", event_id="u", kind=Kind.REPORT, ts=T0, source="closing", as_sent=codes
        )
        UnknownCodes(r).note([noted])
    fold_all(r)
    parts_live(r)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    directory: Path = tmp_path_factory.mktemp("intake")
    with Engine(directory) as engine, connect(engine.url) as r:
        _fill(r)
        done = threading.Event()

        def fold() -> None:
            while not done.wait(0.1):
                fold_all(r)

        thread = threading.Thread(target=fold)
        thread.start()
        with served_apart(engine.url) as url:
            yield Site(url, r)
        done.set()
        thread.join()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    watched = Watched(browser, 1366, 768)
    yield watched.page
    watched.context.close()
    assert watched.wrong == []


def shown(page: Page, site: Site, address: str) -> None:
    page.goto(f"{site.url}{address}")
    page.locator(".review h1").wait_for(timeout=20_000)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [(390, 844), (1366, 768), (1920, 1080)])
def test_it_is_readable(browser: Browser, site: Site, lang: str, size: tuple[int, int]) -> None:
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, bypass_csp=True)
    page = context.new_page()
    shown(page, site, f"/intake?lang={lang}&source=closing&code=status")
    expect(page.locator("#item")).to_have_count(0)
    page.locator(".r-table.folds a").first.click()
    page.locator("#item form").first.wait_for()
    assert grave(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    context.close()


def test_an_item_is_corrected_and_another_dismissed(page: Page, site: Site) -> None:
    shown(page, site, "/intake?lang=en")
    rows = page.locator(".r-table.folds tbody tr")
    before = rows.count()
    # the close of an event that was dispatched only: it was the handling
    rows.filter(has_text="C-20210104-017").filter(has_text='"closed" is not allowed').locator(
        "a"
    ).click()
    item = page.locator("#item")
    expect(item).to_contain_text('"closed" is not allowed while the event is "Dispatched"')
    item.locator("input[name=ts]").fill("yesterday")
    item.get_by_role("button", name="Send again").click()
    expect(page.locator(".f-said.wrong")).to_contain_text("Time")
    item.locator(".f-choice input").first.click()
    page.get_by_role("option", name="handle", exact=False).first.click()
    item.get_by_role("button", name="Send again").click()
    expect(page.locator(".f-said.done")).to_contain_text("Applied", timeout=10_000)
    expect(rows).to_have_count(before - 1)

    page.locator(".r-table.folds a", has_text="Unreadable").click()
    item.locator("input[name=reason]").last.fill("a test of the sender")
    item.get_by_role("button", name="Dismiss this item").click()
    expect(page.locator(".f-said.done")).to_contain_text("Dismissed")
    expect(rows).to_have_count(before - 2)
    shown(page, site, "/audit?lang=en")
    expect(page.locator(".r-table")).to_contain_text("Corrected and sent again")
    expect(page.locator(".r-table")).to_contain_text("Dismissed an item")


def test_what_waits_and_what_could_not_be_read(page: Page, site: Site) -> None:
    shown(page, site, "/intake?lang=zh")
    expect(page.get_by_role("heading", name="等待上报的事项（3 件）")).to_be_visible()
    expect(page.get_by_role("heading", name="文件中无法读取的行（5 行）")).to_be_visible()
    letters = page.locator(".r-table", has_text="cases-2021.csv")
    expect(letters).to_contain_text("4–8")


@pytest.mark.parametrize(
    ("lang", "title", "words"),
    [
        ("zh", "本市没有的编码（61 个）", ("乡镇/街道", "事项类别", "另有 11 个")),
        ("en", "Codes that the city does not know (61)", ("Township", "Category", "11 more")),
    ],
)
def test_codes_that_the_city_does_not_know(
    page: Page, site: Site, lang: str, title: str, words: tuple[str, ...]
) -> None:
    shown(page, site, f"/intake?lang={lang}")
    section = page.locator(".r-section", has=page.get_by_role("heading", name=title))
    for one in words:
        expect(section).to_contain_text(one)
    rows = section.locator("tbody tr")
    expect(rows).to_have_count(50)
    expect(rows.first).to_contain_text("odd")
    expect(rows.first).to_contain_text("60")
