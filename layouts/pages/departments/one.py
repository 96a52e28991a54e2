"""One department's or place's page: its scores, why they moved, trends, worst events. Pure."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import count, points
from dashboard.core.questions.departments import Whole
from layouts.pages.departments import charts, reasons
from layouts.pages.departments.board import (
    DEFINED,
    FACTS,
    INDICATORS,
    against,
    panel,
    reason,
    what_if,
)
from layouts.pages.departments.context import (
    Context,
    caveat,
    definitions,
    interval,
    moved,
    reason_of,
)
from layouts.pages.kit.links import export_buttons, link
from layouts.pages.kit.parts import delta, section


def department_body(whole: Whole, context: Context) -> list[Component]:
    """The page of one."""
    parts: list[Any] = []
    if whole.board.weighed.changed:
        parts.append(what_if(context))
    parts.append(head(whole, context))
    left = [
        reasons.why_moved(whole, context),
        charts.trend(whole.trend, context, whole.row.score.subject),
        charts.events(whole.series, context, whole.row.score.subject),
        reasons.worst_groups(whole.categories, "category", context, whole),
        reasons.worst_groups(whole.others, whole.others_by, context, whole),
    ]
    right = [
        charts.spread(whole.handling, whole.levels, context, whole.row.score.subject),
        charts.backlog(whole.backlog, context, whole.row.score.subject),
        reasons.checks(whole.evidence, context, whole.row.score.subject),
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
    score, before, code = whole.row.score, whole.row.before, whole.row.score.subject
    warning = caveat(context, score)
    where = (
        context.say("no_rank")
        if score.rank is None
        else context.say("rank_of", rank=score.rank, of=whole.board.ranked)
    )
    cards: list[Any] = [
        _card(
            context.say("col_change"),
            context.scored(code, "shrunk", points(score.shrunk), score.shrunk),
            [
                html.Span(where),
                moved(context, score.rank_change, score.moved),
                delta(score.shrunk, before.shrunk if before else None, context.text),
            ],
            interval(score),
        )
    ]
    for name in INDICATORS:
        value = getattr(score, name)
        cards.append(
            _card(
                context.say(f"col_{name}"),
                reason(context, code, name, value),
                [delta(value, getattr(before, name) if before else None, context.text)],
            )
        )
    kpis = whole.row.kpis
    counted = [("n", score.n), *([("unmeasured", score.unmeasured)] if score.unmeasured else [])]
    facts = [
        (
            context.say("col_total"),
            context.scored(code, "total", points(score.total), score.total),
        ),
        *(
            (context.say(f"col_{name}"), context.scored(code, f"score.{name}", count(n), n))
            for name, n in counted
        ),
        *(
            (context.say(key), context.counted(code, name, count(n), n))
            for key, name in FACTS
            for n in (getattr(kpis, name),)
        ),
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
    for line in (reason_of(context, score), warning):
        if line is not None:
            parts.insert(1, html.P(line))
    export = export_buttons("department", context.ask, context.text, code=code)
    way = link(
        context.say("beside"),
        context.ask.url("/departments", page=None, d=code),
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
