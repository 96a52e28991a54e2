"""The axis of time of a trend: its ticks in words, and the range that a span of it is. Pure.

A place on the axis is a point's number, not its time: so an hour that local clocks read twice has
two places, one that they skip has none, and a span of the axis is a range of points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from zoneinfo import ZoneInfo

from dashboard.config.words.figures import as_date, day, moment
from dashboard.core.model.calendars import written
from dashboard.core.questions.answers import Point, Series

#: ticks at the most: their words stand side by side on a phone
MOST = 7
#: minutes between ticks within a day
_STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 720, 1440)


def ticks(series: Series) -> tuple[list[int], list[str]]:
    """Places of the ticks and their words: round local times, the day at midnight."""
    points = series.points
    chosen = _days(points) if series.by == "day" else _times(points)
    whole = series.by == "day" and len(chosen) > 1 and all(points[n].day % 100 == 1 for n in chosen)
    return chosen, [_word(points[n], series.by, whole) for n in chosen]


def _times(points: Sequence[Point]) -> list[int]:
    def round_to(step: int) -> Callable[[Point], bool]:
        return lambda point: (point.hour * 60 + point.minute) % step == 0

    return _fewest(points, (round_to(step) for step in _STEPS))


def _days(points: Sequence[Point]) -> list[int]:
    if len(points) <= MOST:
        return list(range(len(points)))

    def weeks(count: int) -> Callable[[Point], bool]:
        return lambda point: as_date(point.day).toordinal() % (7 * count) == 1  # a Monday

    def months(count: int) -> Callable[[Point], bool]:
        return lambda point: point.day % 100 == 1 and (point.day // 100 % 100 - 1) % count == 0

    rules = [*map(weeks, (1, 2)), *map(months, (1, 2, 3, 6, 12, 24, 60, 120))]
    return _fewest(points, rules)


def _fewest(points: Sequence[Point], rules: Iterable[Callable[[Point], bool]]) -> list[int]:
    """The places of the first rule that has few enough; of the last one if none has."""
    found: list[int] = []
    for rule in rules:
        found = [number for number, point in enumerate(points) if rule(point)]
        if len(found) <= MOST:
            break
    return found or list(range(min(1, len(points))))


def _word(point: Point, by: str, months: bool) -> str:
    if months:
        return day(point.day)[:7]
    if by == "day" or point.hour == point.minute == 0:
        return day(point.day)[5:]
    return f"{point.hour:02d}:{point.minute:02d}"


def hover(point: Point, by: str, zone: str) -> str:
    """A point's time in full."""
    return day(point.day) if by == "day" else moment(point.start_ms, zone)


def bounds(series: Series, zone: str) -> list[str]:
    """As an address writes them: each point's day, or the times between which they are.

    Points ``a`` to ``b`` are the range ``bounds[a]..bounds[b]`` of days, of times
    ``bounds[a]..bounds[b + 1]``: there is one more of these.
    """
    if series.by == "day":
        return [day(point.day) for point in series.points]
    times = [*(p.start_ms for p in series.points), *(p.end_ms for p in series.points[-1:])]
    return [written(ZoneInfo(zone), time) for time in times]
