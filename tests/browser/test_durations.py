"""The browser writes a duration as Python does: one table, both languages, every boundary."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from dashboard import ROOT
from dashboard.config.words import catalogue
from dashboard.config.words.durations import DAY, duration
from tests.unit.config.test_figures import LENGTHS

pytestmark = pytest.mark.browser

WRITE = """
async ([code, lengths, words]) => {
  const { duration } = await import("data:text/javascript," + encodeURIComponent(code));
  const unit = (word, n) => words["unit." + word].replace("{n}", n);
  return lengths.map((ms) => duration(ms, unit));
}
"""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_browser_and_python_agree(browser: Browser, lang: str) -> None:
    code = (ROOT / "assets" / "durations.mjs").read_text("utf-8")
    lengths = [ms for ms, _, _ in LENGTHS] + [7 * n * n * n for n in range(0, 12_000, 97)]
    assert max(lengths) > 100 * DAY
    words = {k: v for k, v in catalogue(lang).items() if k.startswith("unit.")}
    page = browser.new_page()
    written = page.evaluate(WRITE, [code, [*lengths, -DAY], words])
    page.close()
    assert written == [duration(ms, catalogue(lang)) for ms in [*lengths, -DAY]]
