"""Tries the warnings, and plain rules next to them, on the made-up city of ``surgedata``.

Everything goes through the real pass (windows, judge, step), every few minutes of the city's time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

import numpy as np

from dashboard.core.model.calendars import LocalTime, WorkingHours
from dashboard.core.model.rules import MINUTE, Surge
from dashboard.core.surges.budget import thresholds
from dashboard.core.surges.incidents import SurgeWarning, step
from dashboard.core.surges.judge import TIERS, judge, windows
from dashboard.core.surges.model import Day, Model, learn, read_day
from tests.support.core.surgedata import DAY_MINUTES, Label, Report, hourly, rate_class, working

ZONE = ZoneInfo("UTC")
LOCAL = LocalTime(ZONE)
WORK = WorkingHours(ZONE, lambda day: day.weekday() < 5, time(8, 30), time(17, 30))
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
START = round(MONDAY.timestamp() * 1000)


def day_number(day: int) -> int:
    """YYYYMMDD of a day of the city."""
    when: date = (MONDAY + timedelta(days=day)).date()
    return when.year * 10000 + when.month * 100 + when.day


def township_of(code: str) -> str:
    return code[:3]


@dataclass(frozen=True)
class Alarm:
    """Something was raised; ``at`` is the minute since the first midnight."""

    tier: str
    code: str
    category: str
    at: int


def day_of(counts: Mapping[int, Mapping[str, int]], day: int) -> Day:
    """One day of the city, by way of the view's fields."""
    fields = {
        f"{pair}|{hour:02d}": n
        for hour in range(24)
        for pair, n in counts.get(day * 24 + hour, {}).items()
    }
    return read_day(day_number(day), working(day), fields)


def warned(
    reports: Sequence[Report], days: range, surge: Surge, every: int = 5
) -> tuple[list[SurgeWarning], int]:
    """Every warning of ``days`` as it ended, and how many changes there were."""
    tiers = {tier: hourly(reports, tier) for tier in TIERS}
    past = {tier: [day_of(tiers[tier], d) for d in range(days.stop)] for tier in TIERS}
    times = [at for at, _, _ in reports]
    opened: dict[str, SurgeWarning] = {}
    every_one: dict[str, SurgeWarning] = {}
    changes = 0
    for day in days:
        models: dict[str, Model] = {
            tier: learn(past[tier][max(0, day - surge.history_days) : day]) for tier in TIERS
        }
        alpha = thresholds(models, working(day), surge)
        for minute in range(day * DAY_MINUTES, (day + 1) * DAY_MINUTES, every):
            hour = minute // 60
            now = START + minute * MINUTE
            so_far = reports[bisect_right(times, hour * 60 - 1) : bisect_right(times, minute - 1)]
            counts = {}
            for tier in TIERS:
                of_hours = {_label(h): tiers[tier].get(h, {}) for h in range(hour - 3, hour)}
                counts[tier] = {**of_hours, _label(hour): hourly(so_far, tier).get(hour, {})}
            judged = windows(LOCAL, WORK, now)
            found = judge(
                models,
                judged,
                counts,
                alpha=alpha,
                min_count=surge.min_count,
                opened={warning.pair for warning in opened.values()},
            )
            outcome = step(models, opened.values(), found, now, township_of)
            moved = [one.warning for one in outcome.moved]
            for warning in (*outcome.raised, *outcome.updated, *moved):
                opened[warning.id] = every_one[warning.id] = warning
            for ended in outcome.ended:
                del opened[ended.warning.id]
            changes += len(outcome.updated) + len(moved)
    return list(every_one.values()), changes


