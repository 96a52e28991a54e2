"""Trends as line charts (Mantine), handling times and the backlog as histograms. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, day, percent
from dashboard.config.words.figures import points as points_of
from dashboard.core.model.records import has_records
from dashboard.core.questions import answers
from dashboard.core.questions.answers import Backlog, Bin, Handling, Series
from dashboard.core.questions.behind.opened import of_bin, of_point
from dashboard.core.questions.departments import LevelSpread, Point
from layouts.pages.departments.context import Context, short
from layouts.pages.kit import ids, messages
from layouts.pages.kit.known import unrecorded
from layouts.pages.kit.opens import figure, filled
from layouts.pages.kit.parts import Head, bar, level, section, table
from layouts.pages.kit.points import course, numbers

HEIGHT = 220
#: how a line's dashes look in words
_MARKS = {"0": "──", "6 4": "╌╌", "7 4": "╌╌", "2 3": "┄┄", "10 3 2 3": "─·─"}
#: one accent and greys; dashes tell the lines apart without colour
_LINES = (
    ("handling", "var(--accent)", "0"),
    ("dispatch", "var(--soft)", "6 4"),
    ("outcome", "var(--faint)", "2 3"),
)
_EVENTS = (
    ("overdue", "var(--accent)", "0"),
    ("reported", "var(--soft)", "6 4"),
    ("closed", "var(--faint)", "2 3"),
)


def trend(points: Sequence[Point], context: Context, code: str) -> Component:
    """The three indicators, period after period."""
    title = context.say("trend")
    if not points:
        return section(title, messages.empty(context.text))

    def behind(one: Point, name: str) -> str:
        return context.score(code, name, range=one.span.label)

    data = [
        {"at": short(one.span) + ("*" if one.span.running else "")}
        | {name: _round(getattr(one.score, name) if one.score else None) for name, _, _ in _LINES}
        | {f"to_{name}": behind(one, name) for name, _, _ in _LINES}
        for one in points
    ]
    labels = {name: context.say(f"col_{name}") for name, _, _ in _LINES}
    note = context.say("trend_note") + (
        context.say("trend_running") if points[-1].span.running else ""
    )
    rows: list[list[Any]] = []
    for one in points:
        values = {name: getattr(one.score, name) if one.score else None for name in labels}
        cells = [figure(points_of(v), v, behind(one, name)) for name, v in values.items()]
        if means := context.missing(one.span):
            cells = [unrecorded(context.text, means) for _ in labels]
        rows.append([context.period(one.span), *cells])
    below = numbers(title, ["", *labels.values()], rows, context.text)
    return section(title, lines(data, _LINES, labels, "scores", top=100), below, note=note)


def events(series: Series, context: Context, code: str) -> Component:
    """Reports, closings and what is overdue, day by day or hour by hour."""
    title = context.say("trend_events")
    if not series.points:
        return section(title, messages.empty(context.text))

    def behind(one: answers.Point, name: str) -> str:
        return context.behind(code, name, **of_point(one, series.by))

    data = [
        {
            "at": _at(one, series),
            **{
                name: getattr(one, name) if has_records(one.day, context.since) else None
                for name, _, _ in _EVENTS
            },
            **{f"to_{name}": behind(one, name) for name, _, _ in _EVENTS},
        }
        for one in series.points
    ]
    labels = {name: context.say(f"e_{name}") for name, _, _ in _EVENTS}
    measures = list(labels.items())
    below = course(title, series.points, series.by, measures, behind, context.text, context.since)
    note = context.say("trend_events_note")
    return section(title, lines(data, _EVENTS, labels, "events"), below, note=note)


def _at(point: answers.Point, series: Series) -> str:
    """A point's day, its time, or both where there are several days."""
    on, time = day(point.day)[5:], f"{point.hour:02d}:{point.minute:02d}"
    if series.by == "day":
        return on
    return time if series.points[0].day == series.points[-1].day else f"{on} {time}"


def lines(
    data: list[dict[str, Any]],
    series: Sequence[tuple[str, str, str]],
    labels: Mapping[str, str],
    name: str,
    top: float | None = None,
) -> Component:
    """Some lines over periods, with a legend.

    A row of the data may have the addresses that a press on a point opens, as ``to_LINE``.
    """
    return dmc.LineChart(
        id={"type": ids.LINES, "name": name},
        data=data,
        dataKey="at",
        series=[
            {
                "name": name,
                "label": f"{_MARKS[dash]} {labels[name]}",
                "color": color,
                **({"strokeDasharray": dash} if dash != "0" else {}),
            }
            for name, color, dash in series
        ],
        h=HEIGHT,
        curveType="linear",
        withLegend=True,
        legendProps={"verticalAlign": "bottom"},
        withDots=len(data) < 20,
        connectNulls=False,
        gridAxis="y",
        tickLine="none",
        yAxisProps={
            "width": 42,
            "domain": [0, top] if top else [0, "auto"],
            "allowDecimals": False,
        },
        xAxisProps={"minTickGap": 24},
        lineProps={"isAnimationActive": False},
        textColor="var(--faint)",
        gridColor="var(--line)",
        className="d-lines",
    )


