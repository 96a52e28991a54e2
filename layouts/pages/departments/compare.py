"""Up to four departments or places side by side. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, percent, points
from dashboard.core.questions.departments import Comparison, Side
from layouts.pages.departments import charts
from layouts.pages.departments import scene as pieces
from layouts.pages.departments.board import INDICATORS, MAIN, what_if
from layouts.pages.departments.scene import Scene, cost, short
from layouts.pages.kit import parts as states

#: one accent and greys; dashes tell the lines apart without colour
_LOOKS = (
    ("var(--accent)", "0"),
    ("var(--text)", "7 4"),
    ("var(--soft)", "2 3"),
    ("var(--faint)", "10 3 2 3"),
)


def comparison_body(found: Comparison, scene: Scene) -> list[Component]:
    """The page of a comparison."""
    parts: list[Any] = []
    if found.board.weighed.changed:
        parts.append(what_if(scene))
    if not found.sides:
        way = pieces.link(scene.say("to_board"), scene.ask.url("/departments", d=None))
        parts += [states.empty(scene.text, scene.say("compare_none")), html.P(way)]
        return [html.Div(parts, className="d-page")]
    codes = [side.row.score.subject for side in found.sides]
    heads: list[tuple[Any, str]] = [(scene.period(found.board.span), "d-name")]
    for code in codes:
        rest = ",".join(one for one in codes if one != code) or None
        name = [
            pieces.link(scene.own(code), scene.to(code), kind="d-strong"),
            pieces.link("×", scene.ask.url("/compare", d=rest), scene.say("drop"), "d-plus"),
        ]
        heads.append((html.Span(name), "num"))
    lines = [[says, *(tell(side) for side in found.sides)] for says, tell in _rows(found, scene)]
    title = scene.text["review.nav.compare"]
    more = pieces.link(scene.say("pick_other"), scene.ask.url("/departments", d=",".join(codes)))
    parts.append(
        pieces.section(title, pieces.table(heads, lines, caption=title), html.P(more), wide=True)
    )
    parts += [_trend(found, scene, name) for name in INDICATORS]
    return [html.Div(parts, className="d-page d-three")]


def _rows(found: Comparison, scene: Scene) -> list[tuple[str, Callable[[Side], Any]]]:
    def indicator(name: str) -> Callable[[Side], Any]:
        def tell(side: Side) -> Any:
            score, before = side.row.score, side.row.before
            value = getattr(score, name)
            if value is None:
                return NOTHING
            href = scene.to(score.subject, part=MAIN[name])
            parts = [
                pieces.link(points(value), href, scene.say("why_title")),
                pieces.delta(value, getattr(before, name) if before else None),
            ]
            return html.Div(parts, className="d-two")

        return tell

    def rank(side: Side) -> Any:
        score = side.row.score
        place = NOTHING if score.rank is None else f"{score.rank} / {found.board.ranked}"
        parts: list[Any] = [place, pieces.moved(scene, score.rank_change)]
        if (said := pieces.small(scene, score)) is not None:
            parts.append(said)
        return html.Div(parts, className="d-two")

    def worst(side: Side) -> Any:
        if side.worst is None:
            return NOTHING
        href = scene.event(side.worst.event_id)
        words = scene.say("cost", n=cost(side.worst.points))
        return html.Div(
            [pieces.link(side.worst.event_id, href), html.Span(words)], className="d-two"
        )

    def stands(side: Side) -> Any:
        names = [scene.say(f"g_{one.check.name}") for one in side.evidence if one.check.stands_out]
        return pieces.link(
            scene.text["list.join"].join(names) or scene.say("gaming_usual"),
            scene.to(side.row.score.subject),
        )

    return [
        (scene.say("place"), rank),
        (scene.say("col_change"), lambda side: points(side.row.score.shrunk)),
        (scene.say("interval"), lambda side: pieces.interval(side.row.score)),
        (scene.say("col_total"), lambda side: points(side.row.score.total)),
        *((scene.say(f"col_{name}"), indicator(name)) for name in INDICATORS),
        (scene.say("col_n"), lambda side: count(side.row.score.n)),
        (scene.say("e_reported"), lambda side: count(side.row.kpis.reported)),
        (scene.say("col_late"), lambda side: count(side.row.kpis.late)),
        (scene.say("col_open"), lambda side: count(side.row.kpis.open)),
        (scene.say("col_overdue"), lambda side: count(side.row.kpis.overdue)),
        (scene.say("within"), lambda side: percent(side.handling.within_rate, 0)),
        (scene.say("col_median"), lambda side: scene.duration(side.handling.median_ms)),
        (scene.say("col_p90"), lambda side: scene.duration(side.handling.p90_ms)),
        (scene.say("share_p90"), lambda side: percent(side.handling.p90_share, 0)),
        (scene.say("age_median"), lambda side: scene.duration(side.backlog.median_ms)),
        (scene.say("gaming"), stands),
        (scene.say("costliest"), worst),
    ]


def _trend(found: Comparison, scene: Scene, name: str) -> Component:
    spans = {one.span.first_day: one.span for side in found.sides for one in side.trend}
    data: list[dict[str, Any]] = []
    for first, span in sorted(spans.items()):
        line: dict[str, Any] = {"at": short(span) + ("*" if span.running else "")}
        for number, side in enumerate(found.sides):
            score = next((one.score for one in side.trend if one.span.first_day == first), None)
            value = getattr(score, name) if score else None
            line[f"s{number}"] = None if value is None else round(value, 1)
        data.append(line)
    series = [(f"s{number}", *_LOOKS[number]) for number in range(len(found.sides))]
    labels = {f"s{n}": scene.own(side.row.score.subject) for n, side in enumerate(found.sides)}
    return pieces.section(scene.say(f"col_{name}"), charts.lines(data, series, labels, top=100))
