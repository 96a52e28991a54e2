"""Why a score is what it is. Pure.

What moved it since the period before, the events and groups that cost most points, checks for
numbers that look too good, the components as sums, and the events behind one component.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, percent, points, signed
from dashboard.core.questions.departments import Behind, Costly, Evidence, Whole, Worst
from dashboard.core.scoring.explanation import text as formula_text
from dashboard.core.scoring.formulas import formulas
from dashboard.core.scoring.reasons import Moved
from layouts.pages.departments.context import Context, cost
from layouts.pages.kit import messages
from layouts.pages.kit.links import link
from layouts.pages.kit.parts import Head, bar, delta, level, section, table

#: of the worst events, as many stand out
FIRST = 3
SHOWS = ("missed", "good", "all")


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
    lines = [html.Li(_cause(one, context)) for one in causes]
    rows = [_moved(one, context) for one in ordered]
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
    note = context.say("costly_note", n=count(whole.costly_events))
    first = whole.costly[:FIRST]
    rest = whole.costly[FIRST:]
    parts: list[Any] = [html.Ol([_big(one, context) for one in first], className="d-worst")]
    if rest:
        parts.append(event_table(rest, context, caption=title))
    return section(title, *parts, note=note, className="wide", id="d-costly")


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
            cost(one.points),
            _causes(one, context) or NOTHING,
            level(one.level, context.text),
            context.name("category", one.category),
            context.name("township", one.township),
            used_of_limit(one, context),
            context.when(one.reported_at),
        ]
        for one in events
    ]
    return table(heads, rows, caption=caption, folds=True)


def used_of_limit(one: Costly, context: Context) -> str:
    """Time used of the limit."""
    return f"{context.duration(one.spent)} / {context.duration(one.limit)}"


def worst_groups(items: Sequence[Worst], kind: str, context: Context, compared: bool) -> Component:
    """Categories, places or departments by the points they took."""
    title = context.say(f"worst_{kind}")
    if not items:
        return section(title, messages.empty(context.text, context.say("costly_none")))
    if not any(one.code for one in items):
        return section(title, messages.empty(context.text, context.say("none_known")))
    most = max(one.points for one in items)
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
                    html.Span(f"{one.points:.1f}"),
                    delta(-one.points, -(one.before or 0.0), context.text) if compared else "",
                ],
                className="d-two",
            ),
            percent(one.on_time / one.decided, 0) if one.decided else NOTHING,
            count(one.events),
        ]
        for one in items
    ]
    return section(title, table(heads, rows, caption=title))


def checks(evidence: Sequence[Evidence], context: Context) -> Component:
    """Checks for numbers that may be manipulated, with events to look at."""
    title = context.say("gaming")
    items = []
    for one in evidence:
        check = one.check
        shares = context.say(
            "gaming_share",
            n=count(check.count),
            of=count(check.of),
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
            link(
                context.say(f"c_{name.replace('.', '_')}"),
                context.ask.url(context.path, part=name, show=None, page=None),
            ),
            points(part.value),
            f"{count(part.numerator)} / {count(part.denominator)}",
            percent(part.share, 1),
            points(part.share * (100 - part.value)),
            f"{points(part.shrunk)} ({points(part.low)}–{points(part.high)})",
            points(100 * whole.board.priors[name].mean) if name in whole.board.priors else "",
            formula_text(wanted[name]),
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


def behind(found: Behind, context: Context) -> Component:
    """One page of the events behind a component."""
    name = context.say(f"c_{found.component.replace('.', '_')}")
    title = context.say("behind", name=name)
    numbers = {"missed": found.missed, "good": found.good, "all": found.missed + found.good}
    tabs = [
        link(
            context.say(f"show_{show}", n=count(numbers[show])),
            context.ask.url(context.path, show=None if show == "missed" else show, page=None),
            kind="here" if show == found.show else "",
        )
        for show in SHOWS
    ]
    tabs.append(
        link(
            context.say("behind_shut"),
            context.ask.url(context.path, part=None, show=None, page=None),
        )
    )
    parts: list[Any] = [html.Nav(tabs, className="d-tabs", **{"aria-label": title})]
    if not found.rows:
        parts.append(messages.empty(context.text, context.say("behind_none")))
        return section(title, *parts, className="wide", id="d-behind")
    heads = [
        Head(context.say("event"), kind="d-name"),
        Head(context.say("col_sums"), number=True),
        Head(context.text["review.filter.level"]),
        Head(context.text["review.filter.category"]),
        Head(context.text["review.filter.status"], wide=True),
        Head(context.say("by_township"), wide=True),
        Head(context.say("took_limit"), number=True),
        Head(context.say("reported_at"), wide=True),
    ]
    rows = [
        [
            link(one.event.event_id, context.event(one.event.event_id)),
            f"{one.numerator:g} / {one.denominator:g}",
            level(one.event.level, context.text),
            context.name("category", one.event.category),
            context.text[f"status.{one.event.status}"],
            context.name("township", one.event.township),
            used_of_limit(one.event, context),
            context.when(one.event.reported_at),
        ]
        for one in found.rows
    ]
    parts.append(table(heads, rows, caption=title, folds=True))
    parts.append(_pager(found, context))
    return section(title, *parts, note=context.say("behind_note"), className="wide", id="d-behind")


def _cause(one: Moved, context: Context) -> list[Component]:
    words = context.say(
        "cause_fell" if one.points < 0 else "cause_rose",
        name=context.say(f"c_{one.component.replace('.', '_')}"),
        now=points(one.now.value if one.now else None),
        before=points(one.before.value if one.before else None),
        n=points(abs(one.points)),
    )
    parts: list[Any] = [link(words, _part(context, one.component))]
    if one.reweighed:
        parts.append(html.Span(context.say("reweighed"), className="r-hint"))
    return parts


def _moved(one: Moved, context: Context) -> list[Any]:
    def with_sums(part: Any) -> str:
        if part is None:
            return NOTHING
        sums = f"{count(part.numerator)}/{count(part.denominator)}"
        return f"{points(part.value)} ({sums})"

    name = context.say(f"c_{one.component.replace('.', '_')}")
    return [
        link(name, _part(context, one.component)),
        html.Strong(signed(one.points, 1)),
        with_sums(one.now),
        with_sums(one.before),
    ]


def _part(context: Context, component: str) -> str:
    return context.ask.url(context.path, part=component, show=None, page=None)


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
    share = one.spent / one.limit
    key = "time_over" if share > 1 else "time_in"
    return context.say(
        key,
        took=context.duration(one.spent),
        limit=context.duration(one.limit),
        times=f"{share:.1f}",
    )


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
        words = context.say("excluded", n=count(len(items)))
        out.append(html.Details([html.Summary(words), html.Ul(items)]))
    if whole.row.score.late_news:
        late = context.say("late_news", n=count(whole.row.score.late_news))
        out.append(html.P(late, className="r-hint"))
    if whole.row.score.unmeasured:
        blind = context.say("unmeasured", n=count(whole.row.score.unmeasured))
        out.append(html.P(blind, className="r-hint"))
    return out


def _pager(found: Behind, context: Context) -> Component:
    steps: list[Any] = [html.Span(context.say("page", n=found.page, of=found.pages))]
    for key, page in (("page_before", found.page - 1), ("page_next", found.page + 1)):
        if 1 <= page <= found.pages:
            href = context.ask.url(context.path, page=page if page > 1 else None)
            steps.append(link(context.say(key), href))
    return html.P(steps, className="d-line")
