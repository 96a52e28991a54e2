"""A Chromium of the system for the tests that look at pages; they are skipped where there is none.

One for the session: Playwright leaves a loop running in the thread while it is open.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    """The path of a Chromium: GRIDWALL_CHROMIUM, else one on PATH."""
    found = os.environ.get("GRIDWALL_CHROMIUM")
    return found or next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for the session; a page each is made by the tests."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium: set GRIDWALL_CHROMIUM")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()
