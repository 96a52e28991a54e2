"""An explanation as text, for a terminal or a letter to a department. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from dashboard.core.scoring.explanation import Behind, Explained, Explanation
from dashboard.core.scoring.formulas import CHECKS, INDICATORS

_WORDS = {
    "dispatch": "分流 dispatch", "handling": "办理 handling", "outcome": "效果 outcome",
    "department": "部门 department", "township": "乡镇 township", "community": "社区 community",
}  # fmt: skip
_WIDTH = 100


def render(told: Explanation, ids: int | None = None) -> str:
    """The whole explanation; of each list of events at most ``ids`` (None: all)."""
    return "\n".join(_lines(told, ids)) + "\n"


def _lines(told: Explanation, ids: int | None) -> Iterator[str]:
    score, weights = told.score, told.weights
    state = "已关账 closed" if told.closed else "未关账 still open"
    yield f"{_WORDS.get(told.by, told.by)} {told.subject}  {told.period}  {state}"
    yield (
        f"总分 total {_points(score.total)}  n={score.n}  排名 rank {score.rank or '—'}  "
        f"收缩后 shrunk {_points(score.shrunk)} "
        f"(90 %: {_points(score.low)} – {_points(score.high)})"
    )
    if score.n < weights.min_ranked:
        yield f"  not ranked: n={score.n} is below {weights.min_ranked}"
    since = f"since {told.weights_version}" if told.weights_version else "first version"
    share = " + ".join(f"{weights.total[name]:g}·{name}" for name in INDICATORS)
    outcome = " + ".join(f"{value:g}·{name}" for name, value in weights.outcome.items())
    levels = ", ".join(f"{level} {value}" for level, value in weights.levels.items())
    yield f"权重 weights ({since}): total = {share}"
    yield f"  outcome = {outcome}; ratings {weights.rating:g}; levels {levels}"
    yield "  what has no data gives its weight to the others; shares below are those that came out"
    for name in INDICATORS:
        yield ""
        yield f"{_WORDS[name]}: {_points(getattr(score, name))}"
        for part in told.parts:
            if part.component.startswith(f"{name}."):
                yield from _part(part, ids)
    yield ""
    yield from _adjustments(told, ids)
    yield ""
    if told.agrees:
        yield "核对 check: the events' sums are the view's"
    else:
        yield "核对 check: THE EVENTS' SUMS ARE NOT THE VIEW'S"
        for measure, (view, events) in told.differences.items():
            yield f"  {measure}: view {view}, events {events}"


def _part(part: Explained, ids: int | None) -> Iterator[str]:
    yield f"  {part.component} = {part.formula}"
    yield (
        f"    {part.numerator:g} / {part.denominator:g} = {_points(part.value)}"
        f"   share of the total {part.share:.4g}"
    )
    if part.raw != part.numerator:
        yield f"    numerator held at {part.numerator:g} (counted {part.raw:g})"
    yield (
        f"    shrunk with m={part.strength:.4g} cases at the group's {part.mean:.2f}: "
        f"{_points(part.shrunk)} on n={part.n:.4g} (90 %: {part.low:.2f} – {part.high:.2f})"
    )
    yield from _events(f"counted in full, {len(part.good)}", part.good, ids)
    yield from _events(f"missed, {len(part.missed)}", part.missed, ids)


def _events(title: str, events: list[Behind], ids: int | None) -> Iterator[str]:
    def one(item: Behind) -> str:
        if (item.numerator, item.denominator) in ((1, 1), (0, 1)):
            return item.event_id
        return f"{item.event_id}({item.numerator:g}/{item.denominator:g})"

    if events:
        yield from _listed(title, map(one, events), len(events), ids)


def _adjustments(told: Explanation, ids: int | None) -> Iterator[str]:
    score = told.score
    yield "调整 adjustments"
    yield f"  excluded by appeal: {score.excluded}"
    for event_id, reason in told.excluded.items():
        yield f"    {event_id}: {reason or 'no reason given'}"
    yield f"  late news, not counted: {score.late_news}"
    if told.late_news:
        named = (f"{event_id}({n})" for event_id, n in told.late_news.items())
        yield from _listed("events", named, len(told.late_news), ids)
    coverage = score.coverage
    yield f"  visited again: {coverage.count} of {coverage.of} closed"
    for name, of in CHECKS.items():
        check = score.checks[name]
        yield f"  {name}: {check.count} of {check.of} {of}"
        if told.aside.get(name):
            yield from _listed("events", told.aside[name], len(told.aside[name]), ids)


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
