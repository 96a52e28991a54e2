"""A score opened up: its formulas, its sums, and the events behind them. Pure.

A :class:`Gatherer` takes every event and keeps what belongs to one subject and period, so it
holds no more than its answer; :func:`explain` compares that with the score made from the views,
and :func:`render` writes it as text, for a terminal or a letter to a department.
"""

from __future__ import annotations

import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping

import msgspec

from dashboard.core.fold.views import score_facts
from dashboard.core.lifecycle.tallies import UNMEASURED
from dashboard.core.model.periods import Period
from dashboard.core.model.rules import Rules, Weights
from dashboard.core.model.state import EventState
from dashboard.core.scoring.formulas import CHECKS, INDICATORS, Formula, Linear, added, formulas
from dashboard.core.scoring.scores import Score
from dashboard.core.scoring.shrinkage import Prior

#: measures that are no part of a component, shown after them
_ASIDE = (
    "visited", "closed", "quick", "reopened", "returned_late", "extended_late",
)  # fmt: skip


class Behind(msgspec.Struct, frozen=True):
    """What one event adds to a component."""

    event_id: str
    numerator: float
    denominator: float


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """A component: its formula, its sums from the view, and the events they come from.

    ``value``, ``mean``, ``shrunk``, ``low`` and ``high`` are 0 to 100; ``numerator`` is held within
    0 … ``denominator``, ``raw`` is not: work of another period can be returned or redone in this.
    """

    component: str
    formula: str
    numerator: float
    raw: float
    denominator: float
    n: float
    value: float
    #: its share in the total, 0 to 1
    share: float
    #: the group's mean, and how many cases it weighs
    mean: float
    strength: float
    shrunk: float
    low: float
    high: float
    #: events that add all they could to the numerator, and those that add less
    good: list[Behind]
    missed: list[Behind]


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Everything about one score of one period."""

    by: str
    subject: str
    period: str
    #: nothing learned from now on counts in it
    closed: bool
    #: the version of the weights by the month from which it is in force; 0 the first
    weights_version: int
    weights: Weights
    score: Score
    parts: list[Explained]
    #: events taken out by an appeal, with the reason
    excluded: dict[str, str]
    #: events of which something was learned after the month was closed → how many tallies
    late_news: dict[str, int]
    #: events without a usable time → how many rounds; they are in no score
    unmeasured: dict[str, int]
    #: measure → event → amount, of measures that are no part of the score
    aside: dict[str, dict[str, int]]
    #: the events' sums are the view's
    agrees: bool
    #: where not: measure → [of the view, of the events]
    differences: dict[str, tuple[int, int]]


class Gatherer:
    """Gathers what events add to one subject (kind d, t or c, and code) in one period."""

    def __init__(self, rules: Rules, kind: str, subject: str, period: Period) -> None:
        self._rules, self._kind, self._subject, self._period = rules, kind, subject, period
        self._seen: set[str] = set()
        #: measure → event → amount
        self.events: dict[str, dict[str, int]] = defaultdict(dict)
        #: event → why it is excluded
        self.reasons: dict[str, str] = {}

    def take(self, state: EventState) -> None:
        """Add one event; a second time it changes nothing (a scan may return it twice)."""
        if state.event_id in self._seen:
            return
        for day, kind, code, measure, amount in score_facts(self._rules, state):
            if kind != self._kind or code != self._subject or not self._period.holds(day):
                continue
            self._seen.add(state.event_id)
            mine = self.events[measure]
            mine[state.event_id] = mine.get(state.event_id, 0) + amount
            if measure == "excluded":
                self.reasons[state.event_id] = state.excluded_why

    @property
    def sums(self) -> dict[str, int]:
        """Measure → n over the events gathered; without those that add up to nothing."""
        added_up = {measure: sum(by.values()) for measure, by in self.events.items()}
        return {measure: n for measure, n in added_up.items() if n}


def explain(
    gathered: Gatherer,
    *,
    by: str,
    period: Period,
    closed: bool,
    version: int,
    weights: Weights,
    score: Score,
    priors: Mapping[str, Prior],
) -> Explanation:
    """The score, made from the views, compared with the events of ``gathered``."""
    sums, view = gathered.sums, score.sums
    differences = {
        measure: (view.get(measure, 0), sums.get(measure, 0))
        for measure in sorted(view.keys() | sums.keys())
        if view.get(measure, 0) != sums.get(measure, 0)
    }
    return Explanation(
        by=by,
        subject=score.subject,
        period=period.label,
        closed=closed,
        weights_version=version,
        weights=weights,
        score=score,
        parts=[
            _explained(name, formula, score, priors[name], gathered)
            for name, formula in formulas(weights).items()
            if name in score.parts
        ],
        excluded=dict(sorted(gathered.reasons.items())),
        late_news=dict(sorted(gathered.events.get("late_news", {}).items())),
        unmeasured=dict(sorted(gathered.events.get(UNMEASURED, {}).items())),
        aside={
            measure: dict(sorted(gathered.events[measure].items()))
            for measure in _ASIDE
            if gathered.events.get(measure)
        },
        agrees=not differences,
        differences=differences,
    )


def _explained(
    name: str, formula: Formula, score: Score, group: Prior, gathered: Gatherer
) -> Explained:
    part = score.parts[name]
    behind = _behind(formula, gathered.events)
    return Explained(
        component=name,
        formula=text(formula),
        numerator=part.numerator,
        raw=added(formula.numerator, score.sums),
        denominator=part.denominator,
        n=part.n,
        value=part.value,
        share=part.share,
        mean=100 * group.mean,
        strength=group.strength,
        shrunk=part.shrunk,
        low=part.low,
        high=part.high,
        good=[b for b in behind if b.numerator >= b.denominator],
        missed=[b for b in behind if b.numerator < b.denominator],
    )


def _behind(formula: Formula, events: Mapping[str, Mapping[str, int]]) -> list[Behind]:
    """The events that a component's sums come from, by id."""
    found: dict[str, list[float]] = {}
    for place, linear in enumerate(formula):
        for measure, weight in linear.items():
            for event_id, amount in events.get(measure, {}).items():
                found.setdefault(event_id, [0.0, 0.0])[place] += weight * amount
    return [
        Behind(event_id, *amounts) for event_id, amounts in sorted(found.items()) if any(amounts)
    ]


