"""A department's or a place's page: how it does, why, since when, and what to look at. Pure."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, points
from dashboard.core.questions.departments import Whole
from layouts.pages.departments import charts, reasons
from layouts.pages.departments import scene as pieces
from layouts.pages.departments.board import DEFINED, INDICATORS, MAIN, against, panel, what_if
from layouts.pages.departments.scene import Scene
from layouts.pages.kit import parts as exporting


def department_body(whole: Whole, scene: Scene) -> list[Component]:
    """The page of one."""
    compared = whole.fall is not None
    parts: list[Any] = []
    if whole.board.weighed.changed:
        parts.append(what_if(scene))
    parts.append(head(whole, scene))
    if whole.behind is not None:
        parts.append(reasons.behind(whole.behind, scene))
    left = [
        reasons.why_moved(whole, scene),
        charts.trend(whole.trend, scene),
        charts.events(whole.series, scene),
        reasons.worst_groups(whole.categories, "category", scene, compared),
        reasons.worst_groups(whole.others, whole.others_by, scene, compared),
    ]
    right = [
        charts.spread(whole.handling, whole.levels, scene),
        charts.backlog(whole.backlog, scene, whole.row.score.subject),
        reasons.checks(whole.evidence, scene),
    ]
    parts += [
        reasons.worst_events(whole, scene),
        html.Div([html.Div(left), html.Div(right)], className="d-pair"),
        reasons.components(whole, scene),
        panel(whole.board, scene),
        pieces.definitions(scene, DEFINED),
    ]
    return [html.Div(parts, className="d-page")]


def head(whole: Whole, scene: Scene) -> Component:
    """Rank, score, interval, the three indicators, each with its change."""
    score, before = whole.row.score, whole.row.before
    said = pieces.small(scene, score)
    where = (
        scene.say("no_rank")
        if score.rank is None
        else scene.say("rank_of", rank=score.rank, of=whole.board.ranked)
    )
    cards: list[Any] = [
        _card(
            scene.say("col_change"),
            points(score.shrunk),
            [
                html.Span(where),
                pieces.moved(scene, score.rank_change),
                pieces.delta(score.shrunk, before.shrunk if before else None),
            ],
            pieces.interval(score),
        )
    ]
    for name in INDICATORS:
        value = getattr(score, name)
        href = scene.ask.url(scene.path, part=MAIN[name], show=None, page=None)
        cards.append(
            _card(
                scene.say(f"col_{name}"),
                NOTHING
                if value is None
                else pieces.link(points(value), href, scene.say("why_title")),
                [pieces.delta(value, getattr(before, name) if before else None)],
            )
        )
    kpis = whole.row.kpis
    facts = [
        (scene.say("col_total"), points(score.total)),
        (scene.say("col_n"), count(score.n)),
        (scene.say("col_late"), count(kpis.late)),
        (scene.say("e_reported"), count(kpis.reported)),
        (scene.say("e_closed"), count(kpis.closed)),
        (scene.say("col_open"), count(kpis.open)),
        (scene.say("col_overdue"), count(kpis.overdue)),
    ]
    period = scene.period(whole.board.span)
    note = against(whole.board, scene)
    parts: list[Any] = [
        html.Div(cards, className="d-cards"),
        html.Dl(
            [html.Div([html.Dt(name), html.Dd(value)]) for name, value in facts],
            className="d-plainfacts",
        ),
    ]
    if said is not None:
        parts.insert(1, html.P(said))
    code = score.subject
    export = exporting.buttons("department", scene.ask, scene.text, code=code)
    way = pieces.link(
        scene.say("beside"), scene.ask.url("/departments", part=None, show=None, page=None, d=code)
    )
    note_parts = note + scene.say("closed" if whole.board.closed else "not_closed")
    return pieces.section(
        period, *parts, html.Div([way, export], className="d-line"), note=note_parts, wide=True
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
