"""The browser writes a duration and a counted message as Python does, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser

from dashboard import ROOT
from dashboard.config.words import catalogue
from dashboard.config.words.durations import DAY, duration
from dashboard.config.words.plurals import say
from layouts.wall.catalogue import LOCALES
from tests.unit.config.test_figures import LENGTHS

pytestmark = pytest.mark.browser

WRITE = """
async ([code, sayCode, lengths, words]) => {
  const { duration } = await import("data:text/javascript," + encodeURIComponent(code));
  const { say } = await import("data:text/javascript," + encodeURIComponent(sayCode));
  const unit = (word, n) => say(words, "en-GB", "unit." + word, { n });
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
    say_code = (ROOT / "assets" / "words.mjs").read_text("utf-8")
    written = page.evaluate(WRITE, [code, say_code, [*lengths, -DAY], words])
    page.close()
    assert written == [duration(ms, catalogue(lang)) for ms in [*lengths, -DAY]]


SAY = """
async ([code, locale, words, asked]) => {
  const { say } = await import("data:text/javascript," + encodeURIComponent(code));
  return asked.map(([key, values]) => say(words, locale, key, values));
}
"""


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_they_choose_the_same_form_for_a_number(browser: Browser, lang: str) -> None:
    code = (ROOT / "assets" / "words.mjs").read_text("utf-8")
    words = dict(catalogue(lang))
    asked = [
        (key.removesuffix("#by"), {by: n})
        for key, by in words.items()
        if key.endswith("#by") and len(re.findall(r"{\w+}", words[key.removesuffix("#by")])) == 1
        for n in (0, 1, 2, 11, 21, 101, 1234, 1_234_567)
    ]
    assert len(asked) > 50
    page = browser.new_page()
    written = page.evaluate(SAY, [code, LOCALES[lang], words, asked])
    page.close()
    assert written == [say(words, key, **values) for key, values in asked]
