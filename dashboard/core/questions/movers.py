"""Who got worst in a figure, who got best, and what made most of each change: fixed rules. Pure.

In: a figure's value of every subject (a place, a department, a category) in two periods, and what
its parts were in each. Out: the ranking, and one reason a subject. The rules are in
docs/leaders.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import hypot, sqrt
from typing import Literal, NamedTuple

import msgspec

from dashboard.core.questions.answers import FEW

#: what can be ranked, widest first
SUBJECTS = ("county", "township", "community", "grid", "department", "category")
#: the subjects that have scores
SCORED = ("department", "township", "community")
#: what a part of a change may be, in the order that decides between equal ones; the level is asked
#: last, because a category nearly always has the same one
PARTS = ("category", "department", "grid", "community", "township", "hour", "day", "level")
#: a reason makes at least this much of the change
MOST = 0.5
#: a change larger than this many standard deviations is more than chance makes
_CLEAR = 1.96
_DIGITS = 9

Kind = Literal["count", "stock", "rate", "median", "score"]


class Figure(msgspec.Struct, frozen=True):
    """One figure: ``better`` is the direction that is good, "" for neither."""

    name: str
    kind: Kind
    better: Literal["up", "down", ""] = "down"
    #: a rate counts what failed (its parts add up); then the rate itself is 1 less that
    kept: bool = False

    @property
    def scale(self) -> int:
        """1 if what is counted for its parts rises with it, -1 if it falls."""
        return -1 if self.kept or self.kind == "score" else 1


FIGURES: Mapping[str, Figure] = {
    one.name: one
    for one in (
        Figure("overdue", "stock"),
        Figure("became_overdue", "count"),
        Figure("response_overdue", "stock"),
        Figure("became_response_overdue", "count"),
        Figure("late", "count"),
        Figure("reported", "count", ""),
        Figure("closed", "count", "up"),
        Figure("open", "stock"),
        Figure("on_time_rate", "rate", "up", kept=True),
        Figure("return_rate", "rate"),
        Figure("rework_rate", "rate"),
        Figure("satisfaction_rate", "rate", "up", kept=True),
        Figure("median_ms", "median"),
        Figure("total", "score", "up"),
        Figure("dispatch", "score", "up"),
        Figure("handling", "score", "up"),
        Figure("outcome", "score", "up"),
    )
}

#: the figure shown unless another is asked for: the first of these by which anything moved
USUAL = ("overdue", "became_overdue", "response_overdue", "open", "reported")


def figures_of(by: str) -> tuple[str, ...]:
    """The figures that a kind of subject has."""
    return tuple(n for n, one in FIGURES.items() if one.kind != "score" or by in SCORED)


class Value(NamedTuple):
    """A figure in one period."""

    value: float | None
    #: how many cases it rests on
    n: float
    #: the standard deviation of it, where the figure has one of its own (a score); else 0
    deviation: float = 0.0


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """A subject's figure in both periods."""

    key: str
    now: float | None
    before: float | None
    n: float
    n_before: float
    #: more than chance makes
    clear: bool = False

    @property
    def change(self) -> float:
        """How much more than before; 0 where one is not known."""
        known = self.now is not None and self.before is not None
        return (self.now or 0.0) - (self.before or 0.0) if known else 0.0


class Ranking(msgspec.Struct, frozen=True, kw_only=True):
    """Every subject, each in one of the lists."""

    #: the worst first, the best first; of a figure without a good direction: risen, fallen
    worse: tuple[Moved, ...] = ()
    better: tuple[Moved, ...] = ()
    same: tuple[Moved, ...] = ()
    #: too few cases to be ranked, most cases first
    few: tuple[Moved, ...] = ()


