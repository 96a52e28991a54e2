"""Corrections: what a rebuild changes in closed months; no score moves without a record of it.

The list is written with the swap itself, into the shard's meta, and from there into the stream
of corrections; after a kill in between, the next process that reads it copies it over.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import msgspec
import redis

from dashboard.core.fold import view_names
from dashboard.core.model.rules import Rules
from data_sources.store.connection import server_ms
from data_sources.store.keys import CORRECTIONS, ShardKeys

RULES_CHANGED = "rules changed"
VIEWS_REBUILT = "views made anew"


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """The sums of a department in a closed month, before and after."""

    subject: str
    #: YYYYMM
    month: int
    before: dict[str, int] = msgspec.field(name="from")
    after: dict[str, int] = msgspec.field(name="to")
    reason: str
    by: str = "department"


_LIST = msgspec.json.Decoder(list[Correction])


def closed_changes(
    r: redis.Redis,
    keys: ShardKeys,
    rules: Rules,
    high: int,
    reason: str,
    parts: Sequence[ShardKeys] = (),
) -> list[Correction]:
    """How the swap of a shard will change the departments' sums of the closed months.

    ``high`` is the latest time of an action, ms. With all the store's shards as ``parts``, the
    sums are the store's, else the shard's.
    """
    others = [part for part in parts if part.number != keys.number]
    out = []
    for month in sorted(_months(r, keys) | _months(r, keys.shadow)):
        if rules.closes_at(month) >= high:
            continue
        view = view_names.score("d", month)
        before, after = _sums(r, [keys], view), _sums(r, [keys.shadow], view)
        changed = sorted(s for s in before.keys() | after.keys() if before.get(s) != after.get(s))
        rest = _sums(r, others, view) if changed else {}
        for subject in changed:
            was, now, other = (sums.get(subject, {}) for sums in (before, after, rest))
            one = Correction(
                subject=subject,
                month=month,
                before=_added(was, other),
                after=_added(now, other),
                reason=reason,
            )
            out.append(one)
    return out


def pack(corrections: Sequence[Correction]) -> str:
    """The list as it is stored in meta; "" for an empty one."""
    return msgspec.json.encode(corrections).decode() if corrections else ""


def deliver(r: redis.Redis, keys: ShardKeys) -> list[Correction]:
    """Write the corrections a swap has left in meta to their stream, each once.

    Returns them.
    """
    names = ["corrections", "epoch"]
    raw, epoch = cast(list[bytes | None], r.hmget(keys.meta, names))
    if raw is None:
        return []
    waiting = _LIST.decode(raw)
    newest = cast(
        list[tuple[bytes, dict[bytes, bytes]]], r.xrevrange(CORRECTIONS, count=len(waiting) + 100)
    )
    known = {fields.get(b"id") for _, fields in newest}
    at = server_ms(r.time())
    for number, one in enumerate(waiting):
        name = f"{keys.name}:{int(epoch or 0)}:{number}"
        if name.encode() not in known:
            fields = {
                "id": name,
                "at": at,
                "by": one.by,
                "subject": one.subject,
                "month": one.month,
                "from": msgspec.json.encode(one.before),
                "to": msgspec.json.encode(one.after),
                "reason": one.reason,
            }
            r.xadd(CORRECTIONS, cast(Any, fields))
    r.hdel(keys.meta, "corrections")
    return waiting


def _months(r: redis.Redis, keys: ShardKeys) -> set[int]:
    """The months (YYYYMM) that a shard has sums of."""
    pattern, start = f"{keys.view(view_names.score_prefix('d'))}*", len(keys.view(""))
    names = (key.decode()[start:] for key in r.scan_iter(pattern, count=5000))
    months = (view_names.month_of_score(name, "d") for name in names)
    return {month for month in months if month is not None}


def _sums(r: redis.Redis, parts: Iterable[ShardKeys], view: str) -> dict[str, dict[str, int]]:
    """Department → measure → n."""
    out: dict[str, dict[str, int]] = {}
    for keys in parts:
        for field, n in cast(dict[bytes, bytes], r.hgetall(keys.view(view))).items():
            subject, _, measure = field.decode().rpartition("|")
            out[subject] = _added(out.get(subject, {}), {measure: int(n)})
    return out


def _added(one: dict[str, int], other: dict[str, int]) -> dict[str, int]:
    return {m: one.get(m, 0) + other.get(m, 0) for m in sorted(one.keys() | other.keys())}
