"""What the time machine's page shows: which day, which moment, how fast. Pure."""

from __future__ import annotations

import msgspec

from dashboard.core.model.calendars import LocalTime
from dashboard.core.model.periods import AskError
from dashboard.core.questions.ask import Own

SPEEDS = (1, 10, 60, 300, 600)
#: the minute that a day is shown from, unless the address names one
_MORNING_MIN = 8 * 60 + 30
_AGO_MS = 3_600_000
_ROUND_MS = 60_000


class PastView(msgspec.Struct, kw_only=True):
    """A moment of a day; times are ms UTC."""

    #: YYYYMMDD, and its bounds
    day: int
    start: int
    end: int
    at: int
    #: the moment of the address, which may be after ``now``
    asked: int
    speed: int
    #: the wall's scene, "" for its first
    scene: str
    #: the bounds of the past
    first: int
    now: int
    area: str


def chosen(own: Own, local: LocalTime, first: int | None, now: int, area: str) -> PastView:
    """``day=2018-01-15``, ``at=14:05:00`` and ``speed=60`` as a moment that has been.

    Raises :class:`AskError`.
    """
    first = now if first is None else min(first, now)
    day = local.day(now)
    if text := own.day:
        day = _day(text)
        if not local.day(first) <= day <= local.day(now):
            raise AskError("day", text, "out of range")
    start = local.start_of_day(day)
    end = local.start_of_day(local.day(start + 36 * 3_600_000))
    if text := own.at:
        at = _moment(local, day, text)
    elif day == local.day(now):
        at = (now - _AGO_MS) // _ROUND_MS * _ROUND_MS
    else:
        at = local.moment(day, _MORNING_MIN)
    speed = own.speed or "60"
    if speed not in map(str, SPEEDS):
        raise AskError("speed", speed, "unknown")
    return PastView(
        day=day,
        start=start,
        end=end,
        at=max(start, min(at, end - 1, now)),
        asked=max(start, min(at, end - 1)),
        speed=int(speed),
        scene=own.scene[:60],
        first=first,
        now=now,
        area=area,
    )


def _day(text: str) -> int:
    parts = text.split("-")
    if [len(p) for p in parts] != [4, 2, 2] or not all(p.isdecimal() for p in parts):
        raise AskError("day", text, "expected 2018-01-15")
    return int("".join(parts))


def _moment(local: LocalTime, day: int, text: str) -> int:
    parts = text.split(":")
    if len(parts) not in (2, 3) or not all(p.isdecimal() and len(p) == 2 for p in parts):
        raise AskError("at", text, "expected 14:05 or 14:05:30")
    hour, minute, second = (*map(int, parts), 0)[:3]
    if hour > 23 or minute > 59 or second > 59:
        raise AskError("at", text, "no such time")
    return local.moment(day, 60 * hour + minute) + 1000 * second
