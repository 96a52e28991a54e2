"""Readers of single values of the rules file: durations, shares, times, dates, names.

Each takes a :class:`~dashboard.config.rules.yaml_file.Setting` and gives a checked value, or raises
the setting's error with what was expected. Words are as an operator would write them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, time

from dashboard.config.rules.yaml_file import Setting
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


def duration(setting: Setting, workday: int | None = None) -> int:
    """Milliseconds; ``workday`` is the length of a working day where the clock counts those.

    "3 days" is said of a clock that always runs, "3 working days" of one that does not: each
    is refused on the other, where it could mean two things.
    """
    text = setting.text(ANY_CLOCK)
    match = _DURATION.fullmatch(text)
    if match is None:
        raise setting.wrong(ANY_CLOCK)
    number, unit = match.groups()
    working = "working" in unit or "工作日" in unit
    if working and workday is None:
        raise setting.wrong(ROUND_CLOCK)
    if unit in ("day", "days", "天") and workday is not None:
        raise setting.wrong(WORKING_CLOCK)
    if working:
        assert workday is not None
        size = workday
    else:
        size = {"min": MINUTE, "分钟": MINUTE, "h": HOUR, "小时": HOUR}.get(unit, _DAY)
    length = round(float(number) * size)
    if not 0 < length <= _LONGEST:
        raise setting.wrong("a duration above 0 and up to ten years")
    return length


def duration_text(length: int, workday: int | None = None) -> str:
    """A duration as the file would say it."""
    if workday is not None and length % workday == 0:
        days = length // workday
        return f"{days} working day{'' if days == 1 else 's'}"
    if length % HOUR == 0:
        return f"{length // HOUR} h"
    return f"{length / MINUTE:.10g} min"


def number(setting: Setting, low: float, high: float, *, above: bool = False) -> float:
    """A number from ``low`` (or above it) to ``high``."""
    expected = (
        f"a number {'above' if above else 'from'} {low:g} {'and up ' if above else ''}to {high:g}"
    )
    try:
        value = float(setting.text(expected))
    except ValueError:
        raise setting.wrong(expected) from None
    if not math.isfinite(value) or not low <= value <= high or (above and value == low):
        raise setting.wrong(expected)
    return value


def whole(setting: Setting, low: int, high: int) -> int:
    """A whole number from ``low`` to ``high``."""
    expected = f"a whole number from {low} to {high}"
    text = setting.text(expected)
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not low <= int(text) <= high:
        raise setting.wrong(expected)
    return int(text)


def choice(setting: Setting, words: Sequence[str]) -> str:
    """One of the words."""
    expected = " or ".join(words)
    text = setting.text(expected)
    if text not in words:
        raise setting.wrong(expected)
    return text


def clock_time(setting: Setting) -> time:
    """A time of the day; 24:00 is given as 00:00."""
    expected = "a time of the day such as 08:30"
    minute = _minute(setting.text(expected))
    if minute is None:
        raise setting.wrong(expected)
    return time(minute // 60 % 24, minute % 60)


def quiet_hours(setting: Setting) -> tuple[int, int] | None:
    """Local minutes of the day, from and to; None for ``off``."""
    expected = "two different times such as 22:00-07:00, or off"
    text = setting.text(expected)
    if text == "off":
        return None
    start, dash, end = text.replace("–", "-").partition("-")
    from_, to = _minute(start.strip()), _minute(end.strip())
    if not dash or from_ is None or to is None or from_ % 1440 == to % 1440:
        raise setting.wrong(expected)
    return from_ % 1440, to % 1440


def _minute(text: str) -> int | None:
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute = int(match[1]), int(match[2])
    return hour * 60 + minute if minute < 60 and hour * 60 + minute <= 1440 else None


def day(setting: Setting) -> date:
    """A date from 1971 to 2199."""
    expected = "a date such as 2026-02-17"
    text = setting.text(expected)
    found = to_date(text)
    if found is None:
        raise setting.wrong(expected)
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


def month(setting: Setting) -> int:
    """A month as YYYYMM."""
    expected = "a month such as 2026-01"
    match = _MONTH.fullmatch(setting.text(expected))
    if match is None or not 1970 < int(match[1]) < 2200 or not 1 <= int(match[2]) <= 12:
        raise setting.wrong(expected)
    return int(match[1]) * 100 + int(match[2])


def shares(setting: Setting, before: Mapping[str, float]) -> dict[str, float]:
    """Named shares over those in force before; together they are 1."""
    found = dict(before)
    for name, item in setting.fields(tuple(before)).items():
        found[name] = number(item, 0, 1)
    if not math.isclose(total := math.fsum(found.values()), 1.0, abs_tol=1e-9):
        told = ", ".join(f"{name} {value:g}" for name, value in found.items())
        raise setting.wrong(f"shares that add up to 1, not {total:g} ({told})")
    return found
