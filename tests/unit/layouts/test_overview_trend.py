"""The overview's course: what its axis and its lines are, by the data."""

from __future__ import annotations

import pytest

from dashboard.config.words import catalogue
from dashboard.core.questions.answers import Point, Series
from layouts.look.theme import DARK
from layouts.pages.figures import trend


def course(*reported: int, running: bool = False):  # type: ignore[no-untyped-def]
    points = tuple(
        Point(start_ms=n * 86_400_000, day=20210104 + n, reported=value)
        for n, value in enumerate(reported)
    )
    return trend(
        Series(by="day", points=points), None, DARK, catalogue("en"), 0, "UTC", running=running
    )


@pytest.mark.parametrize("values", [(0, 0, 0), (0, 1, 0), (4, 2, 3)])
def test_few_events_are_whole_ones(values: tuple[int, ...]) -> None:
    axis = course(*values).layout.yaxis
    assert (axis.range, axis.dtick) == ((0, 4.2), 1)


def test_many_events_start_at_zero() -> None:
    axis = course(3, 900, 40).layout.yaxis
    assert (axis.range, axis.dtick, axis.rangemode) == (None, None, "tozero")


def test_the_last_day_of_a_running_range_is_a_point() -> None:
    figure = course(3, 5, 2, running=True)
    lines = {trace.name: list(trace.y) for trace in figure.data if trace.showlegend is not False}
    assert [3, 5] in lines.values()
    points = [list(trace.y) for trace in figure.data if trace.showlegend is False]
    assert [2] in points
