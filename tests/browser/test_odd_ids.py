"""Events whose ids hold what means something in an address have a page; drafts of comments."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
import redis
from playwright.sync_api import Browser, Page, expect

from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from tests.support.served import served
from tests.support.stores.engine import life, parts_live
from tests.support.stores.queues import (
    HEADER,
    HONGSHAN,
    PROXY,
    YUANBAOSHAN,
    arrive,
    folding,
    wait_for,
)

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

IDS = [
    "2018/01/15", "what?now=1", "no#7", "100%", "a%2Fb", "a b+c", "事项/甲?", "x&y=z;q", "é~'\"<b>",
    "ends/", "//x", "c:\\d", "{e}", "x/actions",
]  # fmt: skip


@pytest.fixture(scope="module")
def address(_redis_server: str) -> Iterator[str]:
    """A served queue with these events; the last one is in another county."""
    with connect(_redis_server) as r:
        _fill(r)
        with folding(_redis_server), served(_redis_server, **PROXY) as found:
            own = {HEADER: "li", "X-Gridwall": "1"}
            with httpx.Client(base_url=found, headers=own, timeout=20) as client:
                wait_for(
                    lambda: client.get("/api/v1/queue").json().get("total") == len(IDS) + 1, 60
                )
            yield found


def _fill(r: redis.Redis) -> None:
    r.flushall()
    r.script_flush()
    arrive(r)
    now = int(time.time() * 1000) - 3_600_000
    actions = [one for name in IDS for one in life(name, now, close=False)]
    far = (YUANBAOSHAN, f"{YUANBAOSHAN}001")
    ActionLog(r).append(actions + life("far/away?", now, close=False, place=far))
    parts_live(r)


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(extra_http_headers={HEADER: "li"}, locale="en")
    yield context.new_page()
    context.close()


def _opened(page: Page, address: str, query: str = "lang=en") -> Page:
    page.goto(f"{address}/queue?{query}")
    expect(page.locator(".ag-row .mark").first).to_be_visible(timeout=30_000)
    return page


@pytest.mark.parametrize("name", IDS)
def test_an_event_has_a_page_whatever_its_id(page: Page, address: str, name: str) -> None:
    page.goto(f"{address}/events/{quote(name, safe='')}?lang=en")
    expect(page.locator("h1")).to_contain_text(name, timeout=30_000)
    expect(page.locator("body")).to_contain_text("accepted", ignore_case=True)


def test_the_queue_leads_to_each_page(page: Page, address: str) -> None:
    _opened(page, address)
    for name in IDS[:4]:
        there = page.evaluate("id => gwQueue.api.getRowNode(id) && id", name)
        assert there == name
        page.evaluate("id => gwQueue.api.getRowNode(id).setSelected(true)", name)
    page.locator(f'.ag-row[row-id="{IDS[1]}"] [col-id="category"]').dblclick()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/events/what%3Fnow%3D1"))
    expect(page.locator("h1")).to_contain_text(IDS[1], timeout=30_000)


@pytest.mark.parametrize("name", IDS)
def test_the_api_answers_for_it(address: str, name: str) -> None:
    with httpx.Client(headers={HEADER: "li"}) as client:
        if name != "x/actions":  # the address of the actions of "x", which is no event
            found = client.get(f"{address}/api/v1/events/{quote(name, safe='')}")
            assert (found.status_code, found.json()["event_id"]) == (200, name)
        story = client.get(f"{address}/api/v1/events/{quote(name, safe='')}/actions")
        assert story.status_code == 200


def test_an_area_is_kept_for_such_an_id_too(browser: Browser, address: str) -> None:
    """The guard looks up the event that the page shows, not another spelling of its id."""
    with httpx.Client(headers={HEADER: "wang"}) as client:
        assert client.get(f"{address}/api/v1/events/far%2Faway%3F").status_code == 403
        assert client.get(f"{address}/events/far%2Faway%3F").status_code == 403
    context = browser.new_context(extra_http_headers={HEADER: "wang"})
    page = context.new_page()
    page.goto(f"{address}/queue?lang=en&area={HONGSHAN}")
    expect(page.locator(".ag-row .mark").first).to_be_visible(timeout=30_000)
    page.evaluate("window.review.visit('/events/far%2Faway%3F?lang=en')")
    page.wait_for_timeout(1500)
    expect(page.locator("h1")).not_to_contain_text("far/away?")
    context.close()


def test_a_visitor_who_signs_in_comes_back_to_the_same_event(address: str) -> None:
    sent = httpx.get(f"{address}/events/what%3Fnow%3D1?lang=en", headers={"Accept": "text/html"})
    assert sent.status_code == 303
    assert httpx.URL(sent.headers["location"]).params["next"] == "/events/what%3Fnow%3D1?lang=en"


def test_a_draft_survives_escape_and_another_page(page: Page, address: str) -> None:
    _opened(page, address)
    choose = page.locator('.ag-row[row-id="100%"] [col-id="category"]')
    choose.click(position={"x": 150, "y": 6})
    page.keyboard.press("c")
    text = page.locator("#gw-queue-comment textarea")
    expect(text).to_be_visible()
    text.fill("Half a sent")
    page.keyboard.press("Escape")
    expect(page.locator("#gw-queue-comment")).to_be_hidden()
    page.keyboard.press("c")
    expect(text).to_have_value("Half a sent")
    page.keyboard.press("Escape")
    # about another event it is another draft
    page.locator('.ag-row[row-id="no#7"] [col-id="category"]').click(position={"x": 150, "y": 6})
    page.keyboard.press("c")
    expect(text).to_have_value("")
    page.keyboard.press("Escape")
    _opened(page, address)
    choose.click(position={"x": 150, "y": 6})
    page.keyboard.press("c")
    expect(text).to_have_value("Half a sent")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#gw-queue-comment")).to_be_hidden(timeout=10_000)
    page.keyboard.press("c")
    expect(text).to_have_value("")
    other = page.context.new_page()
    _opened(other, address)
    assert other.evaluate("Object.keys(sessionStorage).filter(k => k.startsWith('gw-draft'))") == []
