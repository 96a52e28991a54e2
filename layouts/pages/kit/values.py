"""Numbers, shares, times and moments as the leaders' pages write them. Pure.

What is not known is a dash: never a nought, never an empty cell.

Ranges of the address in words, and those to choose from.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from math import floor, log10
from typing import Any
from zoneinfo import ZoneInfo

from layouts.pages.kit.frame import Truth

Words = Mapping[str, str]

NOTHING = "–"
_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000


def amount(n: float | None, digits: int = 0) -> str:
    """1,234"""
    return NOTHING if n is None else f"{n:,.{digits}f}"


def rough(n: float) -> str:
    """Two figures: 140,000; 3.4; 0.02"""
    if n == 0:
        return "0"
    digits = 1 - floor(log10(abs(n)))
    return f"{round(n, digits):,.{max(0, digits)}f}"


def percent(share: float | None, digits: int = 1) -> str:
    """93.4%"""
    return NOTHING if share is None else f"{share * 100:.{digits}f}%"


def signed(n: float, digits: int = 0) -> str:
    """+12, −3: a true minus, so that columns stand."""
    written = f"{abs(n):,.{digits}f}"
    if float(written.replace(",", "")) == 0:
        return "±0"
    return f"+{written}" if n > 0 else f"−{written}"


def lasting(ms: float | None, text: Words) -> str:
    """How long: minutes below two hours, hours below two days, else days."""
    if ms is None:
        return NOTHING
    if ms < 2 * _HOUR:
        return text["review.unit.minutes"].format(n=amount(ms / _MINUTE))
    if ms < 2 * _DAY:
        return text["review.unit.hours"].format(n=amount(ms / _HOUR, 1))
    return text["review.unit.days"].format(n=amount(ms / _DAY, 1))


def moment(ms: int | None, zone: str, shape: str = "%Y-%m-%d %H:%M") -> str:
    """A moment in the city's time."""
    if ms is None:
        return NOTHING
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(zone)).strftime(shape)


def day(number: int) -> str:
    """20180115 → 2018-01-15"""
    return f"{number // 10000:04d}-{number // 100 % 100:02d}-{number % 100:02d}"


def days(first: int, last: int) -> str:
    """2018-01-15, or 2018-01-01 – 01-15 within one year."""
    if first == last:
        return day(first)
    until = day(last)
    return f"{day(first)} – {until[5:] if first // 10000 == last // 10000 else until}"


def as_date(number: int) -> date:
    """20180115 as a date."""
    return date(number // 10000, number // 100 % 100, number % 100)


def monday(number: int) -> date:
    """The Monday of a day's week."""
    found = as_date(number)
    return found - timedelta(days=found.weekday())


PRESETS = ("today", "yesterday", "7d", "30d", "week", "month", "last-month", "year")
#: months back that can be chosen by name
MONTHS = 36


def range_words(written: str, text: Mapping[str, str]) -> str:
    """A range as one says it."""
    if written in PRESETS:
        return text[f"review.range.{written}"]
    if ".." in written:
        first, _, last = written.partition("..")
        return text["review.range.days"].format(first=first, last=last)
    if "-W" in written:
        year, _, week = written.partition("-W")
        return text["review.range.named_week"].format(year=year, week=int(week))
    parts = written.split("-")
    if len(parts) == 2:
        return month_words(int(parts[0]), int(parts[1]), text)
    return text["review.range.named_year"].format(year=written) if len(parts) == 1 else written


def month_words(year: int, month: int, text: Mapping[str, str]) -> str:
    """The month and its year as the language writes them."""
    name = text[f"review.month.{month}"]
    return text["review.range.named_month"].format(year=year, month=name)


def range_choices(
    chosen: str, truth: Truth | None, zone: str, text: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Grouped options: the usual ones, the last months, and the present one if it is another."""
    groups = [
        _group(text["review.range.usual"], [(one, range_words(one, text)) for one in PRESETS])
    ]
    months: list[tuple[str, str]] = []
    if truth is not None:
        today = datetime.fromtimestamp(truth.now_ms / 1000, UTC).astimezone(ZoneInfo(zone)).date()
        months = [(f"{m:%Y-%m}", range_words(f"{m:%Y-%m}", text)) for m in _back(today)]
    if chosen not in PRESETS and chosen not in dict(months):
        own = [(chosen, range_words(chosen, text))]
        groups.insert(0, _group(text["review.range.chosen"], own))
    if months:
        groups.append(_group(text["review.range.months"], months))
    return groups


def _group(name: str, items: list[tuple[str, str]]) -> dict[str, Any]:
    return {"group": name, "items": [{"value": v, "label": words} for v, words in items]}


def _back(today: date) -> list[date]:
    first = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(first, first - MONTHS, -1)]
