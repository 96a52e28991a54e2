"""Leaders' pages over a store without records: 'not recorded', never 0 and never a bare 'none'."""

from __future__ import annotations

import re

import pytest
import redis
from playwright.sync_api import Browser, expect

from tests.support.served import served
from tests.support.stores.engine import settle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(90)]
WORDS = {"en": "Not recorded", "zh": "未记录"}
#: page → what says it
PAGES = {
    "/queue": "#gw-queue-count",
    "/warnings": ".r-section >> nth=0",
    "/warnings?area=150402": ".r-section >> nth=1",
    "/past": ".r-empty",
    "/compare?d=zcf": ".r-empty",
    "/movers": ".r-empty",
    "/events?of=reported": ".r-empty",
}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_page_without_records_says_so(
    browser: Browser, redis_url: str, redis_client: redis.Redis, lang: str
) -> None:
    settle(redis_client)
    page = browser.new_page()
    with served(redis_url, token=None) as host:
        for path, place in PAGES.items():
            page.goto(f"{host}{path}{'&' if '?' in path else '?'}lang={lang}")
            expect(page.locator(place)).to_contain_text(WORDS[lang], timeout=20_000)
            shown = page.locator(place).inner_text()
            assert not re.search(r"\d", shown), (path, shown)
        page.close()
