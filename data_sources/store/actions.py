"""The action stream: append actions, acknowledged once Redis has them, and look them up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
import redis

from dashboard.core.lifecycle.replay import Item, replay
from dashboard.core.model.actions import Action, decode, encode
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState, Mark, fingerprint, names
from data_sources.store.keys_keys import DEAD_LETTERS, ShardKeys, shard_of, shards

STATE = msgspec.msgpack.Decoder(EventState)
TRAIL = msgspec.msgpack.Decoder(tuple[Mark, ...])


class ActionLog:
    """Appends to and asks about the actions of all shards.

    ``rules`` are for the states of archived events, which are unknown without them.
    """

    def __init__(self, r: redis.Redis, shard_count: int = 1, rules: Rules | None = None) -> None:
        self._r, self._rules = r, rules
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
            event_id: self._archived(event_id) if raw is None else STATE.decode(raw)
            for event_id, raw in zip(event_ids, pipe.execute(), strict=True)
        }

    def _archived(self, event_id: str) -> EventState | None:
        if self._rules is None:
            return None
        return recall(self._r, self.keys_of(event_id), self._rules, [event_id])[event_id]

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


def recalled(
    r: redis.Redis, keys: ShardKeys, rules: Rules, marks: Sequence[Mark]
) -> EventState | None:
    """The state that an event's actions come to.

    For events that the store knows but does not hold: an archived one leaves its trail behind,
    so nobody needs a file for it. One whose report is still to come has no state either way.
    """
    known = {mark.entry: mark.known for mark in marks}
    items = [Item(entry, a, known[entry]) for entry, a in read_history(r, keys, marks)]
    return replay(rules, items).state


def recall(
    r: redis.Redis, keys: ShardKeys, rules: Rules, event_ids: Sequence[str]
) -> dict[str, EventState | None]:
    """The same for several events by their names; None also for one that is not known."""
    if not event_ids:
        return {}
    trails = cast(list[bytes | None], r.hmget(keys.trails, list(event_ids)))
    return {
        event_id: None if raw is None else recalled(r, keys, rules, TRAIL.decode(raw))
        for event_id, raw in zip(event_ids, trails, strict=True)
    }
