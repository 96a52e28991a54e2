"""What a question about a ledger names: a month, and where the last page ended."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

from dashboard.core.model.calendars import LocalTime
from data_sources.past.asking import PastQueryError

#: times lie before the year 2286
_TIME_END = 10_000_000_000_000
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Month:
    """A local month: YYYY-MM, its first ms, and the first ms after it."""

    name: str
    start: int
    end: int


def month_named(local: LocalTime, text: str) -> Month:
    """A month as asked for, YYYY-MM; raises :class:`PastQueryError`."""
    found = _MONTH.fullmatch(text)
    if found is None or not 1970 < int(found[1]) < 2286:
        raise PastQueryError("month", text[:40], "expected a month such as 2018-01")
    return _month(local, int(found[1]), int(found[2]))


def month_of(local: LocalTime, at: int) -> Month:
    """The month of a moment, ms."""
    day = local.day(at)
    return _month(local, day // 10000, day // 100 % 100)


def _month(local: LocalTime, year: int, number: int) -> Month:
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    start, end = (local.start_of_day(y * 10000 + m * 100 + 1) for y, m in ((year, number), after))
    return Month(f"{year}-{number:02d}", start, end)


def cursor_of(last: tuple[int, str]) -> str:
    """Stands for the last row of a page: when it was reported, and its id."""
    return urlsafe_b64encode(f"{last[0]}:{last[1]}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[int, str]:
    """The row a cursor stands for; raises :class:`PastQueryError`."""
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        at, colon, event_id = raw.partition(":")
        if not colon or not 0 <= int(at) < _TIME_END:
            raise ValueError(raw)
        return int(at), event_id
    except ValueError as error:
        raise PastQueryError("cursor", text[:40], "not one that a page has given") from error
