"""Readers of single values of the rules file: durations, times, dates, shares.

Each checks one :class:`~dashboard.config.reading.Node` and returns its value, or raises
:class:`~dashboard.config.reading.ConfigError` with what was expected.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, time

from dashboard.config.reading import Node, number, written
from dashboard.core.model.rules import HOUR, MINUTE

_DAY = 24 * HOUR
_LONGEST = 3660 * _DAY
_NUMBER = r"(\d{1,6}(?:\.\d{1,3})?)"
_DURATION = re.compile(_NUMBER + r"\s*(min|h|days?|working days?|分钟|小时|天|个?工作日)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")

ANY_CLOCK = 'a duration such as "15 min", "2 h" or "3 working days"'
ROUND_CLOCK = 'a duration such as "15 min", "2 h" or "3 days" (the clock always runs)'
WORKING_CLOCK = 'a duration such as "15 min", "2 h" or "3 working days" (working hours)'


def duration(node: Node, workday: int | None = None) -> int:
    """A duration in milliseconds; ``workday`` is the length of a working day in ms.

    Without ``workday`` the clock always runs: "3 days" is allowed and "3 working days" is not.
    With it the clock runs in working hours, and it is the other way round.
    """
    text = written(node, ANY_CLOCK)
    match = _DURATION.fullmatch(text)
    if match is None:
        raise node.expected(ANY_CLOCK)
    number, unit = match.groups()
    working = "working" in unit or "工作日" in unit
    if working and workday is None:
        raise node.expected(ROUND_CLOCK)
    if unit in ("day", "days", "天") and workday is not None:
        raise node.expected(WORKING_CLOCK)
    if working:
        assert workday is not None
        size = workday
    else:
        size = {"min": MINUTE, "分钟": MINUTE, "h": HOUR, "小时": HOUR}.get(unit, _DAY)
    length = round(float(number) * size)
    if not 0 < length <= _LONGEST:
        raise node.expected("a duration above 0 and up to ten years")
    return length


def duration_text(length: int, workday: int | None = None) -> str:
    """A duration in ms as it is written in the file."""
    if workday is not None and length % workday == 0:
        days = length // workday
        return f"{days} working day{'' if days == 1 else 's'}"
    if length % HOUR == 0:
        return f"{length // HOUR} h"
    return f"{length / MINUTE:.10g} min"


def clock_time(node: Node) -> time:
    """A time of the day; 24:00 is given as 00:00."""
    expected = "a time of the day such as 08:30"
    minute = _minute(written(node, expected))
    if minute is None:
        raise node.expected(expected)
    return time(minute // 60 % 24, minute % 60)


def quiet_hours(node: Node) -> tuple[int, int] | None:
    """Local minutes of the day, from and to; None for ``off``."""
    expected = "two different times such as 22:00-07:00, or off"
    text = written(node, expected)
    if text == "off":
        return None
    start, dash, end = text.replace("–", "-").partition("-")
    from_, to = _minute(start.strip()), _minute(end.strip())
    if not dash or from_ is None or to is None or from_ % 1440 == to % 1440:
        raise node.expected(expected)
    return from_ % 1440, to % 1440


def _minute(text: str) -> int | None:
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    return hour * 60 + minute if minute < 60 and hour * 60 + minute <= 1440 else None


def day(node: Node) -> date:
    """A date from 1971 to 2199."""
    expected = "a date such as 2026-02-17"
    text = written(node, expected)
    found = to_date(text)
    if found is None:
        raise node.expected(expected)
    return found


def to_date(text: str) -> date | None:
    """A date written year-month-day, None if it is not one."""
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return None
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1970 < found.year < 2200 else None


def month(node: Node) -> int:
    """A month as YYYYMM."""
    expected = "a month such as 2026-01"
    match = _MONTH.fullmatch(written(node, expected))
    if match is None or not 1970 < int(match[1]) < 2200 or not 1 <= int(match[2]) <= 12:
        raise node.expected(expected)
    return int(match[1]) * 100 + int(match[2])


def shares(node: Node, before: Mapping[str, float]) -> dict[str, float]:
    """Named shares, those not given as ``before``; they add up to 1."""
    found = dict(before)
    for name, item in node.fields(tuple(before)).items():
        found[name] = number(item, 0, 1)
    if not math.isclose(total := math.fsum(found.values()), 1.0, abs_tol=1e-9):
        given = ", ".join(f"{name} {value:g}" for name, value in found.items())
        raise node.expected(f"shares that add up to 1, not {total:g} ({given})")
    return found
