"""How much of a period there are records for: none, a part of its days, or all of it. Pure.

A day before the records begin is *not recorded*, which is not the same as a day with nothing.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple


class Coverage(NamedTuple):
    """The days of a period that have records, of all its days; ``since`` is when records begin."""

    days: int
    of: int
    #: local day, YYYYMMDD; None while there are no records at all
    since: int | None

    @property
    def whole(self) -> bool:
        return self.days == self.of


def coverage(first: int, last: int, since: int | None) -> Coverage:
    """Of the days ``first`` to ``last`` (YYYYMMDD), those from ``since`` on."""
    begin, end = _date(first), _date(last)
    of = (end - begin).days + 1
    if since is None:
        return Coverage(0, of, None)
    return Coverage(max(0, min(of, (end - _date(since)).days + 1)), of, since)


def has_records(day: int, since: int) -> bool:
    """Whether there are records of a day; ``since`` is their first day, 0 without any."""
    return 0 < since <= day


def _date(day: int) -> date:
    return date(day // 10000, day // 100 % 100, day % 100)
