"""Scores from the sums of the tallies: three indicators and a total, 0 to 100. Pure.

Each is made of components, proportions ``numerator / denominator`` of measures
(:mod:`dashboard.core.scoring.formulas`).
An indicator is measured x (1 - share) + ratings x share, and the share of a few ratings is small
(:func:`dashboard.core.scoring.formulas.rated_share`); the total weighs the indicators.
A part without data gives its weight to the others. Next to the measured total there is one in
which every measured component is shrunk towards the mean of all subjects
(:mod:`dashboard.core.scoring.shrinkage`): that one is ranked, so that three lucky events don't lead
the board. Ratings are not: others' ratings say nothing of this one. More in docs/scoring.md.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from dashboard.core.lifecycle.tallies import UNMEASURED
from dashboard.core.model.actions import Level
from dashboard.core.model.rules import Weights
from dashboard.core.scoring.formulas import (
    CHECKS,
    COMPONENTS,
    INDICATORS,
    Formula,
    Sums,
    added,
    formulas,
    shares,
)
from dashboard.core.scoring.shrinkage import Estimate, Prior, prior, shrink

#: totals that differ by less are equal: sums of fractions end in noise
_DIGITS = 9


class Share(msgspec.Struct, frozen=True):
    """``count`` of ``of``; ``share`` is None when ``of`` is 0."""

    count: int
    of: int
    share: float | None


class Part(msgspec.Struct, frozen=True):
    """A component of a score; ``value``, ``shrunk``, ``low`` and ``high`` are 0 to 100."""

    numerator: float
    denominator: float
    #: how many cases it rests on: the denominator, or fewer where cases weigh differently
    n: float
    value: float
    #: its share in the total, 0 to 1
    share: float
    shrunk: float
    low: float
    high: float


class RankMove(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a rank is not what it was (:mod:`dashboard.core.scoring.ranks`); values are 0 to 100."""

    #: up, down, new (it had no rank) or gone (it has none)
    way: str
    #: own: its own total moved; others: it did not; outpaced: others moved more; cases: too few
    #: events for a rank, now or before
    rule: str
    rank_before: int | None = None
    #: by how much the total that ranks moved
    points: float = 0.0
    #: own: the indicator that moved the total most, by how many points
    indicator: str = ""
    indicator_points: float = 0.0
    #: the component that did most of that
    component: str = ""
    #: value: it moved; came, went: it had, or has, no data; mean: it only moved as few cases are
    #: drawn to the mean of all; share: its share in the total moved
    cause: str = ""
    value_before: float | None = None
    value: float | None = None
    #: its missed cases now; of ratings, all of them
    missed: int | None = None
    #: cases: events then and now, and how many a rank needs
    n_before: int = 0
    n: int = 0
    needed: int = 0


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """A subject's score in a period; 0 to 100, None where there is no data."""

    subject: str
    #: the same, for a department
    department: str | msgspec.UnsetType = msgspec.UNSET
    dispatch: float | None = None
    handling: float | None = None
    outcome: float | None = None
    #: as measured; the rank goes by ``shrunk``
    total: float | None = None
    n: int = 0
    rank: int | None = None
    #: places gained since what it is compared with
    rank_change: int | None = None
    #: None if the rank is what it was, or nothing was ranked then
    moved: RankMove | None = None
    shrunk: float | None = None
    #: the 90 % interval of ``shrunk``
    low: float | None = None
    high: float | None = None
    #: closed events that were visited again, of those closed
    coverage: Share = Share(0, 0, None)
    #: events that an appeal took out, and tallies that came after the month was closed
    excluded: int = 0
    late_news: int = 0
    #: rounds of events without a usable time: counted, but in no score
    unmeasured: int = 0
    checks: dict[str, Share] = {}
    parts: dict[str, Part] = {}
    sums: dict[str, int] = {}


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a scoreboard on a wall: what is read from 8 m."""

    department: str
    dispatch: float | None
    handling: float | None
    outcome: float | None
    total: float | None
    n: int
    rank: int | None
    rank_change: int | None
    shrunk: float | None
    low: float | None
    high: float | None
    #: events without a usable time, which are in no score
    unmeasured: int = 0
    #: why the rank is not what it was
    moved: RankMove | None = None


class Board(NamedTuple):
    """The score of every subject, best first, and the group's prior for each component."""

    scores: list[Score]
    priors: dict[str, Prior]


def board(sums: Mapping[str, Sums], weights: Weights, *, department: bool = True) -> Board:
    """The score of every subject from ``subject → measure → n``, shrunk and ranked.

    The subjects given are the group that each is shrunk towards.
    """
    wanted = formulas(weights)
    seen = {subject: _cases(wanted, weights, own) for subject, own in sums.items()}
    priors = {
        name: _group(name, [case for cases in seen.values() if (case := cases.get(name))])
        for name in COMPONENTS
    }
    scores = []
    for subject, cases in seen.items():
        weighing = shares({name: case.n for name, case in cases.items()}, weights)
        scores.append(_score(subject, sums[subject], cases, weighing, priors, department))
    return Board(ranked(scores, weights.min_ranked), priors)


