"""Numbers, shares, times and moments as the leaders' pages write them. Pure.

What is not known is a dash: never a nought, never an empty cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from math import floor, log10
from zoneinfo import ZoneInfo

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
