"""Counters by the local minute: today, yesterday, the last 24 hours, the last hour. Pure.

``Series`` maps (metric, local day as YYYYMMDD) to the 1440 counts of that day.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from dashboard.core.model.calendars import LocalTime
from dashboard.core.wall.counts import Today, Totals, Yesterday

TREND_STEP_MIN = 10
TREND_BUCKETS = 144
HOUR_BUCKETS = 60
_MINUTE_MS = 60_000
_DAY_MS = 86_400_000
_TREND = ("reported", "closed")

Minutes = NDArray[np.int32]
Series = Mapping[tuple[str, int], Minutes]


class TrendBucket(msgspec.Struct, frozen=True, kw_only=True):
    """Ten minutes of the last 24 hours; counts are None for a place without series."""

    #: when it begins, ISO 8601 in the city's zone
    t: str
    reported: int | None = None
    closed: int | None = None
    #: reported in the same ten minutes of the day before
    yesterday: int | None = None


class MinuteBucket(msgspec.Struct, frozen=True, kw_only=True):
    """A minute of the last hour; None for a place without series."""

    #: when it begins, ISO 8601 in the city's zone
    t: str
    reported: int | None = None


def trend_days(local: LocalTime, now: int) -> list[int]:
    """The local days that the last 48 hours touch, oldest first (YYYYMMDD)."""
    return sorted({local.day(now - back * _DAY_MS // 4) for back in range(9)})


def days(local: LocalTime, series: Series, now: int, totals: Totals) -> tuple[Today, Yesterday]:
    """Counts of today so far, and of yesterday up to the same minute.

    ``totals`` are those of ``now``, from which yesterday's are counted back. Yesterday is all
    None if the store held nothing then.
    """
    day, minute = local.day_minute(now)
    before = local.day(local.start_of_day(day) - 1)

    def so_far(metric: str, when: int) -> int:
        return int(_of_day(series, metric, when)[: minute + 1].sum())

    def since(metric: str) -> int:
        """From that minute yesterday until now."""
        return int(
            _of_day(series, metric, before)[minute + 1 :].sum() + _of_day(series, metric, day).sum()
        )

    def rate(when: int) -> float | None:
        decided = so_far("decided", when)
        return so_far("on_time", when) / decided if decided else None

    today = Today(
        reported=so_far("reported", day),
        closed=so_far("closed", day),
        overdue=so_far("late_in", day),
        response_overdue=so_far("slow_in", day),
        on_time_rate=rate(day),
    )
    if totals.reported - since("reported") <= 0:
        return today, Yesterday()
    return today, Yesterday(
        reported=so_far("reported", before),
        closed=so_far("closed", before),
        open=totals.open - since("reported") + since("ended"),
        overdue=totals.overdue - since("late_in") + since("late_out"),
        response_overdue=totals.response_overdue - since("slow_in") + since("slow_out"),
        on_time_rate=rate(before),
    )


def trend(local: LocalTime, series: Series, now: int) -> list[TrendBucket]:
    """144 buckets of ten minutes; the last is the running one."""
    step = TREND_STEP_MIN * 60_000
    start = now - now % step - (TREND_BUCKETS - 1) * step
    none: list[int] = []
    tens = {key: _tens(minutes) for key, minutes in series.items() if key[0] in _TREND}

    def count(metric: str, day: int, ten: int) -> int:
        found = tens.get((metric, day), none)
        return found[ten] if found else 0

    return [
        TrendBucket(
            t=iso,
            reported=count("reported", day, ten),
            closed=count("closed", day, ten),
            yesterday=count("reported", past_day, past_ten),
        )
        for iso, (day, ten), (past_day, past_ten) in _buckets(local, start)
    ]


def last_hour(local: LocalTime, series: Series, now: int) -> list[MinuteBucket]:
    """60 minutes; the last is the running one.

    Counts are kept by the local minute, so in the hour that is read twice both are in each.
    """
    start = now - now % _MINUTE_MS - (HOUR_BUCKETS - 1) * _MINUTE_MS
    return [
        MinuteBucket(t=iso, reported=int(_of_day(series, "reported", day)[minute]))
        for iso, (day, minute) in _last_minutes(local, start)
    ]


@lru_cache(maxsize=16)
def _last_minutes(local: LocalTime, start: int) -> list[tuple[str, tuple[int, int]]]:
    """Each minute's beginning (ISO 8601), and its (day, minute); the same for a minute."""
    moments = (start + n * _MINUTE_MS for n in range(HOUR_BUCKETS))
    return [(local.iso(at), local.day_minute(at)) for at in moments]


def _of_day(series: Series, metric: str, day: int) -> Minutes:
    found = series.get((metric, day))
    return np.zeros(1440, dtype=np.int32) if found is None else found


def _tens(minutes: Minutes) -> list[int]:
    """1440 minutes as sums of ten."""
    sums: list[int] = minutes.reshape(-1, TREND_STEP_MIN).sum(axis=1).tolist()
    return sums


@lru_cache(maxsize=16)
def _buckets(local: LocalTime, start: int) -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Each bucket's beginning (ISO 8601), its (day, ten of the day), and those of the day before.

    Cached: they stay the same for ten minutes, and every tick needs them.
    """
    out = []
    for bucket in range(TREND_BUCKETS):
        at = start + bucket * TREND_STEP_MIN * 60_000
        day, minute = local.day_minute(at)
        past_day, past_minute = local.day_minute(at - _DAY_MS)
        ten, past_ten = minute // TREND_STEP_MIN, past_minute // TREND_STEP_MIN
        out.append((local.iso(at), (day, ten), (past_day, past_ten)))
    return out
