"""The steps of two periods: hours, days or weeks, and how SQL finds the step of a moment."""

from __future__ import annotations

from typing import Any, NamedTuple

from dashboard.core.model.periods import Span
from dashboard.core.model.rules import HOUR, Rules

#: a course of more days than this is by weeks
MOST_DAYS = 62
_WEEK = 7


class Steps(NamedTuple):
    """Where the steps of both periods begin, ms; each ends where the next begins."""

    name: str
    now: tuple[int, ...]
    before: tuple[int, ...]
    #: ends of the two periods, and until when the first has come
    end: int
    end_before: int

    def joined(self, at: str) -> str:
        """A join that gives a moment its step ``place``, counted from 0 in its own period."""
        return (
            "ASOF JOIN (SELECT unnest($bounds) AS bound, unnest($places) AS place) AS steps"
            f" ON {at} >= steps.bound"
        )

    @property
    def params(self) -> dict[str, Any]:
        """The parameters of `joined`."""
        both = [(at, n) for moments in (self.before, self.now) for n, at in enumerate(moments)]
        both.sort()
        return {"bounds": [at for at, _ in both], "places": [n for _, n in both]}

    @property
    def ends(self) -> list[tuple[str, int, int]]:
        """(now or before, number, end) of every step."""
        found = []
        for name, moments, end in (
            ("now", self.now, self.end),
            ("before", self.before, self.end_before),
        ):
            bounds = [*moments[1:], end]
            found += [(name, number, bound) for number, bound in enumerate(bounds)]
        return found


def course_steps(rules: Rules, now: Span, before: Span) -> Steps:
    """The steps that a course is drawn by."""
    name = "hour" if now.length == 1 else "day" if now.length <= MOST_DAYS else "week"
    return _steps(rules, now, before, name)


def reason_steps(rules: Rules, now: Span, before: Span) -> Steps:
    """The steps that may be the reason of a change: days, or hours of one day."""
    return _steps(rules, now, before, "hour" if now.length == 1 else "day")


def _steps(rules: Rules, now: Span, before: Span, name: str) -> Steps:
    return Steps(
        name,
        _starts(rules, now, name, now.until_ms),
        _starts(rules, before, name, before.end_ms - 1),
        now.end_ms,
        before.end_ms,
    )


def _starts(rules: Rules, span: Span, name: str, until: int) -> tuple[int, ...]:
    if name == "hour":
        found = list(range(span.start_ms, span.end_ms, HOUR))
    else:
        found = [rules.local.start_of_day(day) for day in span.days]
        found = found[::_WEEK] if name == "week" else found
    return tuple(at for at in found if at <= until and at < span.end_ms)
