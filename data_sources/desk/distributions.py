"""Distributions: handling times against their limits, and the ages of open events."""

from __future__ import annotations

from typing import Any

from dashboard.core.model.periods import Span
from dashboard.core.model.rules import HOUR
from dashboard.core.questions.answers import Backlog, Bin, Handling
from dashboard.core.questions.ask import Ask
from data_sources.desk.copy.reader import Reader
from data_sources.desk.filters import where
from data_sources.desk.kinds import KINDS, VALUES

#: where bins begin: shares of the limit, and days
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0)
AGES = (0.0, 1.0, 3.0, 7.0, 14.0, 30.0, 90.0, 180.0)


def handling(reader: Reader, ask: Ask, span: Span) -> Handling:
    """Events handled in the range: clock time of their last round against its limit.

    The limit itself is in the bin below 1: an event that took just as long was in time.
    """
    kept, params = where(ask)
    source = f"""
        SELECT {VALUES["took"]} AS took, {VALUES["share"]} AS share,
            {KINDS["within"].only} AS within
        FROM events WHERE {KINDS["timed"].where} AND {kept}
    """
    more = {"start": span.start_ms, "end": span.end_ms, **params}
    found = reader.rows(
        f"SELECT {_bin('share', SHARES, '>')} AS bin, count(*) AS n FROM ({source}) GROUP BY bin",
        **more,
    )
    sums = reader.one(
        f"""SELECT count(*) AS n, count(*) FILTER (within) AS within,
        quantile_cont(share, [0.5, 0.9]) AS shares, quantile_cont(took, [0.5, 0.9]) AS took
        FROM ({source})""",
        **more,
    )
    shares, took = sums["shares"] or (None, None), _rounded(sums["took"])
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
        f"SELECT {VALUES['age']} AS age, overdue FROM events"
        f" WHERE {KINDS['open_now'].where} AND {kept}"
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
    age = _rounded(sums["age"])
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
    """The number of the bin that a value is in, as SQL."""
    return " + ".join(f"({value} {reached} {edge})::INTEGER" for edge in edges[1:])


def _bins(
    edges: tuple[float, ...], counts: dict[int, int], marked: dict[int, int]
) -> tuple[Bin, ...]:
    highs = (*edges[1:], None)
    return tuple(
        Bin(low, high, counts.get(n, 0), marked.get(n, 0))
        for n, (low, high) in enumerate(zip(edges, highs, strict=True))
    )


def _rounded(values: Any) -> tuple[int | None, int | None]:
    if not values:
        return None, None
    return round(values[0]), round(values[1])
