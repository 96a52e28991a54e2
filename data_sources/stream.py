"""The action stream: append actions, acknowledged once Redis has them, and look them up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
import redis

from dashboard.core.events import Action, decode, encode
from dashboard.core.state import EventState, Mark, fingerprint, names
from data_sources.keys import DEAD_LETTERS, ShardKeys, shard_of, shards

STATE = msgspec.msgpack.Decoder(EventState)
TRAIL = msgspec.msgpack.Decoder(tuple[Mark, ...])


class ActionLog:
    """Appends to and asks about the actions of all shards."""

    def __init__(self, r: redis.Redis, shard_count: int = 1) -> None:
        self._r = r
        self._shards = shards(shard_count)

    def time(self) -> tuple[int, int]:
        """The server's clock: seconds and microseconds."""
        return self._r.time()

    def keys_of(self, event_id: str) -> ShardKeys:
        return self._shards[shard_of(event_id, len(self._shards))]

    def append(self, actions: Sequence[Action]) -> list[str]:
        """Write the actions; returns their stream ids once Redis has them all."""
        pipe = self._r.pipeline(transaction=False)
        for action in actions:
            pipe.xadd(self.keys_of(action.event_id).actions, {"a": encode(action)})
        return [entry.decode() for entry in pipe.execute()]

    def known(self, actions: Sequence[Action]) -> list[bool]:
        """For each action whether it has already been folded (or refused) into its event.

        An answer of False may be out of date while the projector is behind; a repeat
        that slips through is folded to nothing.
        """
        if not actions:
            return []
        ids = list(dict.fromkeys(action.event_id for action in actions))
        pipe = self._r.pipeline(transaction=False)
        for event_id in ids:
            pipe.hget(self.keys_of(event_id).trails, event_id)
        seen = {
            event_id: set() if raw is None else names(TRAIL.decode(raw))
            for event_id, raw in zip(ids, pipe.execute(), strict=True)
        }
        return [fingerprint(action.action_id) in seen[action.event_id] for action in actions]

    def states(self, event_ids: Sequence[str]) -> dict[str, EventState | None]:
        """The folded states of events; None for one that is not known."""
        pipe = self._r.pipeline(transaction=False)
        for event_id in event_ids:
            pipe.hget(self.keys_of(event_id).events, event_id)
        return {
            event_id: None if raw is None else STATE.decode(raw)
            for event_id, raw in zip(event_ids, pipe.execute(), strict=True)
        }

    def dead_letter(self, fields: Mapping[str, str | int]) -> None:
        """Keep what could not be read, with what is wrong with it."""
        self._r.xadd(DEAD_LETTERS, cast(Any, dict(fields)))

    def lag(self) -> int:
        """How many actions wait to be folded, over all shards."""
        total = 0
        for keys in self._shards:
            pipe = self._r.pipeline(transaction=False)
            pipe.xlen(keys.actions)
            pipe.hget(keys.meta, "read")
            appended, read = pipe.execute()
            total += appended - int(read or 0)
        return total


def read_history(
    r: redis.Redis, keys: ShardKeys, marks: Sequence[Mark]
) -> list[tuple[str, Action]]:
    """The actions that an event's marks stand for, with their places, in order of arrival."""
    pipe = r.pipeline(transaction=False)
    for mark in marks:
        pipe.xrange(keys.actions, mark.entry, mark.entry)
    found = pipe.execute()
    return [(entry.decode(), decode(fields[b"a"])) for ((entry, fields),) in found]
