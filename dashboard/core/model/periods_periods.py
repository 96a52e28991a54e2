"""The periods that scores are told for: a local day, an ISO week, a month. Pure.

Written ``2018-01-15``, ``2018-W03`` (Monday to Sunday, ISO 8601) and ``2018-01``. Days are ints
YYYYMMDD, months YYYYMM.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from enum import StrEnum

import msgspec

from dashboard.core.model.rules import Rules


class PeriodKind(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class PeriodError(ValueError):
    """A period that can't be read; names the field and the value."""

    def __init__(self, field: str, value: object, reason: str) -> None:
        self.field, self.value, self.reason = field, value, reason
        super().__init__(f"{field}={value!r}: {reason}")


_SHAPES = {
    PeriodKind.DAY: (r"\d{4}-\d{2}-\d{2}", "2018-01-15"),
    PeriodKind.WEEK: (r"\d{4}-W\d{2}", "2018-W03"),
    PeriodKind.MONTH: (r"\d{4}-\d{2}", "2018-01"),
}


class Period(msgspec.Struct, frozen=True):
    """A period by its first and last local day (both in it, YYYYMMDD)."""

    kind: PeriodKind
    first: int
    last: int

    @property
    def label(self) -> str:
        """As it is written."""
        day = _date(self.first)
        if self.kind is PeriodKind.DAY:
            return day.isoformat()
        if self.kind is PeriodKind.MONTH:
            return f"{day.year:04d}-{day.month:02d}"
        year, week, _ = day.isocalendar()
        return f"{year:04d}-W{week:02d}"

    @property
    def days(self) -> list[int]:
        """Every day of it, in order."""
        count = (_date(self.last) - _date(self.first)).days
        return [_int(_date(self.first) + timedelta(days=n)) for n in range(count + 1)]

    @property
    def month(self) -> int:
        """The month whose weights it is scored with: a week's is that of its Thursday, as its
        year is."""
        if self.kind is PeriodKind.WEEK:
            return _int(_date(self.first) + timedelta(days=3)) // 100
        return self.first // 100

    def holds(self, day: int) -> bool:
        return self.first <= day <= self.last

    def before(self) -> Period:
        """The period of the same kind that ends the day before."""
        return containing(self.kind, _int(_date(self.first) - timedelta(days=1)))

    def over(self, rules: Rules, now: int) -> bool:
        """Whether it has ended at ``now`` (ms)."""
        return rules.local.next_day(self.last) <= now

    def closed(self, rules: Rules, now: int) -> bool:
        """Whether nothing learned from ``now`` (ms) on counts in it any more."""
        return rules.closes_at(self.last // 100) < now


def containing(kind: PeriodKind, day: int) -> Period:
    """The period of a kind that a day (YYYYMMDD) lies in."""
    on = _date(day)
    if kind is PeriodKind.DAY:
        return Period(kind, day, day)
    if kind is PeriodKind.WEEK:
        monday = on - timedelta(days=on.weekday())
        return Period(kind, _int(monday), _int(monday + timedelta(days=6)))
    following = date(on.year + on.month // 12, on.month % 12 + 1, 1)
    return Period(kind, _int(on.replace(day=1)), _int(following - timedelta(days=1)))


def parse(kind: str, at: str) -> Period:
    """The period as written; raises :class:`PeriodError` naming ``period`` or ``at``."""
    try:
        wanted = PeriodKind(kind)
    except ValueError:
        raise PeriodError("period", kind, f"expected one of {', '.join(PeriodKind)}") from None
    shape, example = _SHAPES[wanted]
    if not re.fullmatch(shape, at, re.ASCII):
        raise PeriodError("at", at, f"expected a {wanted} like {example}")
    text = {PeriodKind.DAY: at, PeriodKind.WEEK: f"{at}-1", PeriodKind.MONTH: f"{at}-01"}[wanted]
    try:
        on = date.fromisoformat(text)
        # the first and last years have no period before or after them
        if not 1970 <= on.year <= 9000:
            raise ValueError
    except ValueError:
        raise PeriodError("at", at, f"there is no such {wanted}") from None
    return containing(wanted, _int(on))


def read(at: str) -> Period:
    """The period as written, its kind told by its shape."""
    for kind, (shape, _) in _SHAPES.items():
        if re.fullmatch(shape, at, re.ASCII):
            return parse(kind, at)
    examples = ", ".join(example for _, example in _SHAPES.values())
    raise PeriodError("at", at, f"expected a day, a week or a month, like {examples}")


def _date(day: int) -> date:
    return date(day // 10000, day // 100 % 100, day % 100)


def _int(on: date) -> int:
    return on.year * 10000 + on.month * 100 + on.day
