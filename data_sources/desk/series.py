"""A range by local days or hours.

How handling times spread against their limits, and how old what is open has become.

A year day by day, for the calendar that shows it.
"""

from __future__ import annotations

from typing import Any

from dashboard.core.model.periods import Span, span
from dashboard.core.model.rules import HOUR, Rules
from dashboard.core.questions.answers import Backlog, Bin, Calendar, Handling, Point, Series
from dashboard.core.questions.ask import Ask
from data_sources.desk.figures import TRUE_TALLY, counted
from data_sources.desk.filters import where, where_tally
from data_sources.desk.reader import Reader

#: longer ranges have no hours
MOST_HOURS = 24 * 62


def series(reader: Reader, ask: Ask, span: Span, by: str = "day") -> Series:
    """The range's points in order, up to the one that is running."""
    starts = _starts(reader.rules, span, by)
    bounds = [*starts, span.end_ms]
    found = _moments(reader, ask, bounds)
    held = counted(reader, ask, _before(span))[""] if starts else None
    open_, overdue = (held.open, held.overdue) if held else (0, 0)
    points = []
    for number, start in enumerate(starts):
        row = {name: counts[number] for name, counts in found.items()}
        ended = row.pop("ended") + row.pop("ended_before") - row.pop("opened_again")
        open_ += row["reported"] - ended
        overdue += row["became_overdue"] - row.pop("ceased")
        day, minute = reader.rules.local.day_minute(start)
        points.append(
            Point(
                start_ms=start,
                day=day,
                hour=minute // 60,
                ended=ended,
                open=open_,
                overdue=overdue,
                **row,
            )
        )
    return Series(by, tuple(points))


def _starts(rules: Rules, span: Span, by: str) -> list[int]:
    """When each point begins; none that lies ahead."""
    if by == "day":
        found = [rules.local.start_of_day(day) for day in span.days]
    elif by == "hour":
        found = list(range(span.start_ms, span.end_ms, HOUR))[: MOST_HOURS + 1]
    else:
        raise ValueError(f"by={by!r}: expected day or hour")
    if len(found) > MOST_HOURS and by == "hour":
        raise ValueError("by='hour': the range is too long")
    return [start for start in found if start < span.end_ms and start <= span.until_ms]


def _before(span: Span) -> Span:
    """The moment at which the range begins."""
    return Span(
        start_ms=span.start_ms,
        end_ms=span.start_ms,
        first_day=span.first_day,
        last_day=span.first_day,
        label="",
    )


def _moments(reader: Reader, ask: Ask, bounds: list[int]) -> dict[str, list[int]]:
    """How many of each kind lie between two bounds."""
    kept, params = where(ask)
    counted_for, tally_params = where_tally(ask)
    some = "" if kept == "true" else f"AND event_id IN (SELECT event_id FROM events WHERE {kept})"
    inside = "BETWEEN $start AND $end - 1"
    late, ends = f"FROM late WHERE %s {inside} {some}", f"FROM ends WHERE %s {inside} {some}"
    selects = [
        (f"SELECT {_hist('reported_at', 'reported')} FROM events"
         f" WHERE reported_at {inside} AND {kept}", params),
        (f"SELECT {_hist('ended_at', 'ended')}, "
         f"{_hist('CASE WHEN status = $closed THEN ended_at END', 'closed')} FROM events"
         f" WHERE ended_at {inside} AND {kept}", params | {"closed": "closed"}),
        (f"SELECT {_hist('since', 'became_overdue')} {late % 'since'}", params),
        (f"SELECT {_hist('until', 'ceased')} {late % 'until'}", params),
        (f"SELECT {_hist('since', 'ended_before')} {ends % 'since'}", params),
        (f"SELECT {_hist('until', 'opened_again')} {ends % 'until'}", params),
        (f"SELECT {_hist(_tally('decided'), 'decided')}, {_hist(_tally('on_time'), 'on_time')}"
         f" FROM tallies t WHERE t.at {inside} AND {TRUE_TALLY} AND {counted_for}", tally_params),
    ]  # fmt: skip
    out: dict[str, list[int]] = {}
    # a bin of the engine's holds its upper bound
    bins = [bound - 1 for bound in bounds[1:]]
    given = {"bins": bins, "start": bounds[0], "end": bounds[-1]}
    for sql, more in selects:
        row = reader.one(sql, **given, **{n: v for n, v in more.items() if f"${n}" in sql})
        out |= {name: _filled(found, bins) for name, found in row.items()}
    return out