def ranking(
    figure: Figure,
    now: Mapping[str, Value],
    before: Mapping[str, Value],
    least: int,
    clear: Mapping[str, bool] | None = None,
) -> Ranking:
    """The subjects by how much they moved; clear changes come before those that may be chance.

    Fewer than ``least`` cases are not ranked: of a count in both periods, else in either.
    ``clear`` is what the caller knows of it (medians).
    """
    none = Value(0 if figure.kind in ("count", "stock") else None, 0)
    worse: list[Moved] = []
    better: list[Moved] = []
    same: list[Moved] = []
    few: list[Moved] = []
    for key in sorted({*now, *before}):
        own, was = now.get(key, none), before.get(key, none)
        known = (clear or {}).get(key)
        one = Moved(
            key=key,
            now=own.value,
            before=was.value,
            n=own.n,
            n_before=was.n,
            clear=_clear(figure, own, was) if known is None else known,
        )
        counted = figure.kind in ("count", "stock")
        cases = max(own.n, was.n) if counted else min(own.n, was.n)
        if cases < least or own.value is None or was.value is None:
            few.append(one)
        elif not round(one.change, _DIGITS):
            same.append(one)
        else:
            rose = one.change > 0
            (worse if rose is (figure.better != "up") else better).append(one)
    return Ranking(
        worse=tuple(sorted(worse, key=_order)),
        better=tuple(sorted(better, key=_order)),
        same=tuple(same),
        few=tuple(sorted(few, key=lambda m: (-max(m.n, m.n_before), m.key))),
    )


def _order(one: Moved) -> tuple[bool, float, str]:
    return not one.clear, -round(abs(one.change), _DIGITS), one.key


def _clear(figure: Figure, now: Value, was: Value) -> bool:
    """Whether a change is more than chance makes."""
    if now.value is None or was.value is None:
        return False
    step, cases = abs(now.value - was.value), now.n + was.n
    if figure.kind == "score":
        return step > _CLEAR * hypot(now.deviation, was.deviation)
    if cases < FEW:
        return False
    if figure.kind == "rate":
        together = (now.value * now.n + was.value * was.n) / cases
        spread = together * (1 - together) * (1 / now.n + 1 / was.n) if now.n and was.n else 0.0
        return step >= _CLEAR * sqrt(spread) and step > 0
    # two Poisson counts: the variance of their difference is their sum
    return step >= _CLEAR * sqrt(cases)


class Cell(NamedTuple):
    """What one part of a subject counted in each period; for a rate also of how many."""

    part: str
    key: str
    now: float
    was: float
    of_now: float = 0.0
    of_was: float = 0.0


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """The part that made most of a change."""

    cell: Cell
    #: what the part did to the figure, and the whole change, both in what is counted
    made: float
    change: float
    #: the same, inside this part
    inside: Reason | None = None
    #: none makes half of it: this is only the largest
    spread: bool = False
    #: of a median: what it would be without the part, before and now
    without: tuple[float, float] | None = None


def reason(
    cells: Sequence[Cell], sizes: tuple[float, float] = (1.0, 1.0), change: float | None = None
) -> Reason | None:
    """The part that made most of a change; None where nothing changed.

    A part made ``now / sizes[0] - was / sizes[1]``; the sizes are the cases of a rate, else 1.
    Of the parts that made at least half of the change, it is the one whose share in the change is
    furthest above its share in the period before; a level only if no other did. A kind of part of
    which there is only one is left out, unless there is no other kind. ``change`` is that of all
    parts of a kind together, if it is not their sum.
    """
    kinds = several(cells)
    return _reason([one for one in cells if one.part in kinds or not kinds], sizes, change)


