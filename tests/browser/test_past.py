"""The time machine and an event's page in a browser, against the audit of the same moment."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator

import pytest
import redis
from playwright.sync_api import Browser, Page, expect

from data_sources.past.asof import Past
from data_sources.past.reel import MOST
from data_sources.store.keys import shards
from tests.integration.past.test_asof import CHIFENG, fill, moments, simulated
from tests.integration.past.test_reel import past_of
from tests.support.served import served
from tests.support.stores.stopped import arrived

pytestmark = pytest.mark.browser

LONG_MS = 30_000


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    yield context.new_page()
    context.close()


def address(past: Past, at: int) -> str:
    shown_at = past.site.rules.local.iso(at)
    return f"/past?day={shown_at[:10]}&at={shown_at[11:19]}&lang=en"


def shown(page: Page, past: Past) -> int:
    """The moment that the frame shows, once all its numbers equal the audit's."""
    at = int(page.locator("#gw-past").get_attribute("data-shown") or 0)
    wall = past.wall(at)
    frame = page.frame_locator("#gw-past-wall")
    for name, n in (("open", wall.all.open), ("overdue", wall.all.overdue)):
        number = frame.locator(f'[data-kpi="all.{name}"]')
        expect(number).to_have_attribute("data-value", str(n), timeout=LONG_MS)
        fact = page.locator(f'#gw-past-figures [data-fact="{name}"]')
        expect(fact).to_have_attribute("data-value", str(n))
    return at


