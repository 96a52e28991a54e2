"""Pages of the queue, straight from the desk's tables, and the changes since a page was read.

The order, filters and counts are SQL. The order is that of a moment ``at`` and stays the same for
all pages of a view: later pages are asked for at the first one's moment. The rows are as of now.

Which events changed comes from the shards' streams of changes, read only up to where the desk has
read them: so the rows sent with the changes are never older than the changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
import redis

from dashboard.core.model.rules import Rules
from dashboard.core.questions.queue import SOON, QueueAsk, QueueRow, Words, row
from data_sources.desk.copy.reader import Reader
from data_sources.desk.filters import where
from data_sources.store.entries import entry_id
from data_sources.store.keys import shards

_COLUMNS = (
    "event_id, status, level, category, department, county, township, community, grid, "
    "reported_at, acknowledged_at, updated_at, open, overdue, response_overdue, step, owner, "
    "alarm, urges"
)
_RANK = "CASE level WHEN 'red' THEN 3 WHEN 'orange' THEN 2 WHEN 'yellow' THEN 1 ELSE 0 END"
_STATUS = (
    "CASE status WHEN 'reported' THEN 0 WHEN 'registered' THEN 1 WHEN 'returned' THEN 2 "
    "WHEN 'dispatched' THEN 3 WHEN 'accepted' THEN 4 WHEN 'rework' THEN 5 "
    "WHEN 'suspended' THEN 6 WHEN 'handled' THEN 7 ELSE 8 END"
)
_OWNER = (
    "CASE owner WHEN 'city' THEN 5 WHEN 'county' THEN 4 WHEN 'township' THEN 3 "
    "WHEN 'department' THEN 2 WHEN 'handler' THEN 1 ELSE 0 END"
)
#: the most events, and stream entries, of which changes are reported one by one
MOST_IDS = 400
_MOST_ENTRIES = 400


class Counts(msgspec.Struct, kw_only=True):
    """The number of open events in each state of the clock, whichever is chosen."""

    all: int
    overdue: int
    response_overdue: int
    soon: int
    ladder: int
    unanswered: int


class QueuePage(msgspec.Struct, kw_only=True):
    """A page of the queue. Times are ms."""

    total: int
    rows: list[QueueRow]
    #: the moment of the order; later pages are asked for at it
    at: int
    now: int
    counts: Counts | None = None


class Changed(msgspec.Struct, kw_only=True):
    """The rows of events that changed, and which of them left the view."""

    rows: list[QueueRow]
    left: list[str]
    #: events of the view now, and how many of them were reported after ``at``
    total: int
    fresh: int
    #: as with the first page: the filters' numbers follow too
    counts: Counts
    now: int


class Cursor(msgspec.Struct, frozen=True):
    """How far a client has read: the last entry of each shard, by the shard's name."""

    last: Mapping[str, str]

    @classmethod
    def read(cls, text: str) -> Cursor:
        """The cursor in a client's text. Raises: ``ValueError``."""
        last: dict[str, str] = {}
        for part in text.split(","):
            name, _, entry = part.partition(":")
            last[name] = entry_id(entry)
        return cls(last)

    def text(self) -> str:
        """The cursor as text for a client."""
        return ",".join(f"{name}:{entry}" for name, entry in sorted(self.last.items()))


class TooManyChanges(Exception):
    """Too many changes to report one by one, or the stream no longer has all of them."""


def queue_page(
    reader: Reader,
    asked: QueueAsk,
    words: Words,
    offset: int = 0,
    limit: int = 100,
    at: int | None = None,
) -> QueuePage:
    """``limit`` rows of a view from ``offset`` on; with the first page also the counts.

    ``at`` is the moment of the order, ms; by default now.
    """
    at = reader.now_ms if at is None else at
    condition, params = _condition(asked)
    params |= _moments(reader.rules, now=reader.now_ms, at=at)
    params |= {"soon": SOON, "limit": limit, "offset": offset}
    sql = (
        f"SELECT {_selected()} FROM events WHERE {condition} "
        f"ORDER BY {_sql_order(asked.sort)} LIMIT $limit OFFSET $offset"
    )
    rows = [row(words, found) for found in reader.rows(sql, **_only(sql, params))]
    counts = None if offset else _counts(reader, asked, params)
    if counts is not None:
        total = getattr(counts, asked.clock or "all")
    else:
        sql = f"SELECT count(*) AS n FROM events WHERE {condition}"
        total = reader.one(sql, **_only(sql, params))["n"]
    return QueuePage(total=total, rows=rows, at=at, now=reader.now_ms, counts=counts)


def changed(reader: Reader, asked: QueueAsk, words: Words, ids: Sequence[str], at: int) -> Changed:
    """The events ``ids``, which changed since a page of this view at ``at`` (ms)."""
    condition, params = _condition(asked)
    params |= _moments(reader.rules, now=reader.now_ms, at=at)
    params |= {"soon": SOON, "ids": list(ids)}
    sql = (
        f"SELECT {_selected()}, ({condition}) AS inside FROM events "
        "WHERE event_id IN (SELECT unnest($ids))"
    )
    found = reader.rows(sql, **_only(sql, params)) if ids else []
    sql = f"SELECT count(*) AS fresh FROM events WHERE {condition} AND reported_at > $at"
    fresh = reader.one(sql, **_only(sql, params))["fresh"]
    counts = _counts(reader, asked, params)
    return Changed(
        rows=[row(words, one) for one in found],
        left=[one["event_id"] for one in found if not one["inside"]],
        now=reader.now_ms,
        total=getattr(counts, asked.clock or "all"),
        fresh=fresh,
        counts=counts,
    )


