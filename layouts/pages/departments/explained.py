"""A score opened up: its components as sums, and the events behind one of them. Pure."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.core.questions.departments import Behind, Whole
from dashboard.core.scoring.explanation import text as formula_text
from dashboard.core.scoring.formulas import formulas
from layouts.pages.departments import scene as pieces
from layouts.pages.departments.reasons import took_of
from layouts.pages.departments.telling import Scene, count, percent, points
from layouts.pages.kit import states

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
            percent(part.share),
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
            scene.day(one.event.reported_at),
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
