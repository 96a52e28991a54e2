"""Clock time since a fixed day, so that many clocks can be read at once without their calendar.

The share of a running clock that is used at ``now`` is ``(base(rules, clock) + since_anchor(...
now)) / clock.limit``: a sum of two numbers, of which the second is the same for all clocks of a
calendar. Exact to the millisecond, see the tests. Pure.
"""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import cast

from dashboard.core.model.calendars import Calendar, RoundTheClock
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import Clock

_DAY = 86_400_000
#: 2015-01-01, in days; only differences are ever used
_ANCHOR = 16_436


class _Sums:
    """Clock time from the anchor to the start of each day (UTC), as far as it was asked for."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._after, self._before = [0], [0]

    def at(self, moment: int) -> int:
        day = moment // _DAY
        return self._start(day - _ANCHOR) + self._calendar.between(day * _DAY, moment)

    def _start(self, day: int) -> int:
        known, step = (self._after, 1) if day >= 0 else (self._before, -1)
        while len(known) <= abs(day):
            start = (_ANCHOR + step * (len(known) - 1)) * _DAY
            low, high = sorted((start, start + step * _DAY))
            known.append(known[-1] + step * self._calendar.between(low, high))
        return known[abs(day)]


@lru_cache(maxsize=16)
def _sums(calendar: Hashable) -> _Sums:
    return _Sums(cast(Calendar, calendar))


def since_anchor(calendar: Calendar, moment: int) -> int:
    """Clock time from the anchor to ``moment``, in ms; below 0 for what lies before it."""
    if isinstance(calendar, RoundTheClock):
        return moment
    return _sums(cast(Hashable, calendar)).at(moment)


def base(rules: Rules, clock: Clock | None) -> int | None:
    """What makes the used time of a running clock out of the time since the anchor."""
    if clock is None or clock.since is None:
        return None
    return clock.spent - since_anchor(rules.calendar(clock.working), clock.since)
