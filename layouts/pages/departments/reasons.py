"""Why a score is what it is: what moved it, the events that cost most, where points went. Pure.

A score opened up: its components as sums, and the events behind one of them. Pure.
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
from layouts.pages.departments import scene as pieces
from layouts.pages.departments.scene import Scene, cost
from layouts.pages.kit import parts as states

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
            return NOTHING
        sums = f"{count(part.numerator)}/{count(part.denominator)}"
        return f"{points(part.value)} ({sums})"

    name = scene.say(f"c_{one.component.replace('.', '_')}")
    return [
        pieces.link(name, _part(scene, one.component)),
        html.Strong(signed(one.points, 1)),
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
        key, took=scene.duration(one.spent), limit=scene.duration(one.limit), times=f"{share:.1f}"
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
            _causes(one, scene) or NOTHING,
            pieces.level(scene, one.level),
            scene.name("category", one.category),
            scene.name("township", one.township),
            took_of(one, scene),
            scene.when(one.reported_at),
        ]
        for one in events
    ]
    return pieces.table(heads, rows, caption=caption, folds=True)


def took_of(one: Costly, scene: Scene) -> str:
    """Time used of the limit."""
    return f"{scene.duration(one.spent)} / {scene.duration(one.limit)}"


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
            percent(one.on_time / one.decided, 0) if one.decided else NOTHING,
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


SHOWS = ("missed", "good", "all")


def components(whole: Whole, scene: Scene) -> Component:
    """Every component: sums, value, share, interval."""
    title, score = scene.say("explained"), whole.row.score
    wanted = formulas(whole.board.weighed.weights)
    heads: list[tuple[Any, str]] = [
        (scene.say("component"), "d-name"),
        (scene.say("col_value"), "num"),
        (scene.say("col_sums"), "num"),
        (scene.say("col_share"), "num"),
        (scene.say("points_lost"), "num"),
        (scene.say("col_shrunk"), "num wide"),
        (scene.say("col_mean"), "num wide"),
        (scene.say("col_formula"), "d-formula wide"),
    ]
    rows = [
        [
            pieces.link(
                scene.say(f"c_{name.replace('.', '_')}"),
                scene.ask.url(scene.path, part=name, show=None, page=None),
            ),
            points(part.value),
            f"{count(part.numerator)} / {count(part.denominator)}",
            percent(part.share, 0),
            points(part.share * (100 - part.value)),
            f"{points(part.shrunk)} ({points(part.low)}–{points(part.high)})",
            points(100 * whole.board.priors[name].mean) if name in whole.board.priors else "",
            formula_text(wanted[name]),
        ]
        for name, part in score.parts.items()
    ]
    said = scene.say(
        "explained_sum",
        total=points(score.total),
        lost=points(None if score.total is None else 100 - score.total),
        shrunk=points(score.shrunk),
    )
    parts: list[Any] = [pieces.table(heads, rows, caption=title), html.P(said, className="d-note")]
    parts += _aside(whole, scene)
    return pieces.section(title, *parts, note=scene.say("explained_note"), wide=True)


def _aside(whole: Whole, scene: Scene) -> list[Component]:
    """Excluded events with their reasons, and what was learned too late to count."""
    out: list[Component] = []
    if whole.excluded:
        items = [
            html.Li([pieces.link(event, scene.event(event)), " ", html.Span(why)])
            for event, why in whole.excluded.items()
        ]
        words = scene.say("excluded", n=count(len(items)))
        out.append(html.Details([html.Summary(words), html.Ul(items)]))
    if whole.row.score.late_news:
        said = scene.say("late_news", n=count(whole.row.score.late_news))
        out.append(html.P(said, className="d-note"))
    return out


def behind(found: Behind, scene: Scene) -> Component:
    """One page of the events behind a component."""
    name = scene.say(f"c_{found.component.replace('.', '_')}")
    title = scene.say("behind", name=name)
    numbers = {"missed": found.missed, "good": found.good, "all": found.missed + found.good}
    tabs = [
        pieces.link(
            scene.say(f"show_{show}", n=count(numbers[show])),
            scene.ask.url(scene.path, show=None if show == "missed" else show, page=None),
            kind="here" if show == found.show else "",
        )
        for show in SHOWS
    ]
    tabs.append(
        pieces.link(
            scene.say("behind_shut"), scene.ask.url(scene.path, part=None, show=None, page=None)
        )
    )
    parts: list[Any] = [html.Nav(tabs, className="d-tabs", **{"aria-label": title})]
    if not found.rows:
        parts.append(states.empty(scene.text, scene.say("behind_none")))
        return pieces.section(title, *parts, wide=True, id_="d-behind")
    heads: list[tuple[Any, str]] = [
        (scene.say("event"), "d-name"),
        (scene.say("col_sums"), "num"),
        (scene.text["review.filter.level"], ""),
        (scene.text["review.filter.category"], ""),
        (scene.text["review.filter.status"], "wide"),
        (scene.say("by_township"), "wide"),
        (scene.say("took_limit"), "num"),
        (scene.say("reported_at"), "wide"),
    ]
    rows = [
        [
            pieces.link(one.event.event_id, scene.event(one.event.event_id)),
            f"{one.numerator:g} / {one.denominator:g}",
            pieces.level(scene, one.event.level),
            scene.name("category", one.event.category),
            scene.text[f"status.{one.event.status}"],
            scene.name("township", one.event.township),
            took_of(one.event, scene),
            scene.when(one.event.reported_at),
        ]
        for one in found.rows
    ]
    parts.append(pieces.table(heads, rows, caption=title, folds=True))
    parts.append(_pager(found, scene))
    return pieces.section(title, *parts, note=scene.say("behind_note"), wide=True, id_="d-behind")


def _pager(found: Behind, scene: Scene) -> Component:
    said: list[Any] = [html.Span(scene.say("page", n=found.page, of=found.pages))]
    for key, page in (("page_before", found.page - 1), ("page_next", found.page + 1)):
        if 1 <= page <= found.pages:
            href = scene.ask.url(scene.path, page=page if page > 1 else None)
            said.append(pieces.link(scene.say(key), href))
    return html.P(said, className="d-line")