def _label(hour: int) -> tuple[int, int]:
    return day_number(hour // 24), hour % 24


def alarms_of(warnings: Iterable[SurgeWarning]) -> list[Alarm]:
    """What the warnings name: each of their places, from when it was unusual enough."""
    return [
        Alarm(place.tier, place.code, one.category, (place.since - START) // MINUTE)
        for one in warnings
        for place in (one.head, *one.folded)
    ]


@dataclass(frozen=True)
class _Excess:
    """A pair's hour in which a plain rule might call: how many sd it is above the mean."""

    alarm: Alarm
    mean: float
    sd: float
    #: minutes of the hour at which the reports came
    minutes: tuple[int, ...]


Rule = Callable[[float, float], float]


def three_sigma(mean: float, sd: float) -> float:
    """The plain rule: above the mean and three standard deviations of that hour."""
    return mean + 3 * sd


def with_floor(k: float) -> Rule:
    """``k`` standard deviations, each at least 0.5, so that quiet hours do not call at once."""
    return lambda mean, sd: mean + k * max(sd, 0.5)


def hours_in_question(
    reports: Sequence[Report], days: range, surge: Surge, every: int = 5
) -> list[_Excess]:
    """Each pair's hours with enough reports to be called, with the same hour's last 28 days."""
    out = []
    for tier in TIERS:
        moments: dict[tuple[str, int], list[int]] = defaultdict(list)
        for at, grid, category in reports:
            code = grid if tier == "grid" else township_of(grid)
            moments[f"{code}|{category}", at // 60].append(at % 60)
        for (pair, hour), minutes in moments.items():
            if hour // 24 in days and len(minutes) >= surge.min_count:
                before = [
                    len(moments.get((pair, hour - 24 * d), ()))
                    for d in range(1, surge.history_days + 1)
                ]
                code, _, category = pair.partition("|")
                seen = tuple(sorted(m // every * every + every for m in minutes))
                alarm = Alarm(tier, code, category, hour * 60)
                out.append(_Excess(alarm, float(np.mean(before)), float(np.std(before)), seen))
    return out


def called(found: Iterable[_Excess], surge: Surge, rule: Rule) -> list[Alarm]:
    """What a rule raises: as soon as the running hour is above it, once until two calm hours."""
    by_pair: dict[tuple[str, str, str], list[Alarm]] = defaultdict(list)
    for one in found:
        limit = max(rule(one.mean, one.sd), surge.min_count - 0.5)
        above = [m for i, m in enumerate(one.minutes, 1) if i > limit]
        if above:
            a = one.alarm
            by_pair[a.tier, a.code, a.category].append(
                Alarm(a.tier, a.code, a.category, a.at + above[0])
            )
    return [alarm for alarms in by_pair.values() for alarm in _firsts(alarms)]


def _firsts(alarms: list[Alarm]) -> Iterator[Alarm]:
    alarms.sort(key=lambda alarm: alarm.at)
    yield alarms[0]
    for before, after in pairwise(alarms):
        if (after.at - 1) // 60 - (before.at - 1) // 60 > 2:
            yield after


def tuned(found: Sequence[_Excess], surge: Surge, wanted: int) -> float:
    """The smallest k (steps of 0.05) at which ``with_floor`` raises no more than ``wanted``."""
    k = 3.0
    while k < 40 and len(called(found, surge, with_floor(k))) > wanted:
        k += 0.05
    return round(k, 2)


def delays(alarms: Iterable[Alarm], labels: Iterable[Label]) -> dict[Label, int | None]:
    """Minutes from each surge's start to the first alarm for it; None if there was none.

    An alarm of the surge's grid or township, or of a grid in its township, is one for it.
    """
    by_township: dict[tuple[str, str], list[Alarm]] = defaultdict(list)
    for alarm in alarms:
        by_township[township_of(alarm.code), alarm.category].append(alarm)
    out: dict[Label, int | None] = {}
    for label in labels:
        hits = [
            alarm.at - label.start
            for alarm in by_township[township_of(label.code), label.category]
            if label.start <= alarm.at <= label.start + label.minutes + 60
            and (label.tier == "township" or alarm.code in (label.code, label.code[:3]))
        ]
        out[label] = min(hits, default=None)
    return out


@dataclass(frozen=True)
class Score:
    """Of the surges of one tier and base rate: how many, how many found, the median delay."""

    tried: int
    found: int
    delay: float | None

    @property
    def rate(self) -> float:
        return self.found / self.tried if self.tried else 0.0


def scores(found: Mapping[Label, int | None]) -> dict[tuple[str, str], Score]:
    """By (tier, base rate)."""
    tried: Counter[tuple[str, str]] = Counter()
    hits: dict[tuple[str, str], list[int]] = defaultdict(list)
    for label, delay in found.items():
        key = label.tier, rate_class(label.base)
        tried[key] += 1
        if delay is not None:
            hits[key].append(delay)
    return {
        key: Score(n, len(hits[key]), median(hits[key]) if hits[key] else None)
        for key, n in tried.items()
    }