def _reason(
    cells: Sequence[Cell], sizes: tuple[float, float], change: float | None
) -> Reason | None:
    by_part: dict[str, list[Cell]] = {}
    for cell in cells:
        by_part.setdefault(cell.part, []).append(cell)
    largest: list[tuple[float, float, int, Reason]] = []
    for place, part in enumerate(PARTS):
        found = by_part.get(part, ())
        whole = sum(_made(one, sizes) for one in found) if change is None else change
        if not round(whole, _DIGITS):
            continue
        named = [one for one in found if one.key]
        if not named:
            continue
        top = min(named, key=lambda one: (-round(_made(one, sizes) / whole, _DIGITS), one.key))
        share = _made(top, sizes) / whole
        earlier = sum(one.was for one in found)
        usual = top.was / earlier if earlier > 0 else 0.0
        if share > 0:
            made = Reason(cell=top, made=_made(top, sizes), change=whole)
            largest.append((share, share - usual, place, made))
    most = [one for one in largest if round(one[0], _DIGITS) >= MOST]
    chosen = [one for one in most if one[3].cell.part != "level"] or most
    if chosen:
        return min(chosen, key=lambda one: (-round(one[1], _DIGITS), one[2]))[3]
    others = [one for one in largest if one[3].cell.part != "level"] or largest
    if not others:
        return None
    best = min(others, key=lambda one: (-round(one[0], _DIGITS), one[2]))[3]
    return msgspec.structs.replace(best, spread=True)


def several(cells: Sequence[Cell]) -> frozenset[str]:
    """The kinds of part of which there is more than one."""
    keys: dict[str, set[str]] = {}
    for one in cells:
        keys.setdefault(one.part, set()).add(one.key)
    return frozenset(part for part, found in keys.items() if len(found) > 1)


def inner(
    first: Reason,
    cells: Sequence[Cell],
    kinds: frozenset[str],
    sizes: tuple[float, float] = (1.0, 1.0),
) -> Reason:
    """The reason with what made most of it inside its part, if that is at least half of it.

    ``cells`` are those of the events of the first part only, ``kinds`` those of which the subject
    has several. A department or level that is the only one in the part adds nothing: a
    category has its own.
    """
    own = several(cells)
    others = [
        one
        for one in cells
        if one.part != first.cell.part
        and one.part in kinds
        and (one.part not in ("department", "level") or one.part in own)
    ]
    found = _reason(others, sizes, None)
    if found is None or found.spread or first.spread:
        return first
    return msgspec.structs.replace(first, inside=found)


def _made(cell: Cell, sizes: tuple[float, float]) -> float:
    now = cell.now / sizes[0] if sizes[0] else 0.0
    return now - (cell.was / sizes[1] if sizes[1] else 0.0)


class Without(NamedTuple):
    """A median in both periods without one part, and how many handlings are left in each."""

    part: str
    key: str
    now: float
    was: float
    left_now: int
    left_was: int


def median_reason(change: float, found: Sequence[Without], least: int) -> Reason | None:
    """The part without which a median would have changed least; None if half of it would be left.

    At least ``least`` handlings must be left in both periods.
    """
    if not change:
        return None
    kept = [one for one in found if one.key and min(one.left_now, one.left_was) >= least]
    if not kept:
        return None
    order = {part: place for place, part in enumerate(PARTS)}
    most = [one for one in kept if round(1 - _left(one, change), _DIGITS) >= MOST]
    most = [one for one in most if one.part != "level"] or most
    if not most:
        return None
    best = min(most, key=lambda one: (_left(one, change), order[one.part], one.key))
    return Reason(
        cell=Cell(best.part, best.key, 0, 0),
        made=change - (best.now - best.was),
        change=change,
        without=(best.was, best.now),
    )


def _left(one: Without, change: float) -> float:
    """The share of the change that is left without a part."""
    return round(abs((one.now - one.was) / change), _DIGITS)


class Course(msgspec.Struct, frozen=True):
    """A figure step by step (hours, days or weeks) in both periods; None where it is not known."""

    now: tuple[float | None, ...] = ()
    before: tuple[float | None, ...] = ()


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A ranking, with courses and reasons of the subjects that are shown."""

    figure: Figure
    #: what is ranked, of `SUBJECTS`
    by: str
    ranking: Ranking
    #: what is counted of no known subject
    unknown: Moved | None = None
    courses: Mapping[str, Course] = {}
    reasons: Mapping[str, Reason] = {}
    #: hour, day or week
    step: str = "day"
    #: kinds of subject of which there are several
    subjects: tuple[str, ...] = ()
