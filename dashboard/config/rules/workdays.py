"""Which days are working days: China's arrangement from a library, and a site's own days.

The library has a new release once a year, when the State Council has announced the next year's
holidays. A year it does not know has Monday to Friday as working days, unless the site's own
calendar differs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import chinese_calendar

from dashboard.config.reading import ConfigError, Mistake, read_text, shown
from dashboard.config.rules.values import to_date
from dashboard.core.model.rules import weekdays

IsWorkday = Callable[[date], bool]

#: 2004 and the last year whose arrangement the library knows
_FIRST = min(chinese_calendar.holidays).year
_LAST = max(chinese_calendar.holidays).year

_LINE = re.compile(r"(?:-\s+)?[\"']?([^,]+?)\s*,\s*([^,]*?)\s*(?:,(.*))?")
_WORDS = {"off": False, "休": False, "work": True, "班": True}
_HEADER = re.compile(r"(date|日期)\s*,.*", re.IGNORECASE)
_EXPECTED = 'expected a line such as "2027-02-05, off, Spring Festival" or "2027-02-06, work"'


def china_workday(day: date) -> bool:
    """Working days of mainland China, holidays and make-up days included.

    In a year whose holidays have not been announced: Monday to Friday.
    """
    if not _FIRST <= day.year <= _LAST:
        return weekdays(day)
    return day in chinese_calendar.workdays or (
        weekdays(day) and day not in chinese_calendar.holidays
    )


def calendar_until() -> int:
    """The last year whose holidays the library knows."""
    return _LAST


#: the tables by their name in `calendar.holidays`; a city pack has "cn" or "weekdays"
HOLIDAYS: Mapping[str, IsWorkday] = {"library": china_workday, "weekdays": weekdays}
OF_PACK: Mapping[str, str] = {"cn": "library", "weekdays": "weekdays"}


def with_own_days(base: IsWorkday, own: Mapping[date, bool]) -> IsWorkday:
    """``base``, except on a site's own days (True: a working day)."""
    if not own:
        return base
    days = dict(own)

    def is_workday(day: date) -> bool:
        found = days.get(day)
        return base(day) if found is None else found

    return is_workday


def read_own_days(file: Path) -> dict[date, bool]:
    """A site's calendar file: a day a line, ``2027-02-05, off|work, note`` (CSV).

    A YAML list of such lines is read as well. Empty lines, ``#`` lines and a header line
    ``date,…`` are skipped. Raises :class:`ConfigError` with the line.
    """
    days: dict[date, bool] = {}
    lines: dict[date, int] = {}
    for number, raw in enumerate(read_text(file).splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#") or (not days and _HEADER.fullmatch(line)):
            continue
        match = _LINE.fullmatch(line.rstrip("\"'"))
        day = None if match is None else to_date(match[1])
        works = None if match is None else _WORDS.get(match[2])
        if day is None or works is None:
            raise ConfigError(file, Mistake(_EXPECTED, number, "day", shown(line)))
        if day in days:
            reason = f"expected each day once; it is in line {lines[day]} too"
            raise ConfigError(file, Mistake(reason, number, "day", shown(line)))
        days[day], lines[day] = works, number
    return days
