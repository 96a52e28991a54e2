"""What can be wrong with a page of the leaders' as painted: for the eye, and for the reader."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

#: px; nothing that is to be read is smaller
SMALLEST = 11

SCRIPT = Path(__file__).with_suffix(".js").read_text()


def page_faults(page: Page) -> list[str]:
    """All faults of the page in its current state, without repeats."""
    found: list[str] = page.evaluate(SCRIPT, [SMALLEST])
    return sorted(set(found))
