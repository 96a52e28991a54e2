"""The events behind a figure, page by page, and the figure taken from those same rows.

What is listed is a kind of `kinds` (of which the figures are made too), or what one subject's score
counted (`scores.costs`). Everything is cut to the area of the reader.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dashboard.core.model.periods import span
from dashboard.core.model.rules import HOUR
from dashboard.core.questions.answers import rate
from dashboard.core.questions.behind.opened import (
    BINNED,
    MIDDLES,
    PAGE,
    RATES,
    TALLIED,
    Item,
    Listed,
    Opened,
)
from data_sources.desk.behind.scores import Scored, scored
from data_sources.desk.copy.reader import Reader
from data_sources.desk.filters import where, where_tally
from data_sources.desk.kinds import KINDS, VALUES, Kind

_ROW = """e.event_id, e.status, e.level, e.category,
    coalesce(l.answered, e.department) AS department,
    e.county, e.township, e.community, e.grid, e.reported_at, l.moment,
    e.handle_spent_ms AS spent, e.handle_limit_ms AS "limit", l.above, l.below, l.points"""
_RANK = "CASE e.level WHEN 'red' THEN 3 WHEN 'orange' THEN 2 WHEN 'yellow' THEN 1 ELSE 0 END"
_SORT = {
    "moment": "l.moment",
    "reported": "e.reported_at",
    "level": _RANK,
    "category": "e.category",
    "area": "e.county || '/' || e.township || '/' || e.community || '/' || e.grid",
    "department": "coalesce(l.answered, e.department)",
    "status": "e.status",
    "took": "e.handle_spent_ms",
    "points": "l.points",
    "id": "e.event_id",
}
#: the order without a choice: of times the longest first, of scores the costliest
_OWN = "l.moment DESC NULLS LAST, e.event_id"
_BY_TIME = "e.handle_spent_ms DESC NULLS LAST, e.event_id"
_BY_AGE = "e.reported_at, e.event_id"
_BY_COST = "round(l.points, 9) DESC NULLS LAST, l.below - l.above DESC NULLS LAST, e.event_id"
_DAY = 24 * HOUR


class _Source(NamedTuple):
    """A WITH clause of the table ``listed``, its parameters, and the order of its rows.

    ``listed`` has event_id, moment, answered, above, below, points.
    """

    sql: str
    params: dict[str, Any]
    order: str


def opened(reader: Reader, asked: Opened, most: int = PAGE) -> Listed:
    """A page of ``most`` rows behind a figure, with the figure. Raises: `AskError`."""
    of = asked.within(span(asked.ask, reader.rules, reader.now_ms))
    given = {"start": of.start_ms, "end": of.end_ms, "now": reader.now_ms}
    if asked.scored:
        score = scored(reader, asked, of)
        counts, found = score.counts, _Source(score.sql, score.params, _BY_COST)
        figure: float | None = score.figure
        above, below = score.above, score.below
        if asked.of.startswith(TALLIED):
            found = found._replace(order=_OWN)
    else:
        score, above, below = None, None, None
        source = _source(asked, KINDS[asked.show])
        found = source._replace(params=_used(source, given))
        counts = {kind: _count(reader, asked, kind, given) for kind in asked.shows()}
        figure = _figure(reader, asked, found, counts)
    count = counts[asked.show]
    page = min(asked.page, max(1, -(-count // PAGE)))
    rows = _rows(reader, asked, found, score, most, (page - 1) * PAGE)
    return Listed(
        asked=asked,
        span=of,
        figure=figure,
        count=count,
        counts=counts,
        above=above,
        below=below,
        rows=rows,
        page=page,
    )


def _source(asked: Opened, kind: Kind) -> _Source:
    """The rows of a kind that match the address's filters."""
    tallies = kind.table == "tallies"
    kept, params = where_tally(asked.ask) if tallies else where(asked.ask, "e")
    conditions = [kind.where, kept, *_binned(asked)]
    join = "" if kind.table in ("events", "tallies") else "JOIN events e USING (event_id)"
    alias = {"events": "e", "tallies": "t"}.get(kind.table, "k")
    answered = "t.department" if tallies else "NULL"
    sql = f"""WITH listed AS (
        SELECT event_id, {kind.at} AS moment, {answered} AS answered,
            NULL::DOUBLE AS above, NULL::DOUBLE AS below, NULL::DOUBLE AS points
        FROM {kind.table} {alias} {join} WHERE {" AND ".join(conditions)}
    )"""
    value = MIDDLES[asked.of].value if asked.of in MIDDLES else BINNED.get(asked.show, "")
    return _Source(sql, params, {"age": _BY_AGE, "": _OWN}.get(value, _BY_TIME))


def _binned(asked: Opened) -> list[str]:
    """The conditions of a bin: shares are above its low bound, ages from it on."""
    if asked.low is None:
        return []
    name = BINNED[asked.show]
    value = VALUES[name] if name == "share" else f"{VALUES[name]} / {_DAY}"
    over, under = (">", "<=") if name == "share" else (">=", "<")
    low = [f"{value} {over} {asked.low}"] if asked.low > 0 else []
    high = [] if asked.high is None else [f"{value} {under} {asked.high}"]
    return [*low, *high]


def _count(reader: Reader, asked: Opened, kind: str, given: dict[str, Any]) -> int:
    source = _source(asked, KINDS[kind])
    sql = f"{source.sql} SELECT count(*) AS n FROM listed"
    return int(reader.one(sql, **_used(source, given))["n"])


def _figure(reader: Reader, asked: Opened, found: _Source, counts: dict[str, int]) -> float | None:
    """The figure, from the rows that are listed."""
    if asked.of in RATES:
        kinds = RATES[asked.of]
        return rate(counts[kinds.part], counts[kinds.whole])
    if asked.of not in MIDDLES:
        return counts[asked.show]
    middle = MIDDLES[asked.of]
    sql = f"""{found.sql} SELECT quantile_cont({VALUES[middle.value]}, {middle.share}) AS value
        FROM listed l JOIN events e USING (event_id)"""
    value = reader.one(sql, **_used(found._replace(sql=sql), {"now": reader.now_ms}))["value"]
    if value is None:
        return None
    return float(value) if middle.value == "share" else round(value)


def _rows(
    reader: Reader, asked: Opened, found: _Source, score: Scored | None, most: int, skip: int
) -> list[Item]:
    name, down = asked.sort.removeprefix("-"), asked.sort.startswith("-")
    order = found.order
    if name:
        order = f"{_SORT[name]} {'DESC' if down else 'ASC'} NULLS LAST, {found.order}"
    rows = reader.rows(
        f"""{found.sql} SELECT {_ROW} FROM listed l JOIN events e USING (event_id)
        ORDER BY {order} LIMIT $most OFFSET $skip""",
        most=most,
        skip=skip,
        **found.params,
    )
    return [Item(**row) for row in rows]


def _used(source: _Source, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters that a source names; DuckDB refuses any others."""
    return source.params | {k: v for k, v in given.items() if f"${k}" in source.sql}
