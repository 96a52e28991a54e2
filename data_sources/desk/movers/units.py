"""What a figure counts, one row each, in both periods: the SQL that everything else sums up.

A row has its subject, its parts (category, department, level, place), its ``moment``, and
``now``, ``was``, ``of_now``, ``of_was``: what it adds to the figure in each period, and for a rate
to what the figure is a share of. A rate counts what failed, so that its parts add up.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dashboard.core.fold.views import TIERS
from dashboard.core.model.periods import Span
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.movers import PARTS
from data_sources.desk.filters import where, where_tally
from data_sources.desk.kinds import TRUE_TALLY

_JOIN = "JOIN events e USING (event_id)"
#: opened again after it had ended: open meanwhile it was not
_OPEN = f"""(
    SELECT event_id, reported_at AS since, ended_at AS until, 1 AS n FROM events
    UNION ALL SELECT event_id, since, until, -1 FROM ends
) AS x {_JOIN}"""
_TALLIED = "CASE WHEN t.measure LIKE '{0}' THEN t.amount ELSE 0 END"


class _Source(NamedTuple):
    """Where a figure's rows come from; ``until`` makes it what is there at a moment."""

    table: str
    at: str
    #: what a row adds, and what it is a share of
    amount: str = "1"
    of: str = "0"
    until: str = ""
    more: str = "true"
    #: counted for the department of then, not for the one that has the event
    tally: bool = False


def _tally(count: tuple[str, ...], of: str = "") -> _Source:
    """Sums of tallies: the first measure less the others, of a measure."""
    sums = [_TALLIED.format(one) for one in count]
    named = " OR ".join(f"t.measure LIKE '{one}'" for one in dict.fromkeys([*count, of]) if one)
    return _Source(
        f"tallies t {_JOIN}",
        "t.at",
        " - ".join(sums),
        _TALLIED.format(of) if of else "0",
        more=f"{TRUE_TALLY} AND ({named})",
        tally=True,
    )


_DECIDED, _ON_TIME = "decided.%", "on_time.%"
_SOURCES = {
    "reported": _Source("events e", "e.reported_at"),
    "closed": _Source("events e", "e.ended_at", more="e.status = 'closed'"),
    "open": _Source(_OPEN, "x.since", "x.n", until="x.until"),
    "overdue": _Source(f"late x {_JOIN}", "x.since", until="x.until"),
    "response_overdue": _Source(f"slow x {_JOIN}", "x.since", until="x.until"),
    "became_overdue": _Source(f"late x {_JOIN}", "x.since"),
    "became_response_overdue": _Source(f"slow x {_JOIN}", "x.since"),
    "late": _tally((_DECIDED, _ON_TIME)),
    "on_time_rate": _tally((_DECIDED, _ON_TIME), _DECIDED),
    "rework_rate": _tally(("reworked",), "handled"),
    "satisfaction_rate": _tally(("revisited", "satisfied"), "revisited"),
    "return_rate": _Source(
        "events e",
        "e.reported_at",
        "(e.returns > 0)::INTEGER",
        "(e.dispatched_at IS NOT NULL)::INTEGER",
    ),
    "median_ms": _Source(
        "events e",
        "e.handled_at",
        "e.handle_spent_ms",
        "1",
        more="e.handle_spent_ms IS NOT NULL",
    ),
}
#: the columns of a row that may be a part
COLUMNS = tuple(part for part in PARTS if part not in ("hour", "day"))


def stock(name: str) -> bool:
    """Whether a figure is what is there at the end of a period."""
    return bool(_SOURCES[name].until)


def units(
    name: str, ask: Ask, by: str, now: Span, before: Span, subjects: bool = False
) -> tuple[str, dict[str, Any]]:
    """A WITH clause of the table ``units``, and its parameters.

    ``subjects``: only those of the parameter ``$subjects``.
    """
    source = _SOURCES[name]
    kept, params = _kept(ask, source.tally)
    in_now, in_was = (_inside(source, suffix) for suffix in ("", "_was"))
    whose = _whose(by, source.tally)
    columns = ", ".join(f"{_whose(one, source.tally)} AS {one}" for one in COLUMNS)
    only = f"AND list_contains($subjects, {whose})" if subjects else ""
    until = source.until or "NULL"
    sql = f"""WITH units AS MATERIALIZED (
        SELECT {whose} AS subject, {columns}, {source.at} AS moment, {until} AS until_at,
            CASE WHEN {in_now} THEN {source.amount} ELSE 0 END AS now,
            CASE WHEN {in_was} THEN {source.amount} ELSE 0 END AS was,
            CASE WHEN {in_now} THEN {source.of} ELSE 0 END AS of_now,
            CASE WHEN {in_was} THEN {source.of} ELSE 0 END AS of_was
        FROM {source.table}
        WHERE (({in_now}) OR ({in_was})) AND {source.more} AND {kept} {only}
    )"""
    spans = {"start_was": before.start_ms, "end_was": before.end_ms}
    spans |= {"start": now.start_ms, "end": now.end_ms}
    return sql, {**{k: v for k, v in spans.items() if f"${k} " in sql}, **params}


def standing(name: str, ask: Ask, by: str, least: int, most: int) -> tuple[str, dict[str, Any]]:
    """A WITH clause of the spans (``since``, ``until_at``, ``n``) of the ``$subjects``.

    They are of a figure that is there at a moment, and reach into ``least`` … ``most``, ms.
    """
    source = _SOURCES[name]
    kept, params = _kept(ask, source.tally)
    whose = _whose(by, source.tally)
    return (
        f"""WITH units AS MATERIALIZED (
            SELECT {whose} AS subject, {source.at} AS since, {source.until} AS until_at,
                {source.amount} AS n
            FROM {source.table}
            WHERE {source.at} < $most AND ({source.until} IS NULL OR {source.until} >= $least)
                AND {kept} AND list_contains($subjects, {whose})
        )""",
        {"least": least, "most": most, **params},
    )


def parts_of(by: str) -> tuple[str, ...]:
    """The columns that may be a part of a subject: of a place only what is inside it."""
    inside = TIERS[TIERS.index(by) + 1 :] if by in TIERS else TIERS
    return tuple(one for one in COLUMNS if one != by and (one not in TIERS or one in inside))


def _kept(ask: Ask, tally: bool) -> tuple[str, dict[str, Any]]:
    return where_tally(ask) if tally else where(ask, "e")


def _whose(column: str, tally: bool) -> str:
    return "t.department" if tally and column == "department" else f"e.{column}"


def _inside(source: _Source, suffix: str) -> str:
    start, end = f"$start{suffix}", f"$end{suffix}"
    if source.until:
        return f"{source.at} < {end} AND ({source.until} IS NULL OR {source.until} >= {end} )"
    return f"{source.at} >= {start} AND {source.at} < {end} "