def changed_since(r: redis.Redis, shard_count: int, since: Cursor, until: Cursor) -> list[str]:
    """Ids of the events that changed between two cursors, each once.

    Raises: `TooManyChanges`; ``ValueError`` for a cursor of another store's shards.
    """
    kept = shards(shard_count)
    if set(since.last) != {keys.name for keys in kept}:
        raise ValueError("other shards")
    pipe = r.pipeline(transaction=False)
    for keys in kept:
        start, end = since.last[keys.name], until.last.get(keys.name, "0-0")
        pipe.xrange(keys.changed, f"({start}", end, count=_MOST_ENTRIES + 1)
        pipe.xrange(keys.changed, count=1)
    found = cast(list[list[Any]], pipe.execute())
    ids: dict[str, None] = {}
    for keys, entries, oldest in zip(kept, found[::2], found[1::2], strict=True):
        for _, fields in entries:
            ids.update(dict.fromkeys(fields.get(b"ids", b"").decode().split("\n")))
        start = since.last[keys.name]
        cut = (
            bool(oldest)
            and start != "0-0"
            and _entry_order(oldest[0][0].decode()) > _entry_order(start)
        )
        if cut or len(entries) > _MOST_ENTRIES:
            raise TooManyChanges
    ids.pop("", None)
    if len(ids) > MOST_IDS:
        raise TooManyChanges
    return list(ids)


def _counts(reader: Reader, asked: QueueAsk, params: dict[str, Any]) -> Counts:
    condition, _ = _condition(asked, clock=False)
    parts = ", ".join(f"count(*) FILTER (WHERE {test}) AS {name}" for name, test in _CLOCK.items())
    sql = f'SELECT count(*) AS "all", {parts} FROM events WHERE {condition}'
    return Counts(**reader.one(sql, **_only(sql, params)))


def _moments(rules: Rules, **moments: int) -> dict[str, int]:
    out = dict(moments)
    for name, moment in moments.items():
        out[f"{name}_work"] = rules.work.total(moment)
    return out


def _condition(asked: QueueAsk, *, clock: bool = True) -> tuple[str, dict[str, Any]]:
    sql, params = where(asked.ask)
    parts = ["open", sql or "TRUE"]
    if asked.search:
        parts.append("contains(lower(event_id), lower($search))")
        params = {**params, "search": asked.search}
    if clock and asked.clock:
        parts.append(_CLOCK[asked.clock])
    return " AND ".join(f"({part})" for part in parts), params


def _sql_order(sort: str) -> str:
    name, down = sort.removeprefix("-"), sort.startswith("-")
    return f"{_SORT[name]} {'DESC' if down else 'ASC'} NULLS LAST, {_OWN}" if name else _OWN


def _only(sql: str, params: dict[str, Any]) -> dict[str, Any]:
    """The parameters that a statement names; DuckDB refuses any others."""
    return {name: value for name, value in params.items() if f"${name}" in sql}


def _selected() -> str:
    handle, respond = _used("handle", "now"), _used("respond", "now")
    return (
        f"{_COLUMNS}, greatest({handle}, {respond}) AS used, "
        f"CASE WHEN handle_base IS NULL AND respond_base IS NULL THEN '' "
        f"WHEN respond_base IS NULL OR (handle_base IS NOT NULL AND {handle} >= {respond}) "
        "THEN 'handle' ELSE 'respond' END AS clock, "
        "CASE clock WHEN 'handle' THEN due_at WHEN 'respond' THEN respond_due END AS clock_due"
    )


def _share(base: str, limit: str, working: str, at: str) -> str:
    since = f"CASE WHEN {working} THEN ${at}_work ELSE ${at} END"
    return f"coalesce(CAST({base} + {since} AS DOUBLE) / {limit}, 0.0)"


def _used(clock: str, at: str) -> str:
    working = "handle_working" if clock == "handle" else "respond_working"
    return _share(f"{clock}_base", f"{clock}_limit_ms", working, at)


#: order by … for a column; the queue's own order comes after it, so that it is total
_SORT = {
    "level": _RANK,
    "used": f"greatest({_used('handle', 'at')}, {_used('respond', 'at')})",
    "due": "least(due_at, respond_due)",
    "reported": "reported_at",
    "status": _STATUS,
    "department": "department",
    "category": "category",
    "area": "county || '/' || township || '/' || community || '/' || grid",
    "step": "step",
    "owner": _OWNER,
    "id": "event_id",
}
_OWN = f"alarm DESC, {_RANK} DESC, {_SORT['used']} DESC, event_id"

_CLOCK = {
    "overdue": "overdue",
    "response_overdue": "response_overdue",
    "soon": "(due_at BETWEEN $now AND $now + $soon OR respond_due BETWEEN $now AND $now + $soon)",
    "ladder": "step > 0",
    "unanswered": "(level IN ('red', 'orange') AND acknowledged_at IS NULL)",
}


def _entry_order(entry: str) -> tuple[int, int]:
    ms, _, n = entry.partition("-")
    return int(ms), int(n)
