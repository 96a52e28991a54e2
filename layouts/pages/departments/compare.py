"""Up to four departments or places side by side. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, percent, points
from dashboard.core.questions.departments import Comparison, Side
from layouts.pages.departments import charts
from layouts.pages.departments.board import INDICATORS, MAIN, what_if
from layouts.pages.departments.context import Context, caveat, cost, interval, moved, short
from layouts.pages.kit import messages
from layouts.pages.kit.links import link
from layouts.pages.kit.parts import Head, delta, section, table

#: one accent and greys; dashes tell the lines apart without colour
_LOOKS = (
    ("var(--accent)", "0"),
    ("var(--text)", "7 4"),
    ("var(--soft)", "2 3"),
    ("var(--faint)", "10 3 2 3"),
)


def comparison_body(found: Comparison, context: Context) -> list[Component]:
    """The page of a comparison."""
    parts: list[Any] = []
    if found.board.weighed.changed:
        parts.append(what_if(context))
    if not found.sides:
        way = link(context.say("to_board"), context.ask.url("/departments", d=None))
        parts += [messages.empty(context.text, context.say("compare_none")), html.P(way)]
        return [html.Div(parts, className="d-page")]
    codes = [side.row.score.subject for side in found.sides]
    heads = [Head(context.period(found.board.span), kind="d-name")]
    for code in codes:
        rest = ",".join(one for one in codes if one != code) or None
        name = [
            link(context.subject(code), context.to(code), kind="d-strong"),
            link("×", context.ask.url("/compare", d=rest), context.say("drop"), "d-plus"),
        ]
        heads.append(Head(html.Span(name), number=True))
    lines = [[name, *(cell(side) for side in found.sides)] for name, cell in _rows(found, context)]
    title = context.text["review.nav.compare"]
    more = link(context.say("pick_other"), context.ask.url("/departments", d=",".join(codes)))
    parts.append(section(title, table(heads, lines, caption=title), html.P(more), className="wide"))
    parts += [_trend(found, context, name) for name in INDICATORS]
    return [html.Div(parts, className="d-page d-three")]


def _rows(found: Comparison, context: Context) -> list[tuple[str, Callable[[Side], Any]]]:
    def indicator(name: str) -> Callable[[Side], Any]:
        def cell(side: Side) -> Any:
            score, before = side.row.score, side.row.before
            value = getattr(score, name)
            if value is None:
                return NOTHING
            href = context.to(score.subject, part=MAIN[name])
            parts = [
                link(points(value), href, context.say("why_title")),
                delta(value, getattr(before, name) if before else None, context.text),
            ]
            return html.Div(parts, className="d-two")

        return cell

    def rank(side: Side) -> Any:
        score = side.row.score
        place = NOTHING if score.rank is None else f"{score.rank} / {found.board.ranked}"
        parts: list[Any] = [place, moved(context, score.rank_change)]
        if (warning := caveat(context, score)) is not None:
            parts.append(warning)
        return html.Div(parts, className="d-two")

    def worst(side: Side) -> Any:
        if side.worst is None:
            return NOTHING
        href = context.event(side.worst.event_id)
        words = context.say("cost", n=cost(side.worst.points))
        return html.Div([link(side.worst.event_id, href), html.Span(words)], className="d-two")

    def gaming(side: Side) -> Any:
        names = [
            context.say(f"g_{one.check.name}") for one in side.evidence if one.check.stands_out
        ]
        return link(
            context.text["list.join"].join(names) or context.say("gaming_usual"),
            context.to(side.row.score.subject),
        )

    return [
        (context.say("place"), rank),
        (context.say("col_change"), lambda side: points(side.row.score.shrunk)),
        (context.say("interval"), lambda side: interval(side.row.score)),
        (context.say("col_total"), lambda side: points(side.row.score.total)),
        *((context.say(f"col_{name}"), indicator(name)) for name in INDICATORS),
        (context.say("col_n"), lambda side: count(side.row.score.n)),
        (context.say("e_reported"), lambda side: count(side.row.kpis.reported)),
        (context.say("col_late"), lambda side: count(side.row.kpis.late)),
        (context.say("col_open"), lambda side: count(side.row.kpis.open)),
        (context.say("col_overdue"), lambda side: count(side.row.kpis.overdue)),
        (context.say("col_response"), lambda side: count(side.row.kpis.response_overdue)),
        (context.say("within"), lambda side: percent(side.handling.within_rate, 0)),
        (context.say("col_median"), lambda side: context.duration(side.handling.median_ms)),
        (context.say("col_p90"), lambda side: context.duration(side.handling.p90_ms)),
        (context.say("share_p90"), lambda side: percent(side.handling.p90_share, 0)),
        (context.say("age_median"), lambda side: context.duration(side.backlog.median_ms)),
        (context.say("gaming"), gaming),
        (context.say("costliest"), worst),
    ]


def _trend(found: Comparison, context: Context, name: str) -> Component:
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
    labels = {
        f"s{n}": context.subject(side.row.score.subject) for n, side in enumerate(found.sides)
    }
    return section(context.say(f"col_{name}"), charts.lines(data, series, labels, top=100))
