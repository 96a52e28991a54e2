"""Leaders at work on departments: the slowest of a month and what hurt it, in at most five presses;
a link shows a colleague the same; other weights are tried in the address; two side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from .reviewed import Reviewed
from .test_review_shell import query, shown
from .test_wall_look import Watched

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    watched = Watched(browser, 1366, 768)
    yield watched.page
    watched.context.close()
    assert watched.wrong == []


def test_the_slowest_of_a_month_and_the_events_that_hurt_it(
    page: Page, browser: Browser, review_site: Reviewed
) -> None:
    shown(page, review_site, "/?lang=en")
    page.locator(".r-nav a[href^='/departments']").click()  # 1
    expect(page.locator(".r-section h2").first).to_have_text("Scoreboard, February 2021")
    page.locator(".f-range input").click()  # 2
    page.get_by_role("option", name="January 2021", exact=True).click()  # 3
    expect(page.locator(".r-section h2").first).to_have_text("Scoreboard, January 2021")
    scores = httpx.get(f"{review_site.url}/api/v1/scores?at=2021-01").json()["scores"]
    first = page.locator(".r-table tbody tr").first.locator("th, td")
    assert first.nth(2).locator("a").inner_text() == f"{scores[0]['shrunk']:.1f}"
    ranked = [one for one in scores if one["rank"] and one["handling"] is not None]
    slow = min(ranked, key=lambda one: one["handling"])
    page.locator(".d-said a").first.click()  # 4
    expect(page.locator(".d-worst li")).to_have_count(3)
    assert f"/departments/{slow['subject']}?" in page.url
    big = page.locator(".d-card .d-big")
    shown_scores = [slow["shrunk"], slow["dispatch"], slow["handling"], slow["outcome"]]
    assert big.all_inner_texts() == ["–" if v is None else f"{v:.1f}" for v in shown_scores]
    links = page.locator(".d-worst .d-strong")
    hrefs = [links.nth(n).get_attribute("href") or "" for n in range(3)]
    assert all(re.match(r"/events/[^/?]+", href) for href in hrefs)
    worst = links.all_inner_texts()

    other = Watched(browser, 390, 844)
    other.page.goto(page.url)
    expect(other.page.locator(".d-worst .d-strong")).to_have_text(worst, timeout=20_000)
    wide = other.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390
    other.context.close()
    assert other.wrong == []

    # why: every event behind the indicator
    big.nth(2).locator("a").click()
    expect(page.locator(".v-figure")).to_have_text(f"{slow['handling']:.1f}")
    explained = httpx.get(
        f"{review_site.url}/api/v1/scores/explain",
        params={"subject": slow["subject"], "at": "2021-01"},
    ).json()
    parts = [one for one in explained["parts"] if one["component"].startswith("handling.")]
    missed = {event["event_id"] for part in parts for event in part["missed"]}
    expect(page.locator(".r-choices .here")).to_have_text(f"Cost points {len(missed)}")
    expect(page.locator(".r-table tbody tr")).to_have_count(min(100, len(missed)))


def test_other_weights_are_tried_in_the_address(page: Page, review_site: Reviewed) -> None:
    shown(page, review_site, "/departments?lang=en&range=2021-01")
    expect(page.locator(".d-whatif")).to_have_count(0)
    before = page.locator(".d-place strong").all_inner_texts()
    page.locator(".d-tune summary").click()
    thumb = page.get_by_role("slider", name="Handling")
    thumb.focus()
    thumb.press("End")
    expect(page.locator(".d-whatif")).to_be_visible()
    assert query(page)["w_handling"] == "100"
    expect(page.get_by_role("columnheader", name="Rank now")).to_be_visible()
    page.locator(".d-whatif a").click()
    expect(page.locator(".d-whatif")).to_have_count(0)
    assert "w_handling" not in query(page)
    assert page.locator(".d-place strong").all_inner_texts() == before


def test_side_by_side(page: Page, review_site: Reviewed) -> None:
    shown(page, review_site, "/departments?lang=en&range=2021-01")
    names = page.locator(".r-table .d-name .d-strong").all_inner_texts()
    for n in range(2):
        page.locator(".r-table .d-plus").nth(n).click()
        expect(page.locator(".d-picked")).to_contain_text(names[n])
    page.locator(".d-go").click()
    heads = page.locator(".r-table thead .d-strong")
    expect(heads).to_have_text(names[:2])
    expect(page.locator(".recharts-surface").first).to_be_visible()
    page.locator("thead .d-plus").first.click()
    expect(heads).to_have_text(names[1:2])
