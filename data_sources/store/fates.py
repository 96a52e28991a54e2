"""What became of actions lately received for one event: for somebody who has just acted on it."""

from __future__ import annotations

from typing import Any, cast

import msgspec
import redis

from dashboard.core.model.actions import Action
from dashboard.core.model.state import Mark, Outcome, fingerprint
from data_sources.store.actions import TRAIL, read_history
from data_sources.store.keys_keys import ShardKeys, shard_of, shards

#: refused actions looked through for a reason
_LOOKED_THROUGH = 500


class Fate(msgspec.Struct, frozen=True):
    """What became of an action, and why if it was refused."""

    outcome: Outcome
    reason: str = ""


class Fates:
    """Reads the trails of one store's events."""

    def __init__(self, r: redis.Redis, shard_count: int) -> None:
        self._r, self._shards = r, shards(shard_count)

    def of(self, event_id: str, action_id: str) -> Fate | None:
        """What became of an action; None while it has not been folded."""
        name = fingerprint(action_id)
        keys = self._keys(event_id)
        for mark in self._marks(keys, event_id):
            if mark.name == name:
                refused = mark.outcome is Outcome.REFUSED
                return Fate(mark.outcome, self._reason(keys, mark) if refused else "")
        return None

    def since(self, event_id: str, seen: int) -> list[tuple[Action, Outcome]]:
        """The actions with a time after ``seen``, and what became of them."""
        keys = self._keys(event_id)
        later = [mark for mark in self._marks(keys, event_id) if mark.ts > seen]
        actions = read_history(self._r, keys, later)
        return [(action, m.outcome) for (_, action), m in zip(actions, later, strict=True)]

    def _keys(self, event_id: str) -> ShardKeys:
        return self._shards[shard_of(event_id, len(self._shards))]

    def _marks(self, keys: ShardKeys, event_id: str) -> tuple[Mark, ...]:
        raw = cast(bytes | None, self._r.hget(keys.trails, event_id))
        return () if raw is None else TRAIL.decode(raw)

    def _reason(self, keys: ShardKeys, mark: Mark) -> str:
        found = cast(Any, self._r.xrevrange(keys.rejected, count=_LOOKED_THROUGH))
        for _, fields in found:
            if fields.get(b"entry", b"").decode() == mark.entry:
                return str(fields.get(b"reason", b"").decode())
        return ""
