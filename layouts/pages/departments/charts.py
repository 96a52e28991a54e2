"""Trends and distributions: lines by Mantine's charts, columns as plain lengths. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, percent
from dashboard.core.questions.answers import Backlog, Bin, Handling, Series
from dashboard.core.questions.departments import LevelSpread, Point
from layouts.pages.departments import scene as pieces
from layouts.pages.departments.scene import Scene, short
from layouts.pages.kit import parts as states

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


def trend(points: Sequence[Point], scene: Scene) -> Component:
    """The three indicators, period after period."""
    title = scene.say("trend")
    if not points:
        return pieces.section(title, states.empty(scene.text))
    data = [
        {"at": short(one.span) + ("*" if one.span.running else "")}
        | {name: _round(getattr(one.score, name) if one.score else None) for name, _, _ in _LINES}
        for one in points
    ]
    labels = {name: scene.say(f"col_{name}") for name, _, _ in _LINES}
    note = scene.say("trend_note") + (scene.say("trend_running") if points[-1].span.running else "")
    return pieces.section(title, lines(data, _LINES, labels, top=100), note=note)


def events(series: Series, scene: Scene) -> Component:
    """Reports, closings and what is overdue, day by day or hour by hour."""
    title = scene.say("trend_events")
    if not series.points:
        return pieces.section(title, states.empty(scene.text))
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
    labels = {name: scene.say(f"e_{name}") for name, _, _ in _EVENTS}
    return pieces.section(title, lines(data, _EVENTS, labels), note=scene.say("trend_events_note"))


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


def spread(handling: Handling, levels: Sequence[LevelSpread], scene: Scene) -> Component:
    """How handling times lie against their limit: median and p90, not only means."""
    title = scene.say("spread")
    if not handling.count:
        return pieces.section(title, states.empty(scene.text, scene.say("spread_none")))
    facts = [
        (
            scene.say("median"),
            scene.duration(handling.median_ms),
            _times(handling.median_share, scene),
        ),
        (scene.say("p90"), scene.duration(handling.p90_ms), _times(handling.p90_share, scene)),
        (
            scene.say("within"),
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
            handling.bins, lambda one: _share_words(one, scene), scene.say("spread_bin"), scene
        ),
    ]
    if len(levels) > 1:
        heads: list[tuple[Any, str]] = [
            (scene.text["review.filter.level"], ""),
            (scene.say("handled"), "num"),
            (scene.say("median"), "num"),
            (scene.say("p90"), "num"),
            (scene.say("within"), "num"),
        ]
        rows = [
            [
                pieces.level(scene, one.level),
                count(one.handling.count),
                _both(one.handling.median_ms, one.handling.median_share, scene),
                _both(one.handling.p90_ms, one.handling.p90_share, scene),
                percent(one.handling.within_rate, 0),
            ]
            for one in levels
        ]
        parts.append(pieces.table(heads, rows, caption=title))
    return pieces.section(title, *parts, note=scene.say("spread_note"))


def backlog(found: Backlog, scene: Scene, code: str) -> Component:
    """How old what is open has become; the dark end of a column is overdue."""
    title = scene.say("backlog")
    if not found.count:
        return pieces.section(title, states.empty(scene.text, scene.say("backlog_none")))
    said = [
        pieces.link(scene.say("backlog_open", n=count(found.count)), scene.queue(code)),
        pieces.link(
            scene.say("backlog_overdue", n=count(found.overdue)),
            scene.queue(code, status="overdue"),
        ),
        html.Span(
            scene.say(
                "backlog_age",
                median=scene.duration(found.median_ms),
                oldest=scene.duration(found.oldest_ms),
            )
        ),
    ]
    return pieces.section(
        title,
        html.P(said, className="d-line"),
        columns(found.bins, lambda one: _age_words(one, scene), scene.say("backlog_bin"), scene),
        note=scene.say("backlog_note"),
    )


def columns(bins: Sequence[Bin], words: Any, head: str, scene: Scene) -> Component:
    """A histogram lying down."""
    most = max((one.count for one in bins), default=0) or 1
    rows = [
        [
            words(one),
            pieces.bar(one.count / most, one.marked / most, f"{count(one.count)}"),
            count(one.count),
            count(one.marked) if one.marked else "",
        ]
        for one in bins
    ]
    heads: list[tuple[Any, str]] = [
        (head, "d-bin"),
        ("", "d-len"),
        (scene.say("events"), "num"),
        (scene.say("of_late"), "num"),
    ]
    return pieces.table(heads, rows, caption=head)


def _share_words(one: Bin, scene: Scene) -> str:
    if one.high is None:
        return scene.say("bin_over", low=percent(one.low, 0))
    return f"{percent(one.low, 0)} – {percent(one.high, 0)}"


def _age_words(one: Bin, scene: Scene) -> str:
    if one.high is None:
        return scene.say("age_over", low=f"{one.low:.0f}")
    return scene.say("age", low=f"{one.low:.0f}", high=f"{one.high:.0f}")


def _times(share: float | None, scene: Scene) -> str:
    return NOTHING if share is None else scene.say("of_limit", n=percent(share, 0))


def _both(ms: int | None, share: float | None, scene: Scene) -> str:
    return f"{scene.duration(ms)} · {percent(share, 0)}"


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
