"""Accounts in a browser: signing in leads to the page asked for, an account is made and used, its
user sees only what they may; the pages of it as painted."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from playwright.sync_api import Browser, Page, expect

from dashboard.web.people.accounts import COMMAND, Accounts
from dashboard.web.people.model import Person, Role
from data_sources.accounts.people import People
from tests.browser.faults import settled
from tests.browser.pagefaults import page_faults
from tests.browser.test_axe import grave
from tests.browser.test_wall_look import Watched
from tests.support.served import served

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

SECRET, OTHER = "Bergamot-tea-41", "Jasmine-tea-42"
SHOTS = os.environ.get("GRIDWALL_SHOTS")
LOOKS = (((1366, 768), "zh", "dark"), ((390, 844), "en", "light"))


@pytest.fixture
def address(redis_url: str, redis_client: redis.Redis) -> Iterator[str]:
    root = Person("command line", Role.ADMINISTRATOR, how=COMMAND)
    accounts = Accounts(People(redis_client), {"150402"}.__contains__)
    accounts.add(root, "anna", "administrator", "", SECRET, keep=True)
    with served(redis_url) as found:
        yield found


def enter(page: Page, name: str, password: str) -> None:
    page.locator("#gw-name").fill(name)
    page.locator("#gw-password").fill(password)
    page.locator("button[type=submit]").click()


def looked_at(page: Page, name: str) -> list[str]:
    settled(page)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    return [f"{name}: {one}" for one in (*page_faults(page), *grave(page))]


def test_an_account_is_made_and_used(browser: Browser, address: str) -> None:
    anna = Watched(browser, 1366, 768)
    page = anna.page
    page.goto(f"{address}/people?lang=en")
    expect(page).to_have_url(re.compile(r"/sign-in\?next=/people%3Flang%3Den"))
    enter(page, "anna", "not-the-password")
    expect(page.locator("[role=alert]")).to_be_visible()
    enter(page, "anna", SECRET)
    expect(page).to_have_url(f"{address}/people?lang=en", timeout=20_000)
    page.locator("input[name=name]").fill("boris")
    page.locator("input[name=password]").fill(SECRET)
    page.get_by_role("button", name="Add account").click()
    expect(page.locator(".r-table tbody tr", has_text="boris")).to_contain_text("Viewer")
    page.goto(f"{address}/audit?lang=en")
    expect(page.locator("tbody tr", has_text="boris").first).to_contain_text("anna")
    anna.context.close()
    # a refused password is an error to the browser as well
    assert [one for one in anna.wrong if "40" not in one] == []

    boris = Watched(browser, 1366, 768)
    page = boris.page
    page.goto(f"{address}/people?lang=en")
    enter(page, "boris", SECRET)
    # the first password is for one use
    new = page.locator("input[type=password]")
    expect(new.nth(1)).to_be_visible(timeout=20_000)
    for place in range(new.count()):
        new.nth(place).fill(SECRET if place == 0 else OTHER)
    page.locator("button[type=submit]").first.click()
    expect(page.get_by_role("heading", name="Not allowed")).to_be_visible(timeout=20_000)
    page.goto(f"{address}/?lang=en")
    expect(page.locator(".r-nav a[href^='/departments']")).to_be_visible(timeout=20_000)
    expect(page.locator(".r-nav a[href^='/people']")).to_have_count(0)
    boris.context.close()


def test_the_pages_of_it(browser: Browser, address: str) -> None:
    found: list[str] = []
    for size, lang, theme in LOOKS:
        watched = Watched(browser, *size)
        page, name = watched.page, f"{size[0]}-{lang}-{theme}"
        page.goto(f"{address}/people?lang={lang}&theme={theme}")
        found += looked_at(page, f"sign-in-{name}")
        enter(page, "anna", SECRET)
        for path in ("people", "audit", "account"):
            page.goto(f"{address}/{path}?lang={lang}&theme={theme}")
            page.locator(".review h1").wait_for(timeout=20_000)
            found += looked_at(page, f"{path}-{name}")
            # the shell's style is there
            assert (
                page.evaluate("document.querySelector('.review h1').getBoundingClientRect().x") >= 8
            )
        found += watched.wrong
        watched.context.close()
    assert not found, "\n".join(found)
