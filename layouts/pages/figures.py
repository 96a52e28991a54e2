"""Figures of the leaders' pages, functions of values only: a trend, and a year as a calendar.

The trend shows a range by days or hours, next to what was reported before it. The calendar has a
column a week and five shades; every day is an address.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config.words.figures import as_date, count, day
from dashboard.core.model.records import has_records
from dashboard.core.questions.answers import Calendar, Point, Series
from dashboard.core.questions.ask import Ask
from layouts.look.theme import CLEAR, FONT_STACK, Theme
from layouts.pages import axis

#: px of the page
HEIGHT = 270
#: shades of a day with anything; a day without is the emptiest one
SHADES = 5


def trend(
    now: Series,
    before: Series | None,
    theme: Theme,
    text: Mapping[str, str],
    zone: str,
    was: str = "",
    running: bool = False,
    behind: Callable[[Point, str, bool], str] = lambda point, measure, before: "",
    since: int = 1,
) -> go.Figure:
    """Lines over the same axis; the range compared with is laid under, point on point. The last
    point of a ``running`` range is no part of the line: half a day looks like a fall. ``behind`` is
    the address of what a point counts (of the range before: True), which a press opens. Days before
    ``since``, the first one with records, are a gap."""
    places = list(range(len(now.points)))
    whole = len(places) - 1 if running else len(places)
    figure = go.Figure()
    hovered = "%{customdata[0]}<br>%{fullData.name} %{y:,}<extra></extra>"
    tickvals, ticktext = axis.ticks(now)
    if before is not None and before.points:
        under = before.points[:whole]
        figure.add_scatter(
            x=places[: len(under)],
            y=[point.reported for point in under],
            customdata=[
                [axis.hover(point, before.by, zone), behind(point, "reported", True)]
                for point in under
            ],
            mode=_mode(len(under)),
            name=text["review.overview.was_reported"].format(was=was),
            line={"color": theme.faint, "width": 1.2, "dash": "dot"},
            hovertemplate=hovered,
        )
    for measure, colour, width in (("closed", theme.soft, 1.4), ("reported", theme.accent, 2.2)):
        values = [
            getattr(point, measure) if has_records(point.day, since) else None
            for point in now.points
        ]
        name = text[f"review.kpi.{measure}"]
        opens = [
            [axis.hover(point, now.by, zone), behind(point, measure, False)] for point in now.points
        ]
        figure.add_scatter(
            x=places[:whole],
            y=values[:whole],
            customdata=opens[:whole],
            mode=_mode(whole),
            name=name,
            line={"color": colour, "width": width},
            hovertemplate=hovered,
        )
        figure.add_scatter(
            x=places[whole:],
            y=values[whole:],
            customdata=opens[whole:],
            mode="markers",
            name=text["review.overview.until_now"].format(name=name),
            marker={"color": theme.ground, "size": 8, "line": {"color": colour, "width": 2}},
            hovertemplate=hovered,
            showlegend=False,
        )
    figure.update_layout(
        # the range that a span of the axis is (assets/pages/trend.mjs)
        meta={"bounds": axis.bounds(now, zone), "by_day": now.by == "day"},
        dragmode="zoom",
        margin={"l": 44, "r": 12, "t": 34, "b": 30},
        paper_bgcolor=CLEAR,
        plot_bgcolor=CLEAR,
        font={"family": FONT_STACK, "size": 12, "color": theme.soft},
        hoverlabel={"bgcolor": theme.raised, "font": {"color": theme.text}},
        legend={
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "traceorder": "reversed",
        },
        xaxis={
            "type": "linear",
            "range": [-0.5, len(places) - 0.5],
            "tickvals": tickvals,
            "ticktext": ticktext,
            "showgrid": False,
            "zeroline": False,
            "linecolor": theme.line,
            "tickangle": 0,
        },
        yaxis={
            "gridcolor": theme.line,
            "zeroline": False,
            "tickformat": ",",
            "fixedrange": True,
            **_heights(figure),
        },
    )
    return figure


def calendar(
    found: Calendar, measure: str, ask: Ask, path: str, text: Mapping[str, str], since: int = 1
) -> Component:
    """``measure`` is a count of a day; a press on a day shows the page for it, on a month for
    that month. Days are for the pointer; by keyboard one goes to months and then to days. Those
    before ``since``, the first day with records, are not recorded."""
    bounds = steps([getattr(point, measure) for point in found.days])
    if not found.days:
        return html.P(text["review.empty"], className="r-empty")
    year = date(found.year, 1, 1)
    # the first column begins on the Monday of the week of 1 January
    start = year.toordinal() - year.weekday()
    cells = [_cell(point, measure, bounds, start, ask, path, text, since) for point in found.days]
    months = [
        dcc.Link(
            text[f"review.month.short{month}"],
            href=ask.url(path, range=f"{found.year:04d}-{month:02d}"),
            className="month",
            style={
                "gridColumn": _week(found.year * 10000 + month * 100 + 1, start),
                "gridRow": 1,
            },
        )
        for month in sorted({point.day // 100 % 100 for point in found.days})
    ]
    legend = [
        html.Span(text["review.heat.few"]),
        *(html.I(className=f"s{n}") for n in range(SHADES + 1)),
        html.Span(text["review.heat.many"]),
    ]
    return html.Div(
        [
            html.Div(
                html.Div([*months, *cells], className="r-heat"),
                className="r-scroll",
            ),
            html.P(legend, className="r-heat-key r-hint"),
        ]
    )


def steps(counts: Sequence[int]) -> list[int]:
    """Where a shade begins: fifths of the days that have anything, so that one wild day does not
    pale all others."""
    some = sorted(count for count in counts if count)
    if not some:
        return [1] * SHADES
    return [some[len(some) * n // SHADES] for n in range(SHADES)]


def _heights(figure: go.Figure) -> dict[str, Any]:
    """The axis of numbers from zero; there is no half event, not even where there are few."""
    highest = max(
        (value for trace in figure.data for value in trace.y if value is not None), default=0
    )
    if highest > 4:
        return {"rangemode": "tozero"}
    return {"range": [0, 4.2], "dtick": 1}


def _mode(count: int) -> str:
    """A line; of few points one sees them."""
    return "lines" if count > 2 else "lines+markers"


def _week(number: int, first: int) -> int:
    return (as_date(number).toordinal() - first) // 7 + 1


def _cell(
    point: Point,
    measure: str,
    bounds: Sequence[int],
    first: int,
    ask: Ask,
    path: str,
    text: Mapping[str, str],
    since: int,
) -> Component:
    n = getattr(point, measure)
    shade = 0 if not n else max(1, bisect_right(bounds, n))
    written = day(point.day)
    here = ask.range == written
    recorded = has_records(point.day, since)
    words = count(n) if recorded else text["known.unrecorded"]
    return html.Div(
        dcc.Link(
            "",
            href=ask.url(path, range=written),
            title=text["review.heat.day"].format(day=written, n=words),
        ),
        className=f"day s{shade}{'' if recorded else ' unrecorded'}{' here' if here else ''}",
        style={
            "gridColumn": _week(point.day, first),
            "gridRow": as_date(point.day).isoweekday() + 1,
        },
    )
