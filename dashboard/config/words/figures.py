"""Numbers, shares, moments and days as every page, file and brief writes them. Pure.

A value that is not known is a dash: never a 0, never an empty cell.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from math import floor, log10
from zoneinfo import ZoneInfo

from dashboard.core.model.calendars import twice
from dashboard.core.model.periods import Span

#: what is written in place of a value that is not known or not there
NOTHING = "–"


def count(n: float | None, digits: int | None = None) -> str:
    """1,234; 12.5: one decimal unless the number is whole, or as many as asked for."""
    if n is None:
        return NOTHING
    places = digits if digits is not None else 0 if float(n).is_integer() else 1
    return f"{n:,.{places}f}"


def rough(n: float) -> str:
    """Two figures: 140,000; 3.4; 0.02"""
    if n == 0:
        return "0"
    digits = 1 - floor(log10(abs(n)))
    return f"{round(n, digits):,.{max(0, digits)}f}"


def points(score: float | None) -> str:
    """A score of 0 to 100: 93.4"""
    return count(score, 1)


def percent(share: float | None, digits: int = 1) -> str:
    """A fraction of 1 as 93.4%"""
    return NOTHING if share is None else f"{share * 100:.{digits}f}%"


def signed(n: float | None, digits: int = 0) -> str:
    """A change: +12, −3, ±0. Uses U+2212 (−) so that columns align."""
    if n is None:
        return NOTHING
    written = f"{abs(n):,.{digits}f}"
    if float(written.replace(",", "")) == 0:
        return "±0"
    return f"+{written}" if n > 0 else f"−{written}"


def moment(ms: int | None, zone: str, shape: str = "%Y-%m-%d %H:%M") -> str:
    """A moment in the city's time; ``shape`` as for `strftime`.

    An hour that occurs twice in autumn has its offset: 01:30 −07:00.
    """
    if ms is None:
        return NOTHING
    when = datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(zone))
    return when.strftime(shape) + (twice(when) if "%H" in shape else "")


def as_date(number: int) -> date:
    """20180115 as a date."""
    return date(number // 10000, number // 100 % 100, number % 100)


def day(number: int) -> str:
    """20180115 → 2018-01-15"""
    return f"{number // 10000:04d}-{number // 100 % 100:02d}-{number % 100:02d}"


def days(first: int, last: int, *, short: bool = False) -> str:
    """2018-01-15, or 2018-01-01 – 2018-01-31; ``short`` leaves out the second year if it is the
    same."""
    if first == last:
        return day(first)
    end = day(last)
    return f"{day(first)} – {end[5:] if short and first // 10000 == last // 10000 else end}"


def spoken(of: Span, zone: str, *, short: bool = False) -> str:
    """A range in days, or in times: 2018-01-15 08:30–10:00"""
    if of.kind != "time":
        return days(of.first_day, of.last_day, short=short)
    ends_midnight = moment(of.end_ms, zone, "%H:%M") == "00:00"
    last = of.end_ms - 1 if ends_midnight else of.end_ms
    end = "24:00" if ends_midnight else moment(of.end_ms, zone, "%H:%M")
    if moment(of.start_ms, zone, "%Y-%m-%d") == (on := moment(last, zone, "%Y-%m-%d")):
        return f"{moment(of.start_ms, zone)}–{end}"
    return f"{moment(of.start_ms, zone)} – {on[5:] if short else on} {end}"
