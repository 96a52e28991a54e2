"""Up to four departments or places side by side. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, percent, points
from dashboard.core.questions.departments import Comparison, Side
from layouts.pages.departments import charts
from layouts.pages.departments.board import INDICATORS, against, picked, reason, what_if
from layouts.pages.departments.context import (
    Context,
    caveat,
    cost,
    interval,
    moved,
    reason_of,
    short,
)
from layouts.pages.kit import messages
from layouts.pages.kit.links import link
from layouts.pages.kit.opens import plain
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
        missing = context.missing(found.board.span)
        way = link(context.say("to_board"), context.ask.url("/departments", d=None))
        absent = [] if missing else [_absent(code, context) for code in picked(context)]
        none = [messages.empty(context.text, missing or context.say("compare_none"))]
        parts += [*(absent or none), html.P(way)]
        return [html.Div(parts, className="d-page")]
    if unrecorded := context.missing(found.board.span):
        parts.append(messages.empty(context.text, unrecorded))
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
    shown = table(heads, lines, caption=title)
    note = against(found.board, context)
    absent = [_absent(code, context) for code in picked(context) if code not in codes]
    parts.append(section(title, shown, *absent, html.P(more), note=note, className="wide"))
    parts += [_trend(found, context, name) for name in INDICATORS]
    return [html.Div(parts, className="d-page d-three")]


def _absent(code: str, context: Context) -> Component:
    """Why a subject that was chosen has no column, and the way to choose it no longer."""
    rest = ",".join(one for one in picked(context) if one != code) or None
    drop = link("×", context.ask.url("/compare", d=rest), context.say("drop"), "d-plus")
    return html.P([context.absent(code), " ", drop], className="d-absent")


def _rows(found: Comparison, context: Context) -> list[tuple[str, Callable[[Side], Any]]]:
    def indicator(name: str) -> Callable[[Side], Any]:
        def cell(side: Side) -> Any:
            score, before = side.row.score, side.row.before
            value = getattr(score, name)
            change = delta(value, getattr(before, name) if before else None, context.text)
            parts = [
                reason(context, score.subject, name, value),
                plain(change, "difference"),
            ]
            return html.Div(parts, className="d-two")

        return cell

    def rank(side: Side) -> Any:
        score = side.row.score
        place = NOTHING if score.rank is None else f"{score.rank} / {found.board.ranked}"
        parts: list[Any] = [place, moved(context, score.rank_change, score.moved)]
        parts += [
            one for one in (reason_of(context, score), caveat(context, score)) if one is not None
        ]
        return plain(html.Div(parts, className="d-two"), "rank")

    def score(name: str) -> Callable[[Side], Any]:
        def cell(side: Side) -> Any:
            value = getattr(side.row.score, name)
            return context.scored(side.row.score.subject, name, points(value), value)

        return cell

    def counted(of: str) -> Callable[[Side], Any]:
        def cell(side: Side) -> Any:
            n = getattr(side.row.kpis, of)
            return context.counted(side.row.score.subject, of, count(n), n)

        return cell

    def per_1000(side: Side) -> Any:
        return context.rate(side.row.score.subject, side.row.kpis.reported)

    def spread(of: str, words: Callable[[Any], str], name: str) -> Callable[[Side], Any]:
        def cell(side: Side) -> Any:
            value = getattr(side.backlog if of == "age_median" else side.handling, name)
            return context.counted(side.row.score.subject, of, words(value), value)

        return cell

    def share(value: float | None) -> str:
        return percent(value, 0)

    def cases(side: Side) -> Any:
        n = side.row.score.n
        return context.scored(side.row.score.subject, "score.n", count(n), n)

    def worst(side: Side) -> Any:
        if side.worst is None:
            return plain(NOTHING, "unknown")
        href = context.event(side.worst.event_id)
        words = context.say("cost", n=cost(side.worst.points))
        parts = [link(side.worst.event_id, href), html.Span(words)]
        return plain(html.Div(parts, className="d-two"), "event")

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
        (context.say("col_change"), score("shrunk")),
        (context.say("interval"), lambda side: interval(side.row.score)),
        (context.say("col_total"), score("total")),
        *((context.say(f"col_{name}"), indicator(name)) for name in INDICATORS),
        (context.say("col_n"), cases),
        (context.say("e_reported"), counted("reported")),
        *([(context.say("col_per_1000"), per_1000)] if context.of_places else []),
        (context.say("col_late"), counted("late")),
        (context.say("col_open"), counted("open")),
        (context.say("col_overdue"), counted("overdue")),
        (context.say("col_response"), counted("response_overdue")),
        (context.say("within"), spread("within_rate", share, "within_rate")),
        (context.say("col_median"), spread("median_ms", context.duration, "median_ms")),
        (context.say("col_p90"), spread("p90_ms", context.duration, "p90_ms")),
        (context.say("share_p90"), spread("p90_share", share, "p90_share")),
        (context.say("age_median"), spread("age_median", context.duration, "median_ms")),
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
            code = side.row.score.subject
            line[f"to_s{number}"] = context.score(code, name, range=span.label)
        data.append(line)
    series = [(f"s{number}", *_LOOKS[number]) for number in range(len(found.sides))]
    labels = {
        f"s{n}": context.subject(side.row.score.subject) for n, side in enumerate(found.sides)
    }
    return section(context.say(f"col_{name}"), charts.lines(data, series, labels, name, top=100))
