"""Surge warnings: is a count far above its usual, and when is one raised, kept and ended. Pure.

:func:`windows` gives the hours that are judged at a moment, :func:`judge` the unusual counts in
them, :func:`step` what that changes in the open warnings, :func:`surge_row` a warning as a wall
shows it. Counts, models and the domain's time come from outside. What is usual comes from
:mod:`dashboard.core.surges.model`; docs/warnings.md describes what is judged and what a false
alarm costs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
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
#: a warning subsides when this long has passed since the last hour that was high
CALM_MS = 2 * HOUR

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


class SurgeWarning(msgspec.Struct, frozen=True):
    """One warning, with the evidence at its peak."""

    id: str
    tier: str
    code: str
    category: str
    raised_at: int
    updated_at: int
    #: end of the last hour that was high, ms
    high_until: int
    evidence: Evidence

    @property
    def pair(self) -> Pair:
        return self.tier, f"{self.code}|{self.category}"


class Ended(msgspec.Struct, frozen=True):
    """A warning that is over: subsided, explained (``by``) or withdrawn (time went back)."""

    warning: SurgeWarning
    reason: str
    by: str = ""


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


@dataclass(frozen=True)
class Outcome:
    """What a pass changes."""

    raised: tuple[SurgeWarning, ...] = ()
    updated: tuple[SurgeWarning, ...] = ()
    ended: tuple[Ended, ...] = ()


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


def step(
    models: Mapping[str, Model],
    opened: Iterable[SurgeWarning],
    judgements: Sequence[Judgement],
    now: int,
    township_of: Callable[[str], str],
) -> Outcome:
    """One pass: raise what is new and strong, keep the peak of what is open, end what is calm.

    A township that is strong only because of its grids' surges is not raised; one that is open
    gives way to the grid that explains it.
    """
    running: dict[Pair, SurgeWarning] = {}
    ended: list[Ended] = []
    for warning in opened:
        if warning.raised_at > now:
            ended.append(Ended(warning, "withdrawn"))
        else:
            running[warning.pair] = warning
    by_pair: dict[Pair, list[Judgement]] = defaultdict(list)
    for one in judgements:
        by_pair[one.pair].append(one)
    peaks = {
        pair: min(strong, key=lambda j: (j.p, j.window.end))
        for pair, found in by_pair.items()
        if (strong := [j for j in found if j.strong])
    }
    grids = _surging_grids(running, by_pair, township_of)
    raised: list[SurgeWarning] = []
    updated: list[SurgeWarning] = []
    explained: dict[Pair, Pair] = {}
    for pair in sorted(peaks):
        if pair[0] == "township":
            culprit = _explained(pair, by_pair[pair], grids)
            if culprit is not None:
                explained[pair] = culprit
                continue
        if pair not in running:
            proof = evidence(models[pair[0]], peaks[pair])
            raised.append(_raise(pair, proof, now, _high_until(by_pair[pair])))
    names = {warning.pair: warning.id for warning in (*running.values(), *raised)}
    for pair, warning in running.items():
        if pair in explained:
            ended.append(Ended(warning, "explained", names[explained[pair]]))
            continue
        after = _kept(warning, models[pair[0]], by_pair.get(pair, ()), peaks.get(pair), now)
        if now >= after.high_until + CALM_MS:
            ended.append(Ended(after, "subsided"))
        elif after != warning:
            updated.append(after)
    return Outcome(tuple(raised), tuple(updated), tuple(ended))


def _raise(pair: Pair, proof: Evidence, now: int, high_until: int) -> SurgeWarning:
    tier, name = pair
    code, _, category = name.partition("|")
    return SurgeWarning(
        f"{tier}:{code}:{category}:{now}", tier, code, category, now, now, high_until, proof
    )


def _high_until(found: Iterable[Judgement]) -> int:
    """The end of the last hour that is high; a running hour's own end is not waited for."""
    return max(j.window.end for j in found if j.keeps)


def _kept(
    warning: SurgeWarning,
    model: Model,
    found: Sequence[Judgement],
    peak: Judgement | None,
    now: int,
) -> SurgeWarning:
    # a clock that went back a little must not keep it open until it has caught up
    high_until = min(
        max([warning.high_until, *(j.window.end for j in found if j.keeps)]), now + HOUR
    )
    if peak is not None and peak.p < warning.evidence.p:
        return msgspec.structs.replace(
            warning, updated_at=now, high_until=high_until, evidence=evidence(model, peak)
        )
    if high_until == warning.high_until:
        return warning
    return msgspec.structs.replace(warning, updated_at=now, high_until=high_until)


#: (township, category) → the surging grids in it, with their judgements by window
_Grids = Mapping[tuple[str, str], list[tuple[Pair, Mapping[Window, Judgement]]]]


def _surging_grids(
    running: Mapping[Pair, SurgeWarning],
    by_pair: Mapping[Pair, Sequence[Judgement]],
    township_of: Callable[[str], str],
) -> _Grids:
    out: dict[tuple[str, str], list[tuple[Pair, Mapping[Window, Judgement]]]] = defaultdict(list)
    for pair, found in by_pair.items():
        if pair[0] == "grid" and (pair in running or any(j.strong for j in found)):
            code, _, category = pair[1].partition("|")
            out[township_of(code), category].append((pair, {j.window: j for j in found}))
    return out


def _explained(pair: Pair, found: Sequence[Judgement], grids: _Grids) -> Pair | None:
    """The strongest grid, if without its surging grids the township is not even high."""
    code, _, category = pair[1].partition("|")
    surging = grids.get((code, category), [])
    if not surging:
        return None
    for one in found:
        inside = [by_window[one.window] for _, by_window in surging if one.window in by_window]
        rest = one.observed - sum(j.observed for j in inside)
        mean = max(one.mean - sum(j.mean for j in inside), one.mean / 4)
        if one.strong and upper_tail(rest, mean, one.size) <= HIGH:
            return None
    return min(surging, key=lambda item: min(j.p for j in item[1].values()))[0]


class SurgeRow(msgspec.Struct, frozen=True, kw_only=True):
    """An open warning as a wall shows it."""

    id: str
    #: township or grid
    tier: str
    #: code of the township or grid
    place: str
    #: code of the finest place at or above ``place`` that a screen has a name for
    area: str
    category: str
    #: ms UTC
    raised_at: int
    #: events counted in the window, at the warning's peak
    observed: int
    #: events usual in that window, to a tenth
    expected: float


def surge_row(warning: SurgeWarning, named: Callable[[str], str]) -> SurgeRow:
    """The row of a warning; ``named`` maps a code to the finest named place at or above it."""
    return SurgeRow(
        id=warning.id,
        tier=warning.tier,
        place=warning.code,
        area=named(warning.code),
        category=warning.category,
        raised_at=warning.raised_at,
        observed=warning.evidence.observed,
        expected=round(warning.evidence.expected, 1),
    )
