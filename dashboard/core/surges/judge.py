"""Surge warnings: which counts are far above their usual. Pure.

:func:`windows` gives the hours that are judged at a moment, :func:`judge` the unusual counts in
them; :mod:`dashboard.core.surges.incidents` makes warnings of these. Counts, models and the
domain's time come from outside. What is usual comes from :mod:`dashboard.core.surges.model`;
docs/warnings.md describes what is judged and what a false alarm costs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

import msgspec

from dashboard.core.model.calendars import Calendar, LocalTime
from dashboard.core.model.rules import HOUR, MINUTE
from dashboard.core.surges.model import Cell, Model
from dashboard.core.surges.tail import upper_quantile, upper_tail

#: a running hour is judged against what is usual up to the next of these minutes of it
LOOKS = (5, 10, 20, 40, 60)
#: complete hours judged together, for what grows slowly
WIDE_HOURS = 3


@dataclass(frozen=True)
class Window:
    """Some local hours that are judged together."""

    start: int
    end: int
    #: newest first
    cells: tuple[Cell, ...]
    #: (local day, local hour) of the counts to add up
    hours: tuple[tuple[int, int], ...]
    #: one single hour, complete or running
    single: bool


def local_hour(local: LocalTime, at: int) -> tuple[int, int, int]:
    """(local day, hour, its beginning in ms) of a moment; an hour that comes twice is one."""
    day, minute = local.day_minute(at)
    start = at - minute % 60 * MINUTE - at % MINUTE
    before_day, before = local.day_minute(start - 1)
    if (before_day, before // 60) == (day, minute // 60):
        start -= HOUR
    return day, minute // 60, start


def windows(local: LocalTime, work: Calendar, now: int) -> list[Window]:
    """The running hour, the last complete one and the last three, at ``now``."""

    def working(day: int) -> bool:
        return work.between(local.start_of_day(day), local.next_day(day)) > 0

    day, hour, start = local_hour(local, now)
    elapsed = (now - start) / MINUTE
    until = next((look for look in LOOKS if look >= elapsed), elapsed)
    cell = (working(day), hour, until / 60)
    end = start + round(until * MINUTE)
    found = [Window(start, end, (cell,), ((day, hour),), single=True)]
    cells: list[Cell] = []
    hours: list[tuple[int, int]] = []
    end = start
    for count in range(1, WIDE_HOURS + 1):
        day, hour, begin = local_hour(local, start - 1)
        cells.append((working(day), hour, (start - begin) / HOUR))
        hours.append((day, hour))
        start = begin
        if count in (1, WIDE_HOURS):
            found.append(Window(start, end, tuple(cells), tuple(hours), single=count == 1))
    return found


TIERS = ("township", "grid")
#: an hour at or below this tail probability keeps a warning open
HIGH = 0.05
#: no probability below this is shown: the model's tail is not known that far out
RAREST = 1e-4

Pair = tuple[str, str]  # tier, CODE|CATEGORY


class Evidence(msgspec.Struct, frozen=True):
    """Why: ``observed`` reports from ``start`` to ``end`` (ms) where ``expected`` are usual.

    ``low`` to ``high`` is the range in which 95 % of usual counts lie, ``p`` the probability of
    as many reports or more; ``history`` holds the reports of each of the last days, oldest first.
    For a running hour ``end`` is the minute up to which ``expected`` counts, shortly ahead.
    """

    observed: int
    expected: float
    low: int
    high: int
    p: float
    start: int
    end: int
    days: int
    history: tuple[int, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """How unusual one pair's count in one window is."""

    pair: Pair
    window: Window
    observed: int
    mean: float
    size: float
    p: float
    #: unusual enough to raise a warning
    strong: bool

    @property
    def keeps(self) -> bool:
        """Whether it keeps a warning open."""
        return self.strong or self.window.single


#: tier → (local day, hour) → CODE|CATEGORY → reports
Counts = Mapping[str, Mapping[tuple[int, int], Mapping[str, int]]]


def judge(
    models: Mapping[str, Model],
    judged: Iterable[Window],
    counts: Counts,
    *,
    alpha: Mapping[str, float],
    min_count: int,
    opened: Container[Pair] = (),
) -> list[Judgement]:
    """The pairs of all tiers whose counts are high or strong; all others are calm.

    Strong are at least ``min_count`` reports with a tail probability of at most the tier's
    ``alpha``. With fewer only the ``opened`` pairs are looked at: nothing depends on the others.
    """
    out: list[Judgement] = []
    for window in judged:
        for tier, hours in counts.items():
            model = models[tier]
            totals: dict[str, int] = defaultdict(int)
            for hour in window.hours:
                for pair, amount in hours.get(hour, {}).items():
                    totals[pair] += amount
            for pair, observed in totals.items():
                if observed < min_count and (tier, pair) not in opened:
                    continue
                usual = model.usual(pair, window.cells)
                if usual is None or observed <= usual.mean:
                    continue
                p = upper_tail(observed, usual.mean, usual.size)
                strong = observed >= min_count and p <= alpha[tier]
                if strong and not window.single:
                    strong = _going_on(model, pair, window, hours)
                if strong or p <= HIGH:
                    out.append(
                        Judgement((tier, pair), window, observed, usual.mean, usual.size, p, strong)
                    )
    return out


def _going_on(
    model: Model,
    pair: str,
    window: Window,
    hours: Mapping[tuple[int, int], Mapping[str, int]],
) -> bool:
    """Whether the newest hour of a wide window is above its usual: what is over is not raised."""
    usual = model.usual(pair, window.cells[:1])
    return usual is not None and hours.get(window.hours[0], {}).get(pair, 0) > usual.mean


def chance(why: Evidence, odds_days: int) -> float | None:
    """The probability to show: at least ``RAREST``; None with fewer than ``odds_days`` days."""
    return None if why.days < odds_days else max(why.p, RAREST)


def evidence(model: Model, found: Judgement) -> Evidence:
    """The evidence of a judgement, for a screen to explain it."""
    return Evidence(
        observed=found.observed,
        expected=round(found.mean, 4),
        low=upper_quantile(0.025, found.mean, found.size),
        high=upper_quantile(0.975, found.mean, found.size),
        p=found.p,
        start=found.window.start,
        end=found.window.end,
        days=len(model.days),
        history=model.history(found.pair[1]),
    )
