"""A wall without records shows 'not recorded', never 0; with the first record its zeros."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from .harness import Fixture
from .test_wall_look import LANGUAGES, open_wall

pytestmark = [pytest.mark.browser, pytest.mark.timeout(60)]
WORDS = {"en": "not recorded", "zh": "未记录"}
ZEROS = """() => [...document.querySelectorAll("[data-kpi]")].filter((n) => n.offsetParent
  && /(^|[^0-9.])0([^0-9.]|$)/.test(n.textContent)).map((n) => n.dataset.kpi)"""
WIDE = """() => [...document.querySelectorAll(".kpis .big")].filter((n) =>
  n.getBoundingClientRect().right > n.closest(".card").getBoundingClientRect().right + 1).length"""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_wall_without_records_claims_no_zero(browser: Browser, lang: str) -> None:
    with Fixture("chifeng") as served:
        served.replace("empty")
        served.show({"kpi": {"recorded": False}})
        page = open_wall(browser, served, lang, (1920, 1080)).page
        card = page.locator('[data-kpi="today.reported"]')
        expect(card).to_have_text(WORDS[lang])
        assert card.get_attribute("data-value") == ""
        assert page.evaluate(ZEROS) == []
        assert page.evaluate(WIDE) == 0
        served.show({"kpi": {"recorded": True}})
        expect(card).to_have_text("0")
        expect(page.locator('[data-kpi="by_level.red.open"]')).to_have_text("0")
