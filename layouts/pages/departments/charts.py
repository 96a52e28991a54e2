"""Trends as line charts (Mantine), handling times and the backlog as histograms. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, percent
from dashboard.core.questions.answers import Backlog, Bin, Handling, Series
from dashboard.core.questions.departments import LevelSpread, Point
from layouts.pages.departments.context import Context, short
from layouts.pages.kit import messages
from layouts.pages.kit.links import link
from layouts.pages.kit.parts import Head, bar, level, section, table

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


def trend(points: Sequence[Point], context: Context) -> Component:
    """The three indicators, period after period."""
    title = context.say("trend")
    if not points:
        return section(title, messages.empty(context.text))
    data = [
        {"at": short(one.span) + ("*" if one.span.running else "")}
        | {name: _round(getattr(one.score, name) if one.score else None) for name, _, _ in _LINES}
        for one in points
    ]
    labels = {name: context.say(f"col_{name}") for name, _, _ in _LINES}
    note = context.say("trend_note") + (
        context.say("trend_running") if points[-1].span.running else ""
    )
    return section(title, lines(data, _LINES, labels, top=100), note=note)


def events(series: Series, context: Context) -> Component:
    """Reports, closings and what is overdue, day by day or hour by hour."""
    title = context.say("trend_events")
    if not series.points:
        return section(title, messages.empty(context.text))
    data = [
        {
            "at": f"{one.hour:02d}:00"
            if series.by == "hour"
            else f"{one.day // 100 % 100:02d}-{one.day % 100:02d}",
            "reported": one.reported,
            "closed": one.closed,
            "overdue": one.overdue,
        }
        for one in series.points
    ]
    labels = {name: context.say(f"e_{name}") for name, _, _ in _EVENTS}
    return section(title, lines(data, _EVENTS, labels), note=context.say("trend_events_note"))


def lines(
    data: list[dict[str, Any]],
    series: Sequence[tuple[str, str, str]],
    labels: Mapping[str, str],
    top: float | None = None,
) -> Component:
    """Some lines over periods, with a legend."""
    return dmc.LineChart(
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


def spread(handling: Handling, levels: Sequence[LevelSpread], context: Context) -> Component:
    """Handling times as shares of their limit: median, p90, share in time, histogram."""
    title = context.say("spread")
    if not handling.count:
        return section(title, messages.empty(context.text, context.say("spread_none")))
    facts = [
        (
            context.say("median"),
            context.duration(handling.median_ms),
            _times(handling.median_share, context),
        ),
        (
            context.say("p90"),
            context.duration(handling.p90_ms),
            _times(handling.p90_share, context),
        ),
        (
            context.say("within"),
            percent(handling.within_rate, 0),
            f"{count(handling.within)} / {count(handling.count)}",
        ),
    ]
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
                count(one.handling.count),
                _both(one.handling.median_ms, one.handling.median_share, context),
                _both(one.handling.p90_ms, one.handling.p90_share, context),
                percent(one.handling.within_rate, 0),
            ]
            for one in levels
        ]
        parts.append(table(heads, rows, caption=title))
    return section(title, *parts, note=context.say("spread_note"))


def backlog(found: Backlog, context: Context, code: str) -> Component:
    """The ages of open events; the dark end of a bar is overdue."""
    title = context.say("backlog")
    if not found.count:
        return section(title, messages.empty(context.text, context.say("backlog_none")))
    facts = [
        link(context.say("backlog_open", n=count(found.count)), context.queue(code)),
        link(
            context.say("backlog_overdue", n=count(found.overdue)),
            context.queue(code, status="overdue"),
        ),
        html.Span(
            context.say(
                "backlog_age",
                median=context.duration(found.median_ms),
                oldest=context.duration(found.oldest_ms),
            )
        ),
    ]
    return section(
        title,
        html.P(facts, className="d-line"),
        columns(
            found.bins, lambda one: _age_words(one, context), context.say("backlog_bin"), context
        ),
        note=context.say("backlog_note"),
    )


def columns(bins: Sequence[Bin], words: Any, head: str, context: Context) -> Component:
    """A histogram with horizontal bars; ``words`` names a bin."""
    most = max((one.count for one in bins), default=0) or 1
    rows = [
        [
            words(one),
            bar(one.count / most, one.marked / most, f"{count(one.count)}"),
            count(one.count),
            count(one.marked) if one.marked else "",
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
        return context.say("age_over", low=f"{one.low:.0f}")
    return context.say("age", low=f"{one.low:.0f}", high=f"{one.high:.0f}")


def _times(share: float | None, context: Context) -> str:
    return NOTHING if share is None else context.say("of_limit", n=percent(share, 0))


def _both(ms: int | None, share: float | None, context: Context) -> str:
    return f"{context.duration(ms)} · {percent(share, 0)}"


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