def text(formula: Formula, named: Callable[[str], str] = str) -> str:
    """A formula as people write it: ``(dispatched - dispatch_failed) / dispatched``.

    ``named`` returns the words for a measure.
    """
    return f"{_sum_text(formula.numerator, named)} / {_sum_text(formula.denominator, named)}"


def _sum_text(linear: Linear, named: Callable[[str], str]) -> str:
    out = ""
    for measure, weight in linear.items():
        size, words = abs(weight), named(measure)
        term = words if size == 1 else f"{size:g}·{words}"
        sign = "-" if weight < 0 else "+"
        out += f" {sign} {term}" if out else term if weight > 0 else f"-{term}"
    return f"({out})" if len(linear) > 1 else out


_WORDS = {
    "dispatch": "分流 dispatch", "handling": "办理 handling", "outcome": "效果 outcome",
    "department": "部门 department", "township": "乡镇 township", "community": "社区 community",
}  # fmt: skip
_WIDTH = 100


def render(explanation: Explanation, ids: int | None = None) -> str:
    """The whole explanation; of each list of events at most ``ids`` (None: all)."""
    return "\n".join(_lines(explanation, ids)) + "\n"


def _lines(explanation: Explanation, ids: int | None) -> Iterator[str]:
    score, weights = explanation.score, explanation.weights
    state = "已关账 closed" if explanation.closed else "未关账 still open"
    by = _WORDS.get(explanation.by, explanation.by)
    yield f"{by} {explanation.subject}  {explanation.period}  {state}"
    yield (
        f"总分 total {_points(score.total)}  n={score.n}  排名 rank {score.rank or '—'}  "
        f"收缩后 shrunk {_points(score.shrunk)} "
        f"(90 %: {_points(score.low)} – {_points(score.high)})"
    )
    if score.n < weights.min_ranked:
        yield f"  not ranked: n={score.n} is below {weights.min_ranked}"
    version = explanation.weights_version
    since = f"since {version}" if version else "first version"
    share = " + ".join(f"{weights.total[name]:g}·{name}" for name in INDICATORS)
    outcome = " + ".join(f"{value:g}·{name}" for name, value in weights.outcome.items())
    levels = ", ".join(f"{level} {value}" for level, value in weights.levels.items())
    yield f"权重 weights ({since}): total = {share}"
    ratings = f"{weights.rating:g}·n/(n + {weights.rating_half:g})"
    yield f"  outcome = {outcome}; n ratings = {ratings}; levels {levels}"
    yield "  what has no data gives its weight to the others; shares below are those that came out"
    for name in INDICATORS:
        yield ""
        yield f"{_WORDS[name]}: {_points(getattr(score, name))}"
        for part in explanation.parts:
            if part.component.startswith(f"{name}."):
                yield from _part(part, ids)
    yield ""
    yield from _adjustments(explanation, ids)
    yield ""
    if explanation.agrees:
        yield "核对 check: the events' sums are the view's"
    else:
        yield "核对 check: THE EVENTS' SUMS ARE NOT THE VIEW'S"
        for measure, (view, events) in explanation.differences.items():
            yield f"  {measure}: view {view}, events {events}"


