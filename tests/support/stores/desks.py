"""A desk over a test's store, and what its tables must hold, computed from the raw states."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import redis

from dashboard.core.fold.rows import facts
from dashboard.core.model.rules import Rules
from data_sources.desk.copy.reader import Reader
from data_sources.desk.copy.schema import TABLES, names
from data_sources.desk.desk import Answer, Desk
from data_sources.store.actions import STATE
from data_sources.store.keys import ShardKeys, shards


def rows_of(reader: Reader) -> dict[str, list[Any]]:
    """All rows of all tables, in an order of their own."""
    return {
        table: sorted(
            (tuple(row.values()) for row in reader.rows(f"SELECT {names(table)} FROM {table}")),
            key=repr,
        )
        for table in TABLES
    }


def expected(r: redis.Redis, parts: list[ShardKeys], rules: Rules) -> dict[str, list[Any]]:
    """The same, from the states in Redis; without voided events."""
    out: dict[str, list[Any]] = {table: [] for table in TABLES}
    for keys in parts:
        for raw in r.hgetall(keys.events).values():
            state = STATE.decode(raw)
            if state.void is not None:  # one that was voided is in no table
                continue
            item = facts(rules, state)
            out["events"].append(msgspec.structs.astuple(item.event))
            for table in ("late", "slow", "ends", "tallies"):
                out[table] += [msgspec.structs.astuple(row) for row in getattr(item, table)]
    return {table: sorted(rows, key=repr) for table, rows in out.items()}


def positions(r: redis.Redis, count: int) -> dict[str, str]:
    found = {keys.name: r.hget(keys.meta, "position") for keys in shards(count)}
    return {name: (raw or b"0-0").decode() for name, raw in found.items()}


def asked(desk: Desk, r: redis.Redis, count: int, question: Any, area: str = "") -> Answer[Any]:
    """The answer as of the store's present position, which the desk must reach by itself."""
    wanted, end = positions(r, count), time.monotonic() + 20
    while True:
        desk.refresh()
        answer = desk.ask(area, question)
        if answer.position == wanted:
            return answer
        assert time.monotonic() < end, (answer.position, wanted)
