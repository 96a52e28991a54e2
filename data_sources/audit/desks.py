"""Compares the leaders' desk with the counters in Redis, which the audit compares with the actions.

A desk is loaded as a web worker loads it; then both are read at one position of every shard.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from typing import cast

import redis
from msgspec.structs import replace

from dashboard.core.fold import view_names
from dashboard.core.fold.views import TIERS
from dashboard.core.model.rules import Rules
from data_sources.archive.listing import paths
from data_sources.audit.report import KEPT, AuditReport, Findings
from data_sources.desk.copy.mirror import Mirror
from data_sources.desk.copy.tables import Tables
from data_sources.store.keys import ShardKeys

#: how often both are read before a store that changes all the time is left out
_TRIES = 200
_FACTS = ("reported", "open", "overdue", "response_overdue", "closed")
_GROUPS = ("level", "department", "category", *TIERS)


class NeverStill(Exception):
    """Desk and counters were at different positions at each try."""


def compare_desk(
    r: redis.Redis, shards: Sequence[ShardKeys], rules: Rules, archive: Path | None = None
) -> tuple[Findings, int]:
    """The numbers of the desk that differ, and how many were compared.

    Raises: `NeverStill`, ``redis.RedisError``.
    """
    tables, still = Tables(archive), Event()
    archived = None if archive is None else paths(archive)
    mirror = Mirror(r, shards, rules, tables, archived)
    for _ in range(_TRIES):
        mirror.follow(still)
        if not tables.current:
            continue
        position, expected = _counters(r, shards)
        if position == dict(tables.mark.position):
            return _differences(expected, _counted(tables))
    raise NeverStill


def _counters(r: redis.Redis, shards: Sequence[ShardKeys]) -> tuple[dict[str, str], Counter[str]]:
    """The position of each shard, and the store's counters there."""
    position, out = {}, Counter[str]()
    for keys in shards:
        pipe = r.pipeline(transaction=True)
        pipe.hget(keys.meta, "position")
        pipe.hgetall(keys.view(view_names.COUNT))
        for tier in TIERS:
            pipe.hgetall(keys.view(view_names.place(tier)))
        at, counts, *places = pipe.execute()
        position[keys.name] = (at or b"0-0").decode()
        _add(out, "", counts)
        for tier, found in zip(TIERS, places, strict=True):
            _add(out, f"{tier}|", found)
    return position, out


def _add(out: Counter[str], prefix: str, found: dict[bytes, bytes]) -> None:
    """Add the counters of a view that the desk has too."""
    for raw, amount in found.items():
        name = prefix + raw.decode()
        group, _, rest = name.partition("|")
        if rest.rpartition("|")[2] in _FACTS and group in ("all", *_GROUPS):
            out[name] += int(amount)


def _counted(tables: Tables) -> Counter[str]:
    """The same from the desk's tables."""
    sums = (
        "count(*), count(*) FILTER (open), count(*) FILTER (overdue),"
        " count(*) FILTER (response_overdue), count(*) FILTER (status = 'closed')"
    )
    out = Counter[str]()
    with tables.snapshot("") as (cursor, _):
        for group in ("all", *_GROUPS):
            column = "''" if group == "all" else group
            cursor.execute(f"SELECT {column} AS code, {sums} FROM events GROUP BY code")
            for code, *amounts in cast(
                list[tuple[str, int, int, int, int, int]], cursor.fetchall()
            ):
                if group == "all" or code:
                    name = group if group == "all" else f"{group}|{code}"
                    found = {f"{name}|{f}": n for f, n in zip(_FACTS, amounts, strict=True)}
                    out.update(found)
    return out


def _differences(expected: Counter[str], found: Counter[str]) -> tuple[Findings, int]:
    out, names = Findings(), {name for name, n in (expected | found).items() if n}
    for name in sorted(names):
        if expected[name] != found[name]:
            out.add("desk", "desk", name, expected[name], found[name])
    return out, len(names)


def with_desk(
    report: AuditReport,
    r: redis.Redis,
    shards: Sequence[ShardKeys],
    rules: Rules,
    archive: Path | None = None,
) -> AuditReport:
    """The report with the desk compared too, if the store is still for a moment."""
    try:
        found, compared = compare_desk(r, shards, rules, archive)
    except NeverStill:
        return report
    kept = [*report.differences, *found.kept][:KEPT]
    return replace(report, count=report.count + found.count, differences=kept, desk=compared)
