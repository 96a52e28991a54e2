"""One department's or place's page: its scores, why they moved, trends, worst events. Pure."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, points
from dashboard.core.questions.departments import Whole
from layouts.pages.departments import charts, reasons
from layouts.pages.departments.board import DEFINED, INDICATORS, MAIN, against, panel, what_if
from layouts.pages.departments.context import Context, caveat, definitions, interval, moved
from layouts.pages.kit.links import export_buttons, link
from layouts.pages.kit.parts import delta, section


def department_body(whole: Whole, context: Context) -> list[Component]:
    """The page of one."""
    compared = whole.fall is not None
    parts: list[Any] = []
    if whole.board.weighed.changed:
        parts.append(what_if(context))
    parts.append(head(whole, context))
    if whole.behind is not None:
        parts.append(reasons.behind(whole.behind, context))
    left = [
        reasons.why_moved(whole, context),
        charts.trend(whole.trend, context),
        charts.events(whole.series, context),
        reasons.worst_groups(whole.categories, "category", context, compared),
        reasons.worst_groups(whole.others, whole.others_by, context, compared),
    ]
    right = [
        charts.spread(whole.handling, whole.levels, context),
        charts.backlog(whole.backlog, context, whole.row.score.subject),
        reasons.checks(whole.evidence, context),
    ]
    parts += [
        reasons.worst_events(whole, context),
        html.Div([html.Div(left), html.Div(right)], className="d-pair"),
        reasons.components(whole, context),
        panel(whole.board, context),
        definitions(context, DEFINED),
    ]
    return [html.Div(parts, className="d-page")]


def head(whole: Whole, context: Context) -> Component:
    """Rank, score, interval, the three indicators, each with its change."""
    score, before = whole.row.score, whole.row.before
    warning = caveat(context, score)
    where = (
        context.say("no_rank")
        if score.rank is None
        else context.say("rank_of", rank=score.rank, of=whole.board.ranked)
    )
    cards: list[Any] = [
        _card(
            context.say("col_change"),
            points(score.shrunk),
            [
                html.Span(where),
                moved(context, score.rank_change),
                delta(score.shrunk, before.shrunk if before else None, context.text),
            ],
            interval(score),
        )
    ]
    for name in INDICATORS:
        value = getattr(score, name)
        href = context.ask.url(context.path, part=MAIN[name], show=None, page=None)
        cards.append(
            _card(
                context.say(f"col_{name}"),
                NOTHING if value is None else link(points(value), href, context.say("why_title")),
                [delta(value, getattr(before, name) if before else None, context.text)],
            )
        )
    kpis = whole.row.kpis
    facts = [
        (context.say("col_total"), points(score.total)),
        (context.say("col_n"), count(score.n)),
        *([(context.say("col_unmeasured"), count(score.unmeasured))] if score.unmeasured else []),
        (context.say("col_late"), count(kpis.late)),
        (context.say("e_reported"), count(kpis.reported)),
        (context.say("e_closed"), count(kpis.closed)),
        (context.say("col_open"), count(kpis.open)),
        (context.say("col_overdue"), count(kpis.overdue)),
        (context.say("col_response"), count(kpis.response_overdue)),
    ]
    period = context.period(whole.board.span)
    note = against(whole.board, context)
    parts: list[Any] = [
        html.Div(cards, className="d-cards"),
        html.Dl(
            [html.Div([html.Dt(name), html.Dd(value)]) for name, value in facts],
            className="d-plainfacts",
        ),
    ]
    if warning is not None:
        parts.insert(1, html.P(warning))
    code = score.subject
    export = export_buttons("department", context.ask, context.text, code=code)
    way = link(
        context.say("beside"),
        context.ask.url("/departments", part=None, show=None, page=None, d=code),
    )
    note_parts = note + context.say("closed" if whole.board.closed else "not_closed")
    return section(
        period,
        *parts,
        html.Div([way, export], className="d-line"),
        note=note_parts,
        className="wide",
    )


def _card(title: str, value: Any, below: list[Any], *more: Any) -> Component:
    return html.Div(
        [
            html.H3(title),
            html.P(value, className="d-big"),
            *more,
            html.P(below, className="d-below"),
        ],
        className="d-card",
    )
