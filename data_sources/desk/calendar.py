"""A year day by day, for the calendar that shows it."""

from __future__ import annotations

from dashboard.core.model.periods import span
from dashboard.core.questions.answers import Calendar
from dashboard.core.questions.ask import Ask
from data_sources.desk.filters import where
from data_sources.desk.reader import Reader
from data_sources.desk.series import series


def calendar(reader: Reader, ask: Ask, year: int = 0) -> Calendar:
    """The days of ``year`` (0: the one running now), for the filters of an ask."""
    year = year or reader.rules.local.day(reader.now_ms) // 10000
    kept, params = where(ask)
    found = reader.rows(
        f"SELECT DISTINCT reported_day // 10000 AS year FROM events WHERE {kept} ORDER BY year",
        **params,
    )
    whole = span(f"{year:04d}", reader.rules, reader.now_ms)
    days = series(reader, ask, whole).points
    return Calendar(year, days, tuple(row["year"] for row in found))