def brief(score: Score) -> Brief:
    """The row of a wall's scoreboard."""
    return Brief(
        department=score.subject,
        **{n: getattr(score, n) for n in Brief.__struct_fields__ if n != "department"},
    )


def ranked(scores: Iterable[Score], min_ranked: int) -> list[Score]:
    """Best shrunk total first; equal ones share a rank; too few events come last, unranked."""

    def fit(score: Score) -> bool:
        return score.n >= min_ranked and score.shrunk is not None

    def value(score: Score) -> float:
        return round(-1.0 if score.shrunk is None else score.shrunk, _DIGITS)

    ordered = sorted(scores, key=lambda s: (not fit(s), -value(s), s.subject))
    out: list[Score] = []
    for place, item in enumerate(ordered, start=1):
        if not fit(item):
            rank = None
        elif out and value(out[-1]) == value(item):
            rank = out[-1].rank
        else:
            rank = place
        out.append(replace(item, rank=rank))
    return out


class _Case(NamedTuple):
    """A component of one subject: as counted, and as x of n alike cases."""

    numerator: float
    denominator: float
    x: float
    n: float


def _group(name: str, cases: Iterable[_Case]) -> Prior:
    """What a component is shrunk towards; ratings have a mean too, but are not shrunk to it."""
    found = prior((case.x, case.n) for case in cases)
    return found._replace(strength=0.0) if name.endswith(".rating") else found


def _cases(wanted: Mapping[str, Formula], weights: Weights, sums: Sums) -> dict[str, _Case]:
    """The components that have data; the numerator is held within 0 … denominator."""
    out = {}
    for name, formula in wanted.items():
        denominator = added(formula.denominator, sums)
        if denominator <= 0:
            continue
        numerator = min(denominator, max(0.0, added(formula.numerator, sums)))
        n = denominator
        if name == "handling.measured":  # Kish's effective number of cases of unequal weight
            squares = {f"decided.{level}": w * w for level, w in weights.levels.items()}
            n = denominator**2 / added(squares, sums)
        out[name] = _Case(numerator, denominator, n * numerator / denominator, n)
    return out


def _score(
    subject: str,
    sums: Sums,
    cases: Mapping[str, _Case],
    weighing: Mapping[str, Mapping[str, float]],
    priors: Mapping[str, Prior],
    department: bool,
) -> Score:
    raw = {name: case.numerator / case.denominator for name, case in cases.items()}
    near = {name: shrink(case.x, case.n, priors[name]) for name, case in cases.items()}
    measured = {name: _sum(weighing[name], raw) for name in INDICATORS if name in weighing}
    of_total = weighing["total"]
    total, shrunk, low, high = _total(of_total, raw, near)
    return Score(
        subject=subject,
        department=subject if department else msgspec.UNSET,
        dispatch=measured.get("dispatch"),
        handling=measured.get("handling"),
        outcome=measured.get("outcome"),
        total=total,
        n=max(sums.get("dispatched", 0), sum(sums.get(f"decided.{level}", 0) for level in Level)),
        shrunk=shrunk,
        low=low,
        high=high,
        coverage=_share(sums, "visited", "closed"),
        excluded=sums.get("excluded", 0),
        late_news=sums.get("late_news", 0),
        unmeasured=sums.get(UNMEASURED, 0),
        checks={name: _share(sums, name, of) for name, of in CHECKS.items()},
        parts={
            name: Part(
                *cases[name][:2], cases[name].n, 100 * raw[name], of_total.get(name, 0.0),
                *(100 * value for value in near[name]),
            )
            for name in cases
        },
        sums=dict(sums),
    )  # fmt: skip


def _total(
    weighing: Mapping[str, float], raw: Mapping[str, float], near: Mapping[str, Estimate]
) -> tuple[float | None, float | None, float | None, float | None]:
    """Measured, shrunk, and the ends of the interval; the components' half widths add up in
    squares, taking their errors as independent."""
    if not weighing:
        return None, None, None, None
    middle = math.fsum(share * near[name].value for name, share in weighing.items())
    below = math.hypot(*(s * (near[n].value - near[n].low) for n, s in weighing.items()))
    above = math.hypot(*(s * (near[n].high - near[n].value) for n, s in weighing.items()))
    low, high = max(0.0, middle - below), min(1.0, middle + above)
    return _sum(weighing, raw), 100 * middle, 100 * low, 100 * high


def _sum(weighing: Mapping[str, float], values: Mapping[str, float]) -> float:
    return 100 * math.fsum(share * values[name] for name, share in weighing.items())


def _share(sums: Sums, count: str, of: str) -> Share:
    counted, whole = sums.get(count, 0), sums.get(of, 0)
    return Share(counted, whole, counted / whole if whole > 0 else None)
