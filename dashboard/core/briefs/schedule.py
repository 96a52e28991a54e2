"""When a brief falls due, in the city's local time. Pure.

All at one time of day: a day's brief every day, a week's on Mondays, a month's on the first.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from dashboard.core.model.periods import Period, PeriodKind, containing
from dashboard.core.model.rules import Rules

KINDS = tuple(PeriodKind)


class Due(msgspec.Struct, frozen=True):
    """A period whose brief was due at a moment (ms)."""

    period: Period
    moment: int


def due(rules: Rules, now: int, minute: int, kinds: Iterable[str]) -> tuple[Due, ...]:
    """The latest of each kind that has fallen due by ``now``; ``minute`` is that of the day."""
    return tuple(_latest(rules, now, minute, PeriodKind(kind)) for kind in kinds)


def _latest(rules: Rules, now: int, minute: int, kind: PeriodKind) -> Due:
    local = rules.local
    running = containing(kind, local.day(now))
    moment = local.moment(running.first, minute)
    if moment > now:
        running = running.before()
        moment = local.moment(running.first, minute)
    return Due(running.before(), moment)


def parse_kinds(text: str) -> tuple[str, ...]:
    """``day,week,month``, some of them, or ``none``; raises ``ValueError``."""
    found = tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))
    if found == ("none",):
        return ()
    if unknown := [one for one in found if one not in KINDS]:
        raise ValueError(f"expected some of {', '.join(KINDS)}, or none; not {unknown[0]!r}")
    return found


def parse_minute(text: str) -> int:
    """``07:30`` as a minute of the day; raises ``ValueError``."""
    hours, colon, minutes = text.partition(":")
    if colon and hours.isdigit() and minutes.isdigit() and len(minutes) == 2:
        found = int(hours) * 60 + int(minutes)
        if int(hours) < 24 and int(minutes) < 60:
            return found
    raise ValueError("expected a time of day such as 07:30")