def _part(part: Explained, ids: int | None) -> Iterator[str]:
    yield f"  {part.component} = {part.formula}"
    yield (
        f"    {part.numerator:g} / {part.denominator:g} = {_points(part.value)}"
        f"   share of the total {part.share:.4g}"
    )
    if part.raw != part.numerator:
        yield f"    numerator held at {part.numerator:g} (counted {part.raw:g})"
    interval = f"on n={part.n:.4g} (90 %: {part.low:.2f} – {part.high:.2f})"
    if part.strength:
        group = f"m={part.strength:.4g} cases at the group's {part.mean:.2f}"
        yield f"    shrunk with {group}: {_points(part.shrunk)} {interval}"
    else:
        yield f"    not shrunk, {interval}"
    yield from _events(f"counted in full, {len(part.good)}", part.good, ids)
    yield from _events(f"missed, {len(part.missed)}", part.missed, ids)


def _events(title: str, events: list[Behind], ids: int | None) -> Iterator[str]:
    def one(item: Behind) -> str:
        if (item.numerator, item.denominator) in ((1, 1), (0, 1)):
            return item.event_id
        return f"{item.event_id}({item.numerator:g}/{item.denominator:g})"

    if events:
        yield from _listed(title, map(one, events), len(events), ids)


def _adjustments(explanation: Explanation, ids: int | None) -> Iterator[str]:
    score = explanation.score
    yield "调整 adjustments"
    yield f"  excluded by appeal: {score.excluded}"
    for event_id, reason in explanation.excluded.items():
        yield f"    {event_id}: {reason or 'no reason given'}"
    yield f"  late news, not counted: {score.late_news}"
    if explanation.late_news:
        named = (f"{event_id}({n})" for event_id, n in explanation.late_news.items())
        yield from _listed("events", named, len(explanation.late_news), ids)
    yield f"  without a usable time, not counted: {score.unmeasured}"
    if explanation.unmeasured:
        blind = explanation.unmeasured
        yield from _listed("events", blind, len(blind), ids)
    coverage = score.coverage
    yield f"  visited again: {coverage.count} of {coverage.of} closed"
    for name, of in CHECKS.items():
        check = score.checks[name]
        yield f"  {name}: {check.count} of {check.of} {of}"
        if explanation.aside.get(name):
            yield from _listed("events", explanation.aside[name], len(explanation.aside[name]), ids)


def _listed(title: str, names: Iterable[str], count: int, ids: int | None) -> Iterator[str]:
    shown = [name for name, _ in zip(names, range(count if ids is None else ids), strict=False)]
    more = [f"… and {count - len(shown)} more"] if len(shown) < count else []
    yield from textwrap.wrap(
        f"{title}: {', '.join(shown + more)}",
        _WIDTH,
        initial_indent="    ",
        subsequent_indent="      ",
        break_long_words=False,
        break_on_hyphens=False,
    )


def _points(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"
