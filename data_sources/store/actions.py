"""The action stream: append actions, acknowledged once Redis has them, and look them up.

What became of actions lately received for one event: for somebody who has just acted on it.

What was not taken: actions the lifecycle refused, and rows a feed could not read.

Read-only but for `replay()`, which writes refused actions once more under a new name, made from
their place in the action stream, so that doing it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
import redis

from dashboard.core.lifecycle.replay import Item, replay
from dashboard.core.model.actions import Action, decode, encode
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState, Mark, Outcome, fingerprint, names
from data_sources.store.connection import connect
from data_sources.store.keys import DEAD_LETTERS, ShardKeys, shard_of, shards

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


Row = dict[str, str]


def rejected(url: str, shard_count: int, limit: int) -> list[Row]:
    """The newest refused actions, newest first within a shard."""
    rows: list[Row] = []
    with connect(url) as r:
        for shard in shards(shard_count):
            for entry, fields in r.xrevrange(shard.rejected, count=limit):
                rows.append({"id": f"{shard.name}:{entry.decode()}", **_text(fields)})
    return rows[:limit]


def dead_letters(url: str, limit: int) -> list[Row]:
    """The newest unreadable rows, newest first."""
    with connect(url) as r:
        entries = r.xrevrange(DEAD_LETTERS, count=limit)
    return [{"id": entry.decode(), **_text(fields)} for entry, fields in entries]


def replay_refused(url: str, shard_count: int, limit: int) -> int:
    """Write the newest refused actions again, oldest first; returns how many."""
    with connect(url) as r:
        again: list[Action] = []
        for shard in shards(shard_count):
            for entry, fields in reversed(r.xrevrange(shard.rejected, count=limit)):
                action = _action(fields)
                if action is not None and "~" not in action.action_id:
                    # by its place in the action stream: a rebuild writes the refusals anew
                    name = f"{action.action_id}~{fields.get(b'entry', entry).decode()}"
                    again.append(msgspec.structs.replace(action, action_id=name))
        if again:
            ActionLog(r, shard_count).append(again)
    return len(again)


def _action(fields: dict[bytes, bytes]) -> Action | None:
    if b"action" in fields:
        return msgspec.json.decode(fields[b"action"], type=Action)
    return decode(fields[b"a"]) if b"a" in fields else None


def _text(fields: dict[bytes, bytes]) -> Row:
    return {k.decode(): v.decode("utf-8", "replace") for k, v in fields.items()}