def spread(
    handling: Handling, levels: Sequence[LevelSpread], context: Context, code: str
) -> Component:
    """Handling times as shares of their limit: median, p90, share in time, histogram."""
    title = context.say("spread")
    if not handling.count:
        return section(title, messages.empty(context.text, context.say("spread_none")))
    facts = [
        *(
            (
                context.say(key),
                context.counted(code, f"{key}_ms", context.duration(ms), ms),
                context.counted(code, f"{key}_share", _times(share, context), share),
            )
            for key, ms, share in (
                ("median", handling.median_ms, handling.median_share),
                ("p90", handling.p90_ms, handling.p90_share),
            )
        ),
        (
            context.say("within"),
            _within(handling, code, context),
            context.counted(
                code,
                "timed",
                f"{count(handling.within)} / {count(handling.count)}",
                handling.count,
            ),
        ),
    ]

    def behind(one: Bin, words: str, n: int) -> Component:
        return context.counted(code, "timed", words, n, bin=of_bin(one.low, one.high))

    parts: list[Any] = [
        html.Dl(
            [
                html.Div([html.Dt(name), html.Dd([html.Strong(big), html.Span(less)])])
                for name, big, less in facts
            ],
            className="d-facts",
        ),
        columns(
            handling.bins,
            lambda one: _share_words(one, context),
            context.say("spread_bin"),
            context,
            behind,
            behind,
        ),
    ]
    if len(levels) > 1:
        heads = [
            Head(context.text["review.filter.level"]),
            Head(context.say("handled"), number=True),
            Head(context.say("median"), number=True),
            Head(context.say("p90"), number=True),
            Head(context.say("within"), number=True),
        ]
        rows = [
            [
                level(one.level, context.text),
                context.counted(code, "timed", count(found.count), found.count, level=one.level),
                _both("median", found.median_ms, found.median_share, one.level, code, context),
                _both("p90", found.p90_ms, found.p90_share, one.level, code, context),
                _within(found, code, context, level=one.level),
            ]
            for one in levels
            for found in (one.handling,)
        ]
        parts.append(table(heads, rows, caption=title))
    return section(title, *parts, note=context.say("spread_note"))


def backlog(found: Backlog, context: Context, code: str) -> Component:
    """The ages of open events; the dark end of a bar is overdue."""
    title = context.say("backlog")
    if not found.count:
        return section(title, messages.empty(context.text, context.say("backlog_none")))

    def open_now(words: str, n: int, **changes: object) -> Component:
        return context.counted(code, "open_now", words, n, **changes)

    ages = {"median": found.median_ms, "oldest": found.oldest_ms}
    facts = [
        open_now(context.say("backlog_open", n=count(found.count)), found.count),
        open_now(
            context.say("backlog_overdue", n=count(found.overdue)), found.overdue, status="overdue"
        ),
        html.Span(
            filled(
                context.text["review.dep.backlog_age"],
                **{
                    key: context.counted(code, f"age_{key}", context.duration(ms), ms)
                    for key, ms in ages.items()
                },
            )
        ),
    ]

    def bins(one: Bin, words: str, n: int, **changes: object) -> Component:
        return open_now(words, n, bin=of_bin(one.low, one.high), **changes)

    return section(
        title,
        html.P(facts, className="d-line"),
        columns(
            found.bins,
            lambda one: _age_words(one, context),
            context.say("backlog_bin"),
            context,
            bins,
            partial(bins, status="overdue"),
        ),
        note=context.say("backlog_note"),
    )


def columns(
    bins: Sequence[Bin],
    words: Callable[[Bin], str],
    head: str,
    context: Context,
    counted: Callable[[Bin, str, int], Component],
    marked: Callable[[Bin, str, int], Component],
) -> Component:
    """A histogram with horizontal bars; ``words`` names a bin, the others are its numbers."""
    most = max((one.count for one in bins), default=0) or 1
    rows = [
        [
            words(one),
            bar(one.count / most, one.marked / most, f"{count(one.count)}"),
            counted(one, count(one.count), one.count),
            marked(one, count(one.marked), one.marked) if one.marked else "",
        ]
        for one in bins
    ]
    heads = [
        Head(head, kind="d-bin"),
        Head("", kind="d-len"),
        Head(context.say("events"), number=True),
        Head(context.say("of_late"), number=True),
    ]
    return table(heads, rows, caption=head)


def _share_words(one: Bin, context: Context) -> str:
    if one.high is None:
        return context.say("bin_over", low=percent(one.low, 0))
    return f"{percent(one.low, 0)} – {percent(one.high, 0)}"


def _age_words(one: Bin, context: Context) -> str:
    if one.high is None:
        return context.say("age_over", low=round(one.low))
    return context.say("age", low=f"{one.low:.0f}", high=f"{one.high:.0f}")


def _times(share: float | None, context: Context) -> str:
    return NOTHING if share is None else context.say("of_limit", n=percent(share, 0))


def _both(
    key: str, ms: int | None, share: float | None, level: str, code: str, context: Context
) -> Component:
    words = f"{context.duration(ms)} · {percent(share, 0)}"
    return context.counted(code, f"{key}_ms", words, ms, level=level)


def _within(handling: Handling, code: str, context: Context, **changes: object) -> Component:
    share = handling.within_rate
    return context.counted(code, "within_rate", percent(share, 0), share, **changes)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
