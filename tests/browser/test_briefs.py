"""The monthly brief in a browser: from the overview to the three files in at most five presses."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest
import redis
from playwright.sync_api import Browser, Page, expect

from tests.support.served import served
from tests.support.stores.briefmaker import filled, maker

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

FIRST_MS = 40_000


@pytest.fixture
def address(redis_url: str, redis_client: redis.Redis) -> Iterator[str]:
    filled(redis_client)
    stop = Event()
    thread = threading.Thread(target=maker(redis_url, stop).run)
    thread.start()
    with served(redis_url) as found:
        yield found
    stop.set()
    thread.join()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    made = browser.new_page(viewport={"width": 1366, "height": 768}, accept_downloads=True)
    yield made
    made.close()


def test_the_monthly_brief_is_made_and_its_files_opened(
    page: Page, address: str, tmp_path: Path
) -> None:
    complaints: list[str] = []
    page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
    page.goto(f"{address}/?range=2026-05&lang=en")
    presses = 0
    page.locator(".r-nav a", has_text="Briefs").first.click(timeout=FIRST_MS)
    presses += 1
    offer = page.locator(".b-offers > li", has_text="May 2026").first
    offer.get_by_role("button", name="Make").click(timeout=FIRST_MS)
    presses += 1
    pdf = page.locator("a.b-file", has_text="PDF")
    expect(pdf).to_be_visible(timeout=FIRST_MS)
    expect(page.locator(".b-title")).to_have_text("Monthly brief: Chifeng")
    for name in ("Word", "Excel"):
        with page.expect_download(timeout=FIRST_MS) as coming:
            page.locator("a.b-file", has_text=name).click()
        presses += 1
        path = tmp_path / coming.value.suggested_filename
        coming.value.save_as(path)
        assert path.read_bytes().startswith(b"PK")
    # the third opens in a tab of its own, which a browser without a screen would only save
    href = pdf.get_attribute("href") or ""
    assert page.context.request.get(address + href).body().startswith(b"%PDF")
    presses += 1
    assert presses <= 5

    # the name of each number leads to what it means
    defined = page.locator(".r-table a.b-defined").first
    target = (defined.get_attribute("href") or "").lstrip("#")
    expect(page.locator(f"[id='{target}']")).to_have_count(1)
    pictures = page.locator("img.b-chart")
    expect(pictures.first).to_be_visible()
    shown = pictures.evaluate_all("all => all.map(one => one.complete && one.naturalWidth > 0)")
    assert shown
    assert all(shown)

    page.get_by_role("button", name="Send").click()
    expect(page.locator(".b-told")).to_have_text("Handed to the outbox; the channels carry it.")
    page.go_back()
    row = page.locator("#kept tbody tr").first
    expect(row).to_contain_text("May 2026", timeout=FIRST_MS)
    expect(row).to_contain_text("made")
    assert not complaints
