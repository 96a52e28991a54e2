"""An hour that occurs twice in autumn has its offset: in the browser as in Python."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from dashboard import ROOT
from dashboard.core.model.calendars import twice

pytestmark = pytest.mark.browser

ASK = """
async ([code, times, zone]) => {
  const { twice } = await import("data:text/javascript," + encodeURIComponent(code));
  return times.map((ms) => twice(ms, zone));
}
"""


@pytest.mark.parametrize(
    "zone", ["America/Los_Angeles", "Australia/Lord_Howe", "America/St_Johns", "Asia/Shanghai"]
)
def test_the_browser_and_python_agree(browser: Browser, zone: str) -> None:
    code = (ROOT / "assets" / "twice.mjs").read_text("utf-8")
    # every quarter hour of a year
    times = [1_514_764_800_000 + n * 900_000 for n in range(366 * 96)]
    page = browser.new_page()
    found = page.evaluate(ASK, [code, times, zone])
    page.close()
    want = [twice(datetime.fromtimestamp(ms / 1000, ZoneInfo(zone))) for ms in times]
    wrong = [(t, f, w) for t, f, w in zip(times, found, want, strict=True) if f != w]
    assert not wrong[:3]
    assert len({*want}) == (1 if zone == "Asia/Shanghai" else 3)
