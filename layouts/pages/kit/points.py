"""A chart's numbers as a table below it, folded away: each opens, by keyboard too. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import count, day, percent
from dashboard.core.model.records import has_records
from dashboard.core.questions.answers import Point
from layouts.pages.kit.known import unrecorded
from layouts.pages.kit.opens import figure
from layouts.pages.kit.parts import Head, Piece, table


def numbers(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[Piece]], text: Mapping[str, str]
) -> Component:
    """The table; the first column names its row."""
    top = [Head(name, number=n > 0) for n, name in enumerate(heads)]
    inside = table(top, rows, caption=title)
    return html.Details([html.Summary(text["review.as_table"]), inside], className="r-points")


def course(
    title: str,
    points: Sequence[Point],
    by: str,
    measures: Sequence[tuple[str, str]],
    behind: Callable[[Point, str], str],
    text: Mapping[str, str],
    since: int = 1,
) -> Component:
    """The numbers of a course by days, hours or minutes; ``measures`` are names and their words.

    ``since`` is the first day with records, YYYYMMDD.
    """

    def when(point: Point) -> str:
        time = "" if by == "day" else f" {point.hour:02d}:{point.minute:02d}"
        return day(point.day) + time

    def cell(point: Point, name: str) -> Piece:
        if not has_records(point.day, since):
            return unrecorded(text)
        n = getattr(point, name)
        words = percent(n) if name.endswith("_rate") else count(n)
        return figure(words, n, behind(point, name))

    rows = [[when(one), *(cell(one, name) for name, _ in measures)] for one in points]
    return numbers(title, ["", *(words for _, words in measures)], rows, text)