def test_the_wall_as_it_was(
    browser: Browser, page: Page, redis_url: str, redis_client: redis.Redis
) -> None:
    fill(redis_client, CHIFENG, simulated(1.5, 0.006), 1, 800)
    past = past_of(redis_client)
    times = moments([arrived(redis_client, keys) for keys in shards(2)], 4)
    at = random.Random(2).choice(times[1:]) // 60_000 * 60_000
    with served(redis_url, token=None, shards=CHIFENG.shards) as host:
        page.goto(host + address(past, at))
        root = page.locator("#gw-past")
        expect(root).to_have_attribute("data-shown", str(at), timeout=LONG_MS)
        assert shown(page, past) == at
        expect(
            page.frame_locator("#gw-past-wall").locator("body[data-state=past]")
        ).to_be_attached()

        # a browser that comes back again and again counts as one and takes one seat
        for _ in range(MOST):
            page.reload()
            expect(root).to_have_attribute("data-shown", str(at), timeout=LONG_MS)

        page.locator("#gw-past-typed input").fill("x")
        page.locator("#gw-past-typed input").press("Enter")
        expect(page.locator("#gw-past-wrong")).not_to_have_text("")
        page.keyboard.press("Escape")
        page.keyboard.press("ArrowRight")
        expect(page.locator("#gw-past-wrong")).to_have_text("")
        expect(root).to_have_attribute("data-shown", str(at + 60_000), timeout=LONG_MS)
        assert shown(page, past) == at + 60_000

        # a time is typed, in the city's zone; what can't be read or has no records is named
        field, wrong = page.locator("#gw-past-typed input"), page.locator("#gw-past-wrong")
        local = past.site.rules.local
        for text, words in (("25:99", "'25:99' is not a time"), ("1999-01-02 08:00", "records")):
            field.fill(text)
            field.press("Enter")
            expect(wrong).to_contain_text(words)
            expect(field).to_have_attribute("aria-invalid", "true")
        hour = local.start_of_day(local.day(at)) + 6 * 3_600_000
        typed_at = max(hour, at - 3_600_000)
        # figures are marked until they belong to the time on the label; a late answer is dropped
        page.route("**/api/v1/past/frames*", lambda route: (time.sleep(0.6), route.continue_()))
        field.fill(local.iso(typed_at)[:16].replace("T", " "))
        field.press("Enter")
        expect(root).to_have_attribute("data-waiting", "reading")
        expect(page.locator("#gw-past-stage")).to_have_attribute("aria-busy", "true")
        expect(page.locator("#gw-past-reading")).to_contain_text(local.iso(typed_at)[11:16])
        page.keyboard.press("ArrowRight")  # before that answer: it must never be shown
        assert page.evaluate(TYPED) == READ
        held = "document.getElementById('gw-past').dataset"
        page.evaluate(
            f"""() => {{ window.seen = []; new MutationObserver(() => seen.push({held}.shown))
            .observe(document.getElementById('gw-past'), {{ attributes: true }}); }}"""
        )
        expect(root).to_have_attribute("data-shown", str(typed_at + 60_000), timeout=LONG_MS)
        expect(root).to_have_attribute("data-waiting", "")
        expect(page.locator("#gw-past-stage")).to_have_attribute("aria-busy", "false")
        assert str(typed_at) not in page.evaluate("seen")
        expect(wrong).to_have_text("")
        assert shown(page, past) == typed_at + 60_000
        page.unroute("**/api/v1/past/frames*")
        field.fill(local.iso(at + 60_000)[:16].replace("T", " "))
        field.press("Enter")
        expect(root).to_have_attribute("data-shown", str(at + 60_000), timeout=LONG_MS)

        # a link is the view: a colleague sees the same
        other = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        other.goto(page.url)
        frame = other.locator("#gw-past")
        expect(frame).to_have_attribute("data-shown", str(at + 60_000), timeout=LONG_MS)
        assert other.evaluate("document.documentElement.scrollWidth") == 390
        other.context.close()

        page.locator('[data-speed="600"]').click()
        page.keyboard.press(" ")
        expect(root).not_to_have_attribute("data-shown", str(at + 60_000), timeout=LONG_MS)
        page.keyboard.press(" ")
        expect(page.locator("[data-past=play]")).to_have_attribute("aria-pressed", "false")
        expect(root).to_have_attribute("data-state", "")
        page.keyboard.press("Home")
        start = past.site.rules.local.start_of_day(past.site.rules.local.day(at))
        expect(root).to_have_attribute("data-shown", str(start), timeout=LONG_MS)
        shown(page, past)

        # a time after the last record leads to that, one before the first says so; both in words
        said = page.locator("#gw-past-said")
        page.goto(host + address(past, past.now()))
        expect(root).to_have_attribute("data-waiting", "", timeout=LONG_MS)
        last = int(root.get_attribute("data-shown") or 0)
        page.locator(".t-hours button").last.click()
        expect(said).to_contain_text(f"Nothing is recorded after {local.iso(past.now())[:10]}")
        expect(root).to_have_attribute("data-shown", str(past.now()), timeout=LONG_MS)
        expect(root).to_have_attribute("data-state", "after_last")
        page.keyboard.press("ArrowLeft")
        expect(said).to_have_text("")
        assert last <= past.now()
        first = past.first() or 0
        page.goto(host + address(past, local.start_of_day(local.day(first))))
        expect(said).to_contain_text("Nothing is recorded before", timeout=LONG_MS)
        page.goto(host + address(past, at))
        expect(root).to_have_attribute("data-waiting", "", timeout=LONG_MS)
        expect(said).to_have_text("")
        page.keyboard.press("Home")
        expect(root).to_have_attribute("data-shown", str(start), timeout=LONG_MS)

        # from a mark to the moment, and on to its event
        mark = page.locator("#gw-past-marks .t-slot").first
        expect(mark).to_be_attached(timeout=LONG_MS)
        mark.click()
        expect(root).not_to_have_attribute("data-shown", str(start), timeout=LONG_MS)
        shown(page, past)
        link = page.locator("#gw-past-near a").first
        page.goto(host + (link.get_attribute("href") or "") + "?lang=en")
        expect(page.locator(".e-track .e-piece").first).to_be_attached(timeout=LONG_MS)
        expect(page.locator(".e-line[data-kind=report]")).to_be_visible()
        expect(page.locator("h1")).to_have_text(re.compile("chifeng-"))


TYPED = """async () => {
  const { typed } = await import("/assets/pages/past/typed.mjs");
  const back = (n) => ["2018-01-15", "2018-01-14"][n];
  const all = [
    " 18:00", "18：05:09", "昨天18:00", "yesterday 9:30", "2018-1-3 18:00", "2018年1月3日18:00",
    "2018-01-03T18:00:30", "", "18", "24:00", "18:61", "2018-04-31 08:00", "2018-01-03", "x 18:00",
    "2018-01-03 18:00 x",
  ];
  const read = all.map((text) => typed(text, "2018-01-10", back));
  return read.map((found) => found && found.day + " " + found.clock);
}"""
READ = [
    "2018-01-10 18:00:00",
    "2018-01-10 18:05:09",
    "2018-01-14 18:00:00",
    "2018-01-14 09:30:00",
    *["2018-01-03 18:00:00"] * 2,
    "2018-01-03 18:00:30",
    *[None] * 8,
]
