"""A range point by point, by days, hours or minutes; and a year day by day, for its calendar."""

from __future__ import annotations

from typing import Any

from dashboard.core.model.periods import Span, span
from dashboard.core.model.rules import MINUTE, Rules
from dashboard.core.questions.answers import Calendar, Point, Series
from dashboard.core.questions.ask import Ask
from data_sources.desk.copy.reader import Reader
from data_sources.desk.figures import counted
from data_sources.desk.filters import where, where_tally
from data_sources.desk.kinds import KINDS

#: minutes of a step within a day
_STEPS = {"hour": 60, "ten": 10, "minute": 1}
#: points of the longest range that has more than one a day
MOST_POINTS = 24 * 62
#: kinds with the same table and column, which one statement counts
_TOGETHER = (
    ("reported",),
    ("ended", "closed"),
    ("became_overdue",),
    ("ceased_overdue",),
    ("became_response_overdue",),
    ("ceased_response_overdue",),
    ("decided", "on_time"),
)


def series(reader: Reader, ask: Ask, span: Span, by: str = "day") -> Series:
    """The range's points in order, up to the current one.

    ``by`` is day, hour, ten (minutes) or minute; where it begins within a step, the first is
    shorter. Raises: ``ValueError`` for another step, or for too many points.
    """
    steps = _steps(reader.rules, span, by)
    starts = [start for start, _ in steps]
    bounds = [*starts, *(end for _, end in steps[-1:])]
    found = _moments(reader, ask, bounds)
    before = counted(reader, ask, _before(span))[""] if starts else None
    open_, overdue, slow = 0, 0, 0
    if before is not None:
        open_, overdue, slow = before.open, before.overdue, before.response_overdue
    points = []
    for number, (start, end) in enumerate(steps):
        row = {name: counts[number] for name, counts in found.items()}
        ended = row.pop("ended") + row.pop("ended_before") - row.pop("opened_again")
        open_ += row["reported"] - ended
        overdue += row["became_overdue"] - row.pop("ceased_overdue")
        slow += row["became_response_overdue"] - row.pop("ceased_response_overdue")
        day, minute = reader.rules.local.day_minute(start)
        points.append(
            Point(
                start_ms=start,
                end_ms=end,
                day=day,
                hour=minute // 60,
                minute=minute % 60,
                ended=ended,
                open=open_,
                overdue=overdue,
                response_overdue=slow,
                **row,
            )
        )
    return Series(by, tuple(points))


def calendar(reader: Reader, ask: Ask, year: int = 0) -> Calendar:
    """The days of ``year`` (0: the current one), for the filters of an ask."""
    year = year or reader.rules.local.day(reader.now_ms) // 10000
    kept, params = where(ask)
    found = reader.rows(
        f"SELECT DISTINCT reported_day // 10000 AS year FROM events WHERE {kept} ORDER BY year",
        **params,
    )
    of_year = span(f"{year:04d}", reader.rules, reader.now_ms)
    days = series(reader, ask, of_year).points
    return Calendar(year, days, tuple(row["year"] for row in found))


def _steps(rules: Rules, span: Span, by: str) -> list[tuple[int, int]]:
    """When each point begins and ends (ms); none begins in the future."""
    if by == "day":
        found = [max(span.start_ms, rules.local.start_of_day(day)) for day in span.days]
    elif by in _STEPS:
        step = _STEPS[by] * MINUTE
        # zones are whole quarter hours from UTC, so that a local hour may begin within one of UTC
        first = rules.local.day_minute(span.start_ms)[1] * MINUTE % step
        found = [span.start_ms, *range(span.start_ms - first + step, span.end_ms, step)]
        if len(found) > MOST_POINTS:
            raise ValueError(f"by={by!r}: the range is too long")
    else:
        raise ValueError(f"by={by!r}: expected day, hour, ten or minute")
    ends = [*found[1:], span.end_ms]
    return [
        (start, end)
        for start, end in zip(found, ends, strict=True)
        if start < span.end_ms and start <= span.until_ms
    ]


def _before(span: Span) -> Span:
    """The moment at which the range begins, as an empty range."""
    return Span(
        start_ms=span.start_ms,
        end_ms=span.start_ms,
        first_day=span.first_day,
        last_day=span.first_day,
        label="",
    )


def _moments(reader: Reader, ask: Ask, bounds: list[int]) -> dict[str, list[int]]:
    """How many of each kind are between every two bounds (ms)."""
    kept, params = where(ask)
    counted_for, tally_params = where_tally(ask)
    some = "" if kept == "true" else f"AND event_id IN (SELECT event_id FROM events WHERE {kept})"
    inside = "BETWEEN $start AND $end - 1"
    selects = []
    for names in _TOGETHER:
        kind = KINDS[names[0]]
        hists = ", ".join(_hist(KINDS[name].moment, name) for name in names)
        rest = f"AND {counted_for}" if kind.table == "tallies" else some
        given = tally_params if kind.table == "tallies" else params
        sql = f"SELECT {hists} FROM {kind.table} t WHERE {kind.at} {inside} {rest}"
        selects.append((sql, given))
    for name, at in (("ended_before", "since"), ("opened_again", "until")):
        selects.append((f"SELECT {_hist(at, name)} FROM ends WHERE {at} {inside} {some}", params))
    out: dict[str, list[int]] = {}
    # a bin of DuckDB's histogram includes its upper bound
    bins = [bound - 1 for bound in bounds[1:]]
    given = {"bins": bins, "start": bounds[0], "end": bounds[-1]}
    for sql, more in selects:
        row = reader.one(sql, **given, **{n: v for n, v in more.items() if f"${n}" in sql})
        out |= {name: _filled(found, bins) for name, found in row.items()}
    return out


def _hist(moment: str, name: str) -> str:
    return f"histogram({moment}, $bins::BIGINT[]) AS {name}"


def _filled(found: Any, bins: list[int]) -> list[int]:
    counts = found or {}
    return [int(counts.get(bound, 0)) for bound in bins]
