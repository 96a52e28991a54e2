"""Why a score is what it is. Pure.

What moved it since the period before, the events and groups that cost most points, checks for
numbers that look too good, the components as sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.durations import apart, excess
from dashboard.config.words.figures import NOTHING, count, percent, points, signed
from dashboard.config.words.plurals import form
from dashboard.core.questions.behind.opened import of_span
from dashboard.core.questions.departments import Costly, Evidence, Whole, Worst
from dashboard.core.scoring.explanation import text as formula_text
from dashboard.core.scoring.formulas import formulas
from dashboard.core.scoring.reasons import Moved
from dashboard.core.scoring.scores import Part
from layouts.pages.departments.context import Context, cost
from layouts.pages.kit import messages
from layouts.pages.kit.links import link
from layouts.pages.kit.opens import filled, plain
from layouts.pages.kit.parts import Head, bar, delta, level, section, table

#: of the worst events, as many stand out
FIRST = 3


def why_moved(whole: Whole, context: Context) -> Component:
    """The move since the period before, component by component, in words and points."""
    title = context.say("why_moved")
    board, fall = whole.board, whole.fall
    if board.compared is None:
        return section(title, messages.empty(context.text, context.say("why_no_compare")))
    if fall is None:
        return section(title, messages.empty(context.text, context.say("why_no_before")))
    key = "fell" if fall.points < -0.05 else "rose" if fall.points > 0.05 else "stayed"
    lead = context.say(
        f"why_{key}",
        n=points(abs(fall.points)),
        before=points(whole.row.before.total if whole.row.before else None),
        now=points(whole.row.score.total),
        period=context.period(board.compared),
    )
    ordered = sorted(fall.moved, key=lambda one: -abs(round(one.points, 9)))
    causes = [one for one in ordered if abs(one.points) >= 0.05][:4]
    lines = [html.Li(_cause(one, whole, context)) for one in causes]
    rows = [_moved(one, whole, context) for one in ordered]
    heads = [
        Head(context.say("component"), kind="d-name"),
        Head(context.say("col_effect"), number=True),
        Head(context.say("col_now"), number=True),
        Head(context.say("col_before"), number=True),
    ]
    return section(
        title,
        html.P(lead, className="d-lead"),
        html.Ol(lines, className="d-causes"),
        html.Details(
            [
                html.Summary(context.say("by_component")),
                table(heads, rows, caption=title),
                html.P(context.say("adds_up"), className="r-hint"),
            ]
        ),
    )


def worst_events(whole: Whole, context: Context) -> Component:
    """The events which cost most points."""
    title = context.say("costly")
    if not whole.costly:
        return section(
            title, messages.empty(context.text, context.say("costly_none")), className="wide"
        )
    note = context.say("costly_note", n=whole.costly_events)
    every = context.scored(
        whole.row.score.subject,
        "events",
        context.say("costly_all", n=whole.costly_events),
        whole.costly_events,
    )
    first = whole.costly[:FIRST]
    rest = whole.costly[FIRST:]
    parts: list[Any] = [html.Ol([_big(one, context) for one in first], className="d-worst")]
    if rest:
        parts.append(event_table(rest, context, caption=title))
    return section(title, *parts, html.P(every), note=note, className="wide", id="d-costly")


def event_table(events: Sequence[Costly], context: Context, *, caption: str) -> Component:
    """Events, one a line, each linked to its story."""
    heads = [
        Head(context.say("event"), kind="d-name"),
        Head(context.say("points_lost"), number=True),
        Head(context.say("why")),
        Head(context.text["review.filter.level"]),
        Head(context.text["review.filter.category"]),
        Head(context.say("by_township"), wide=True),
        Head(context.say("took_limit"), number=True),
        Head(context.say("reported_at"), wide=True),
    ]
    rows = [
        [
            link(one.event_id, context.event(one.event_id)),
            plain(cost(one.points), "event"),
            _causes(one, context) or NOTHING,
            level(one.level, context.text),
            context.name("category", one.category),
            context.name("township", one.township),
            plain(used_of_limit(one, context), "event"),
            context.when(one.reported_at),
        ]
        for one in events
    ]
    return table(heads, rows, caption=caption, folds=True)


def used_of_limit(one: Costly, context: Context) -> str:
    """Time used of the limit."""
    return " / ".join(apart(one.spent, one.limit, context.text))


def worst_groups(items: Sequence[Worst], kind: str, context: Context, whole: Whole) -> Component:
    """Categories, places or departments by the points they took."""
    code, compared = whole.row.score.subject, whole.fall is not None
    title = context.say(f"worst_{kind}")
    if not items:
        return section(title, messages.empty(context.text, context.say("costly_none")))
    if not any(one.code for one in items):
        return section(title, messages.empty(context.text, context.say("none_known")))
    most = max(one.points for one in items)

    def rate(one: Worst) -> float | None:
        return one.on_time / one.decided if one.decided else None

    def opens(one: Worst, of: str, words: str, value: float | None, **more: object) -> Component:
        return context.scored(code, of, words, value, only=f"{kind}:{one.code}", **more)

    heads = [
        Head(
            context.say(f"by_{kind}")
            if kind != "category"
            else context.text["review.filter.category"],
            kind="d-name",
        ),
        Head(context.say("points_lost"), kind="d-len"),
        Head(context.say("in_time"), number=True),
        Head(context.say("events"), number=True),
    ]
    rows = [
        [
            context.name(kind, one.code) if one.code else context.say("unknown"),
            html.Div(
                [
                    bar(one.points / most if most else 0),
                    opens(one, "lost", f"{one.points:.1f}", one.points),
                    plain(
                        delta(-one.points, -(one.before or 0.0), context.text) if compared else "",
                        "difference",
                    ),
                ],
                className="d-two",
            ),
            opens(one, "score.in_time", percent(rate(one), 0), rate(one)),
            opens(one, "events", count(one.events), one.events, show="all"),
        ]
        for one in items
    ]
    return section(title, table(heads, rows, caption=title))


def checks(evidence: Sequence[Evidence], context: Context, code: str) -> Component:
    """Checks for numbers that may be manipulated, with events to look at."""
    title = context.say("gaming")
    items = []
    for one in evidence:
        check = one.check
        names = {"n": (check.name, check.count), "of": (check.of_name, check.of)}
        numbers = {
            key: context.scored(code, f"score.{name}", count(n), n)
            for key, (name, n) in names.items()
        }
        shares = filled(
            context.text["review.dep.gaming_share"],
            **numbers,
            share=percent(check.share, 1),
            usual=percent(check.elsewhere, 1),
        )
        kind = "stands" if check.stands_out else ""
        links = [link(event, context.event(event)) for event in one.events]
        items.append(
            html.Li(
                [
                    html.Div(
                        [
                            html.Strong(context.say(f"g_{check.name}")),
                            html.Span(
                                context.say("gaming_out" if check.stands_out else "gaming_usual"),
                                className=f"d-mark {kind}",
                            ),
                        ],
                        className="d-line",
                    ),
                    html.P(shares),
                    html.Details(
                        [
                            html.Summary(context.say("gaming_events")),
                            html.P(links, className="d-ids"),
                        ]
                    )
                    if links
                    else None,
                ]
            )
        )
    return section(title, html.Ul(items, className="d-checks"), note=context.say("gaming_note"))


def components(whole: Whole, context: Context) -> Component:
    """Every component: sums, value, share, interval."""
    title, score = context.say("explained"), whole.row.score
    wanted = formulas(whole.board.weighed.weights)
    heads = [
        Head(context.say("component"), kind="d-name"),
        Head(context.say("col_value"), number=True),
        Head(context.say("col_sums"), number=True),
        Head(context.say("col_share"), number=True),
        Head(context.say("points_lost"), number=True),
        Head(context.say("col_shrunk"), number=True, wide=True),
        Head(context.say("col_mean"), number=True, wide=True),
        Head(context.say("col_formula"), wide=True, kind="d-formula"),
    ]
    rows = [
        [
            context.say(f"c_{name.replace('.', '_')}"),
            context.scored(score.subject, name, points(part.value), part.value),
            plain(f"{count(part.numerator)} / {count(part.denominator)}", "derived"),
            plain(percent(part.share, 1), "derived"),
            plain(points(part.share * (100 - part.value)), "derived"),
            plain(f"{points(part.shrunk)} ({points(part.low)}–{points(part.high)})", "derived"),
            plain(
                points(100 * whole.board.priors[name].mean) if name in whole.board.priors else "",
                "derived",
            ),
            formula_text(wanted[name], context.measure),
        ]
        for name, part in score.parts.items()
    ]
    sums = context.say(
        "explained_sum",
        total=points(score.total),
        lost=points(None if score.total is None else 100 - score.total),
        shrunk=points(score.shrunk),
    )
    parts: list[Any] = [table(heads, rows, caption=title), html.P(sums, className="r-hint")]
    parts += _aside(whole, context)
    return section(title, *parts, note=context.say("explained_note"), className="wide")


def _cause(one: Moved, whole: Whole, context: Context) -> list[Component]:
    words = context.say(
        "cause_fell" if one.points < 0 else "cause_rose",
        name=context.say(f"c_{one.component.replace('.', '_')}"),
        now=points(one.now.value if one.now else None),
        before=points(one.before.value if one.before else None),
        n=points(abs(one.points)),
    )
    href = context.score(whole.row.score.subject, one.component)
    parts: list[Any] = [link(words, href) if one.now else html.Span(words)]
    if one.reweighed:
        parts.append(html.Span(context.say("reweighed"), className="r-hint"))
    return parts


def _moved(one: Moved, whole: Whole, context: Context) -> list[Any]:
    code, board = whole.row.score.subject, whole.board
    then = {} if board.compared is None else of_span(board.compared, cut=True)

    def with_sums(part: Part | None, **changes: object) -> Component:
        if part is None:
            return plain(NOTHING, "unknown")
        sums = f"{count(part.numerator)}/{count(part.denominator)}"
        words = f"{points(part.value)} ({sums})"
        return context.scored(code, one.component, words, part.value, **changes)

    return [
        context.say(f"c_{one.component.replace('.', '_')}"),
        plain(html.Strong(signed(one.points, 1)), "difference"),
        with_sums(one.now),
        with_sums(one.before, **then),
    ]


def _big(one: Costly, context: Context) -> Component:
    return html.Li(
        [
            html.Div(
                [
                    link(one.event_id, context.event(one.event_id), kind="d-strong"),
                    html.Span(context.say("cost", n=cost(one.points)), className="d-cost"),
                ],
                className="d-line",
            ),
            html.Div(
                [
                    level(one.level, context.text),
                    html.Span(context.name("category", one.category)),
                    html.Span(context.name("township", one.township)),
                    html.Span(context.text[f"status.{one.status}"], className="r-hint"),
                ],
                className="d-line",
            ),
            html.Div(
                [html.Span(_time(one, context)), html.Span(_causes(one, context))],
                className="d-why",
            ),
        ]
    )


def _time(one: Costly, context: Context) -> str:
    if one.spent is None or not one.limit:
        return context.say("not_handled" if one.handled_at is None else "no_time")
    times = f"{one.spent / one.limit:.1f}"
    took, limit = apart(one.spent, one.limit, context.text)
    if one.spent == one.limit:
        return context.say("time_all", limit=limit)
    if one.spent < one.limit:
        return context.say("time_in", took=took, limit=limit)
    if times == "1.0":
        over = excess(one.spent - one.limit, context.text)
        return context.say("time_just_over", took=took, limit=limit, over=over)
    return context.say("time_over", took=took, limit=limit, times=times)


def _causes(one: Costly, context: Context) -> str:
    return context.text["list.join"].join(
        context.say("cost_part", name=context.say(f"l_{name.replace('.', '_')}"), n=cost(n))
        for name, n in one.by.items()
        if n > 0.005
    )


def _aside(whole: Whole, context: Context) -> list[Component]:
    """Excluded events with their reasons, and actions that came too late to count."""
    out: list[Component] = []
    if whole.excluded:
        items = [
            html.Li([link(event, context.event(event)), " ", html.Span(why)])
            for event, why in whole.excluded.items()
        ]
        words = context.say("excluded", n=len(items))
        out.append(html.Details([html.Summary(words), html.Ul(items)]))
    score = whole.row.score
    for key, n in (("late_news", score.late_news), ("unmeasured", score.unmeasured)):
        if n:
            shown = context.scored(score.subject, f"score.{key}", count(n), n)
            note = filled(form(context.text, f"review.dep.{key}", {"n": n}), n=shown)
            out.append(html.P(note, className="r-hint"))
    return out
