"""The refused and unreadable items that an operator can settle: listed, read, noted as settled.

An item is an entry of an action stream, named ``shard:entry``. It is listed while its action is
refused: one that has become lawful since, or that an operator has corrected or dismissed, is not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, cast

import msgspec
import redis

from dashboard.core.fold.became import OTHER, OWN
from dashboard.core.lifecycle.reasons import TOO_MANY, UNREADABLE, code_of
from dashboard.core.model.actions import Action, ActionError, decode
from dashboard.core.model.state import Outcome
from data_sources.store.actions import TRAIL
from data_sources.store.kept import cut
from data_sources.store.keys import DEAD_LETTERS, SETTLED, ShardKeys, shards

#: the newest refusals of a shard, and dead letters, that are looked through
LOOKED_THROUGH = 1000
_ITEM = re.compile(r"g(\d{1,4}):(\d{1,20}-\d{1,20})")
_RAW_SHOWN = 2000


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """A refused action, or an entry that is none (``action`` None)."""

    #: shard:entry
    id: str
    #: when it arrived, ms
    at: int
    reason: str
    code: str
    source: str
    action: Action | None = None
    #: what could not be read, masked and cut
    raw: str = ""


class Settled(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an operator did about an item; who, is in the audit record."""

    #: sent | dismissed
    what: str
    at: int
    reason: str = ""
    #: the name of the action sent in its place
    name: str = ""


class Letters(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a file that could not be read for one reason."""

    file: str
    field: str
    reason: str
    number: int
    #: the first and the last line
    first: int
    last: int


class Refusals:
    """The refused and unreadable items of all shards."""

    def __init__(self, r: redis.Redis, shard_count: int) -> None:
        self._r, self._shards = r, shards(shard_count)

    def listed(self) -> list[Refusal]:
        """The items that wait for an operator, newest first; of the newest of each shard."""
        out: list[Refusal] = []
        for keys in self._shards:
            found = cast(Any, self._r.xrevrange(keys.rejected, count=LOOKED_THROUGH))
            items: dict[str, Refusal] = {}
            for name, fields in found:
                one = _read(keys, name.decode(), fields)
                items.setdefault(one.id, one)
            out += self._open(keys, list(items.values()))
        return sorted(out, key=lambda one: (-one.at, one.id))

    def one(self, item: str) -> Refusal | None:
        """An item by its id, settled or not; None if there is none."""
        match = _ITEM.fullmatch(item)
        if match is None or int(match[1]) >= len(self._shards):
            return None
        keys = self._shards[int(match[1])]
        found = cast(Any, self._r.xrevrange(keys.rejected, count=LOOKED_THROUGH))
        for name, fields in found:
            if (one := _read(keys, name.decode(), fields)).id == item:
                return one
        return None

    def settled(self, item: str) -> Settled | None:
        """What was done about an item; None if nothing."""
        raw = cast(bytes | None, self._r.hget(SETTLED, item))
        return None if raw is None else msgspec.json.decode(raw, type=Settled)

    def settle(self, item: str, done: Settled) -> bool:
        """Note what was done about an item; False if something was before."""
        return bool(self._r.hsetnx(SETTLED, item, msgspec.json.encode(done)))

    def unsettle(self, item: str) -> None:
        """Take back what was noted, as it could not be done."""
        self._r.hdel(SETTLED, item)

    def letters(self) -> list[Letters]:
        """The newest rows of files that could not be read, by file, field and reason."""
        found = cast(Any, self._r.xrevrange(DEAD_LETTERS, count=LOOKED_THROUGH))
        lines: dict[tuple[str, str, str], list[int]] = {}
        for _, fields in found:
            text = {k.decode(): v.decode("utf-8", "replace") for k, v in fields.items()}
            key = text.get("file", ""), text.get("field", ""), text.get("reason", "")
            line = text.get("line", "0")
            lines.setdefault(key, []).append(int(line) if line.isdigit() else 0)
        return [
            Letters(
                file=file, field=field, reason=reason,
                number=len(them), first=min(them), last=max(them),
            )
            for (file, field, reason), them in lines.items()
        ]  # fmt: skip

    def fallen(self) -> tuple[int, int]:
        """How many refusals, and unreadable rows of files, are not kept any more."""
        refused = sum(cut(self._r, keys.rejected).number for keys in self._shards)
        return refused, cut(self._r, DEAD_LETTERS).number

    def _open(self, keys: ShardKeys, items: Sequence[Refusal]) -> list[Refusal]:
        """Those of one shard that are refused still, and not settled."""
        if not items:
            return []
        events = list({one.action.event_id for one in items if one.action is not None})
        pipe = self._r.pipeline(transaction=False)
        pipe.hmget(SETTLED, [one.id for one in items])
        if events:
            pipe.hmget(keys.trails, events)
        replies = pipe.execute()
        refused: set[str] = set()
        for raw in replies[1] if events else ():
            marks = () if raw is None else TRAIL.decode(raw)
            refused |= {mark.entry for mark in marks if mark.outcome is Outcome.REFUSED}
        return [
            one
            for one, done in zip(items, replies[0], strict=True)
            if done is None and (_has_no_mark(one) or one.id.partition(":")[2] in refused)
        ]


def _has_no_mark(one: Refusal) -> bool:
    """Whether its event holds nothing of it, so that it stays refused."""
    return one.action is None or one.code == TOO_MANY


def grouped(items: Sequence[Refusal]) -> list[tuple[str, str, int]]:
    """(source, code of the reason, how many), the most first."""
    found = Counter((one.source, one.code) for one in items)
    return [(source, code, number) for (source, code), number in found.most_common()]


def _read(keys: ShardKeys, name: str, fields: dict[bytes, bytes]) -> Refusal:
    entry = fields.get(b"entry", name.encode()).decode()
    reason = fields.get(b"reason", b"").decode("utf-8", "replace")
    action: Action | None = None
    if b"action" in fields:
        try:
            action = decode(fields[b"action"])
        except ActionError:
            action = None
    raw = fields.get(b"raw", b"").decode("utf-8", "replace")
    return Refusal(
        id=f"{keys.name}:{entry}",
        at=int(entry.partition("-")[0]),
        reason=reason,
        code=UNREADABLE if action is None else code_of(reason),
        source=OTHER if action is None else action.source or OWN,
        action=action,
        raw=raw[:_RAW_SHOWN],
    )