def _hist(moment: str, name: str) -> str:
    return f"histogram({moment}, $bins::BIGINT[]) AS {name}"


def _tally(measure: str) -> str:
    return f"CASE WHEN t.measure LIKE '{measure}.%' THEN t.at END"


def _filled(found: Any, bins: list[int]) -> list[int]:
    counts = found or {}
    return [int(counts.get(bound, 0)) for bound in bins]


#: shares of the limit, and days, at which bins begin
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0)
AGES = (0.0, 1.0, 3.0, 7.0, 14.0, 30.0, 90.0, 180.0)


def handling(reader: Reader, ask: Ask, span: Span) -> Handling:
    """Events handled in the range: clock time of their last round against its limit.

    The limit itself lies in the bin below 1: what took just as long was in time.
    """
    kept, params = where(ask)
    source = f"""
        SELECT handle_spent_ms AS took, handle_spent_ms / handle_limit_ms AS share FROM events
        WHERE handled_at BETWEEN $start AND $end - 1 AND handle_spent_ms IS NOT NULL AND {kept}
    """
    more = {"start": span.start_ms, "end": span.end_ms, **params}
    found = reader.rows(
        f"SELECT {_bin('share', SHARES, '>')} AS bin, count(*) AS n FROM ({source}) GROUP BY bin",
        **more,
    )
    sums = reader.one(
        f"""SELECT count(*) AS n, count(*) FILTER (share <= 1) AS within,
        quantile_cont(share, [0.5, 0.9]) AS shares, quantile_cont(took, [0.5, 0.9]) AS took
        FROM ({source})""",
        **more,
    )
    shares, took = sums["shares"] or (None, None), _whole(sums["took"])
    counts = {row["bin"]: row["n"] for row in found}
    return Handling(
        count=sums["n"],
        within=sums["within"],
        bins=_bins(SHARES, counts, {n: c for n, c in counts.items() if SHARES[n] >= 1}),
        median_share=shares[0],
        p90_share=shares[1],
        median_ms=took[0],
        p90_ms=took[1],
    )


def backlog(reader: Reader, ask: Ask) -> Backlog:
    """Events open now, by the time since their report; overdue ones are marked."""
    kept, params = where(ask)
    source = (
        f"SELECT greatest(0, $now - reported_at) AS age, overdue FROM events WHERE open AND {kept}"
    )
    days = _bin(f"age / {24 * HOUR}", AGES, ">=")
    found = reader.rows(
        f"SELECT {days} AS bin, count(*) AS n, count(*) FILTER (overdue) AS late"
        f" FROM ({source}) GROUP BY bin",
        now=reader.now_ms,
        **params,
    )
    sums = reader.one(
        "SELECT count(*) AS n, count(*) FILTER (overdue) AS late, max(age) AS oldest,"
        f" quantile_cont(age, [0.5, 0.9]) AS age FROM ({source})",
        now=reader.now_ms,
        **params,
    )
    age = _whole(sums["age"])
    return Backlog(
        count=sums["n"],
        overdue=sums["late"],
        bins=_bins(
            AGES,
            {row["bin"]: row["n"] for row in found},
            {row["bin"]: row["late"] for row in found},
        ),
        median_ms=age[0],
        p90_ms=age[1],
        oldest_ms=sums["oldest"],
    )


def _bin(value: str, edges: tuple[float, ...], reached: str) -> str:
    """The number of the bin that a value lies in, as SQL."""
    return " + ".join(f"({value} {reached} {edge})::INTEGER" for edge in edges[1:])


def _bins(
    edges: tuple[float, ...], counts: dict[int, int], marked: dict[int, int]
) -> tuple[Bin, ...]:
    highs = (*edges[1:], None)
    return tuple(
        Bin(low, high, counts.get(n, 0), marked.get(n, 0))
        for n, (low, high) in enumerate(zip(edges, highs, strict=True))
    )


def _whole(values: Any) -> tuple[int | None, int | None]:
    if not values:
        return None, None
    return round(values[0]), round(values[1])


def calendar(reader: Reader, ask: Ask, year: int = 0) -> Calendar:
    """The days of ``year`` (0: the one running now), for the filters of an ask."""
    year = year or reader.rules.local.day(reader.now_ms) // 10000
    kept, params = where(ask)
    found = reader.rows(
        f"SELECT DISTINCT reported_day // 10000 AS year FROM events WHERE {kept} ORDER BY year",
        **params,
    )
    whole = span(f"{year:04d}", reader.rules, reader.now_ms)
    days = series(reader, ask, whole).points
    return Calendar(year, days, tuple(row["year"] for row in found))
