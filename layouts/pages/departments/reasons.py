"""Why a score is what it is: what moved it, the events that cost most, where points went. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.core.questions.departments import Costly, Evidence, Whole, Worst
from dashboard.core.scoring.falls import Moved
from layouts.pages.departments import scene as pieces
from layouts.pages.departments.telling import NONE, Scene, cost, count, percent, points, signed
from layouts.pages.kit import states

#: of the worst events, as many stand out
FIRST = 3


def why_moved(whole: Whole, scene: Scene) -> Component:
    """The move since the period before, component by component, in words and points."""
    title = scene.say("why_moved")
    board, fall = whole.board, whole.fall
    if board.compared is None:
        return pieces.section(title, states.empty(scene.text, scene.say("why_no_compare")))
    if fall is None:
        return pieces.section(title, states.empty(scene.text, scene.say("why_no_before")))
    key = "fell" if fall.points < -0.05 else "rose" if fall.points > 0.05 else "stayed"
    said = scene.say(
        f"why_{key}",
        n=points(abs(fall.points)),
        before=points(whole.row.before.total if whole.row.before else None),
        now=points(whole.row.score.total),
        period=scene.period(board.compared),
    )
    ordered = sorted(fall.moved, key=lambda one: -abs(round(one.points, 9)))
    causes = [one for one in ordered if abs(one.points) >= 0.05][:4]
    lines = [html.Li(_cause(one, scene)) for one in causes]
    rows = [_moved(one, scene) for one in ordered]
    heads: list[tuple[Any, str]] = [
        (scene.say("component"), "d-name"),
        (scene.say("col_effect"), "num"),
        (scene.say("col_now"), "num"),
        (scene.say("col_before"), "num"),
    ]
    return pieces.section(
        title,
        html.P(said, className="d-lead"),
        html.Ol(lines, className="d-causes"),
        html.Details(
            [
                html.Summary(scene.say("by_component")),
                pieces.table(heads, rows, caption=title),
                html.P(scene.say("adds_up"), className="d-note"),
            ]
        ),
    )


def _cause(one: Moved, scene: Scene) -> list[Component]:
    words = scene.say(
        "cause_fell" if one.points < 0 else "cause_rose",
        name=scene.say(f"c_{one.component.replace('.', '_')}"),
        now=points(one.now.value if one.now else None),
        before=points(one.before.value if one.before else None),
        n=points(abs(one.points)),
    )
    parts: list[Any] = [pieces.link(words, _part(scene, one.component))]
    if one.reweighed:
        parts.append(html.Span(scene.say("reweighed"), className="d-note"))
    return parts


def _moved(one: Moved, scene: Scene) -> list[Any]:
    def told(part: Any) -> str:
        if part is None:
            return NONE
        sums = f"{count(part.numerator)}/{count(part.denominator)}"
        return f"{points(part.value)} ({sums})"

    name = scene.say(f"c_{one.component.replace('.', '_')}")
    return [
        pieces.link(name, _part(scene, one.component)),
        html.Strong(signed(one.points)),
        told(one.now),
        told(one.before),
    ]


def _part(scene: Scene, component: str) -> str:
    return scene.ask.url(scene.path, part=component, show=None, page=None)


def worst_events(whole: Whole, scene: Scene) -> Component:
    """The events which cost most points."""
    title = scene.say("costly")
    if not whole.costly:
        return pieces.section(title, states.empty(scene.text, scene.say("costly_none")), wide=True)
    note = scene.say("costly_note", n=count(whole.costly_events))
    first = whole.costly[:FIRST]
    rest = whole.costly[FIRST:]
    parts: list[Any] = [html.Ol([_big(one, scene) for one in first], className="d-worst")]
    if rest:
        parts.append(event_table(rest, scene, caption=title))
    return pieces.section(title, *parts, note=note, wide=True, id_="d-costly")


def _big(one: Costly, scene: Scene) -> Component:
    return html.Li(
        [
            html.Div(
                [
                    pieces.link(one.event_id, scene.event(one.event_id), kind="d-strong"),
                    html.Span(scene.say("cost", n=cost(one.points)), className="d-cost"),
                ],
                className="d-line",
            ),
            html.Div(
                [
                    pieces.level(scene, one.level),
                    html.Span(scene.name("category", one.category)),
                    html.Span(scene.name("township", one.township)),
                    html.Span(scene.text[f"status.{one.status}"], className="d-faint"),
                ],
                className="d-line",
            ),
            html.Div(
                [html.Span(_time(one, scene)), html.Span(_causes(one, scene))], className="d-why"
            ),
        ]
    )


def _time(one: Costly, scene: Scene) -> str:
    if one.spent is None or not one.limit:
        return scene.say("not_handled" if one.handled_at is None else "no_time")
    share = one.spent / one.limit
    key = "time_over" if share > 1 else "time_in"
    return scene.say(
        key, took=scene.took(one.spent), limit=scene.took(one.limit), times=f"{share:.1f}"
    )


def _causes(one: Costly, scene: Scene) -> str:
    return scene.text["list.join"].join(
        scene.say("cost_part", name=scene.say(f"l_{name.replace('.', '_')}"), n=cost(n))
        for name, n in one.by.items()
        if n > 0.005
    )


def event_table(events: Sequence[Costly], scene: Scene, *, caption: str) -> Component:
    """Events, one a line, each linked to its story."""
    heads: list[tuple[Any, str]] = [
        (scene.say("event"), "d-name"),
        (scene.say("points_lost"), "num"),
        (scene.say("why"), ""),
        (scene.text["review.filter.level"], ""),
        (scene.text["review.filter.category"], ""),
        (scene.say("by_township"), "wide"),
        (scene.say("took_limit"), "num"),
        (scene.say("reported_at"), "wide"),
    ]
    rows = [
        [
            pieces.link(one.event_id, scene.event(one.event_id)),
            cost(one.points),
            _causes(one, scene) or NONE,
            pieces.level(scene, one.level),
            scene.name("category", one.category),
            scene.name("township", one.township),
            took_of(one, scene),
            scene.day(one.reported_at),
        ]
        for one in events
    ]
    return pieces.table(heads, rows, caption=caption, folds=True)


def took_of(one: Costly, scene: Scene) -> str:
    """Time used of the limit."""
    return f"{scene.took(one.spent)} / {scene.took(one.limit)}"


def worst_groups(items: Sequence[Worst], kind: str, scene: Scene, compared: bool) -> Component:
    """Categories, places or departments by the points they took."""
    title = scene.say(f"worst_{kind}")
    if not items:
        return pieces.section(title, states.empty(scene.text, scene.say("costly_none")))
    if not any(one.code for one in items):
        return pieces.section(title, states.empty(scene.text, scene.say("none_known")))
    most = max(one.points for one in items)
    heads: list[tuple[Any, str]] = [
        (
            scene.say(f"by_{kind}") if kind != "category" else scene.text["review.filter.category"],
            "d-name",
        ),
        (scene.say("points_lost"), "d-len"),
        (scene.say("in_time"), "num"),
        (scene.say("events"), "num"),
    ]
    rows = [
        [
            scene.name(kind, one.code) if one.code else scene.say("unknown"),
            html.Div(
                [
                    pieces.bar(one.points / most if most else 0),
                    html.Span(f"{one.points:.1f}"),
                    pieces.delta(-one.points, -(one.before or 0.0)) if compared else "",
                ],
                className="d-two",
            ),
            percent(one.on_time / one.decided) if one.decided else NONE,
            count(one.events),
        ]
        for one in items
    ]
    return pieces.section(title, pieces.table(heads, rows, caption=title))


def checks(evidence: Sequence[Evidence], scene: Scene) -> Component:
    """Where numbers may have been made to look good; with events to look at."""
    title = scene.say("gaming")
    items = []
    for one in evidence:
        check = one.check
        said = scene.say(
            "gaming_share",
            n=count(check.count),
            of=count(check.of),
            share=percent(check.share, 1),
            usual=percent(check.elsewhere, 1),
        )
        kind = "stands" if check.stands_out else ""
        links = [pieces.link(event, scene.event(event)) for event in one.events]
        items.append(
            html.Li(
                [
                    html.Div(
                        [
                            html.Strong(scene.say(f"g_{check.name}")),
                            html.Span(
                                scene.say("gaming_out" if check.stands_out else "gaming_usual"),
                                className=f"d-mark {kind}",
                            ),
                        ],
                        className="d-line",
                    ),
                    html.P(said),
                    html.Details(
                        [html.Summary(scene.say("gaming_events")), html.P(links, className="d-ids")]
                    )
                    if links
                    else None,
                ]
            )
        )
    return pieces.section(
        title, html.Ul(items, className="d-checks"), note=scene.say("gaming_note")
    )
