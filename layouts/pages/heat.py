"""A year as a calendar of days: a column a week, five shades, every day an address."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.core.questions.answers import Calendar, Point
from dashboard.core.questions.ask import Ask
from layouts.pages.kit.values import amount, as_date, day, monday

#: shades of a day with anything; a day without is the emptiest one
SHADES = 5


def calendar(
    found: Calendar, measure: str, ask: Ask, path: str, text: Mapping[str, str]
) -> Component:
    """``measure`` is a count of a day; a press on a day shows the page for it, on a month for
    that month. Days are for the pointer; by keyboard one goes to months and then to days."""
    bounds = steps([getattr(point, measure) for point in found.days])
    if not found.days:
        return html.P(text["review.empty"], className="r-empty")
    first = monday(found.year * 10000 + 101)
    start = first.toordinal()
    cells = [_cell(point, measure, bounds, start, ask, path, text) for point in found.days]
    months = [
        dcc.Link(
            text[f"review.month.short{month}"],
            href=ask.url(path, range=f"{found.year:04d}-{month:02d}"),
            className="month",
            style={
                "gridColumn": _week(found.year * 10000 + month * 100 + 1, first.toordinal()),
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
) -> Component:
    count = getattr(point, measure)
    shade = 0 if not count else max(1, bisect_right(bounds, count))
    written = day(point.day)
    here = ask.range == written
    return html.Div(
        dcc.Link(
            "",
            href=ask.url(path, range=written),
            title=text["review.heat.day"].format(day=written, n=amount(count)),
        ),
        className=f"day s{shade}{' here' if here else ''}",
        style={
            "gridColumn": _week(point.day, first),
            "gridRow": as_date(point.day).isoweekday() + 1,
        },
    )
