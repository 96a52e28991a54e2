"""Every number opens: the figures of the leaders' pages and of files, pressed without a browser."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator

import httpx
import openpyxl
import pytest

from dashboard.web.pages.table import PAGES
from layouts.pages.kit.opens import REASONS
from tests.support.crawler import Crawler, Figure, pressed

from .reviewed import Reviewed

pytestmark = pytest.mark.browser
#: pages without figures of events, and the queue, whose list is the page itself
WITHOUT = {"queue", "intake", "past", "people", "audit", "account", "definitions", "briefs"}
PRESSED = 200


def addresses(site: Reviewed) -> Iterator[str]:
    """Each page with figures, in some of its views."""
    for page in PAGES:
        if page.id in WITHOUT or page.id == "events":
            continue
        path = page.path_template
        for name, value in site.variables.get(page.id, {}).items():
            path = path.replace(f"<{name}>", value)
        yield f"{path}?lang=en&range=2021-01&{site.queries.get(page.id, '')}".rstrip("&")
    for view in (
        "",
        "&by=township&move=overdue",
        "&by=department&move=total",
        "&by=category&move=median_ms",
    ):
        yield f"/movers?lang=en&range=2021-01-20..2021-01-31{view}"
    yield "/movers?lang=en&by=department&move=satisfaction_rate"
    yield "/?lang=zh"
    yield "/?lang=en&range=2021-02-03&level=yellow&move=late"
    yield "/departments?by=township&range=2021-W03"
    yield "/departments?range=2021-01&w_handling=100&w_dispatch=0&w_outcome=0"


def test_two_hundred_figures_of_all_pages_open_to_what_they_count(review_site: Reviewed) -> None:
    crawler = Crawler(review_site.url)
    figures: list[Figure] = []
    reasons: Counter[str] = Counter()
    for address in addresses(review_site):
        found = crawler.found(address)
        assert found.loose == [], "a number that neither opens nor says why"
        figures += found.figures
        reasons += found.reasons
    pages = {one.page.partition("?")[0] for one in figures}
    assert len(pages) >= 6, pages
    assert len({one.href for one in figures}) > PRESSED
    assert set(reasons) <= set(REASONS)
    assert pressed(crawler, figures, PRESSED) == []


def test_the_numbers_of_a_sheet_are_links_to_what_they_count(review_site: Reviewed) -> None:
    crawler = Crawler(review_site.url)
    brief = review_site.variables["brief"]["brief_id"]
    sheets = [
        "/api/v1/export/overview.xlsx?lang=en&range=2021-01&by=category",
        "/api/v1/export/departments.xlsx?lang=en&range=2021-01",
        f"/api/v1/briefs/{brief}/paper.xlsx?lang=en",
    ]
    figures: list[Figure] = []
    for sheet in sheets:
        body = httpx.get(f"{review_site.url}{sheet}", timeout=60).content
        for cell in (c for s in openpyxl.load_workbook(io.BytesIO(body)) for r in s for c in r):
            if cell.hyperlink is None or not isinstance(cell.value, int | float):
                continue
            target = str(cell.hyperlink.target)
            assert target.startswith(f"{review_site.url}/events?"), target
            value = _number(cell.value, cell.number_format, target)
            figures.append(Figure(sheet, value, "", target.removeprefix(review_site.url)))
    assert len(figures) > 200
    assert pressed(crawler, figures, 40) == []


def _number(value: float, shape: str, target: str) -> float:
    """The number as the list has it: hours as ms, percent as a fraction."""
    if "_ms" in target:
        return round(value * 3_600_000)
    return value / 100 if "_rate" in target and "%" not in shape else value
