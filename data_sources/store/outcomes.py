"""The outcomes of actions: of one event's own, and the lists of refused and unreadable ones.

Read-only but for `replay_refused`, which appends refused actions again under a new name, made
from their position in the action stream, so that doing it twice changes nothing.
"""

from __future__ import annotations

from typing import Any, cast

import msgspec
import redis

from dashboard.core.model import names
from dashboard.core.model.actions import Action, decode
from dashboard.core.model.state import Mark, Outcome, fingerprint
from data_sources.store.actions import TRAIL, ActionLog, read_history
from data_sources.store.connection import connect
from data_sources.store.keys import DEAD_LETTERS, ShardKeys, shard_of, shards

#: newest refused actions searched for the reason of one
_LOOKED_THROUGH = 500


class ActionOutcome(msgspec.Struct, frozen=True):
    """The outcome of an action, and the reason if it was refused."""

    outcome: Outcome
    reason: str = ""


class ActionOutcomes:
    """Outcomes of an event's recent actions, to confirm a user's own action."""

    def __init__(self, r: redis.Redis, shard_count: int) -> None:
        self._r, self._shards = r, shards(shard_count)

    def of(self, event_id: str, action_id: str) -> ActionOutcome | None:
        """The outcome of an action; None while it has not been folded."""
        name = fingerprint(action_id)
        keys = self._keys(event_id)
        for mark in self._marks(keys, event_id):
            if mark.name == name:
                refused = mark.outcome is Outcome.REFUSED
                return ActionOutcome(mark.outcome, self._reason(keys, mark) if refused else "")
        return None

    def whole(self, event_id: str, action_id: str) -> tuple[Mark, Action, str] | None:
        """An action's mark, the action, and the reason if it was refused; None as above."""
        name, keys = fingerprint(action_id), self._keys(event_id)
        for mark in self._marks(keys, event_id):
            if mark.name == name:
                ((_, action),) = read_history(self._r, keys, [mark])
                refused = mark.outcome is Outcome.REFUSED
                return mark, action, self._reason(keys, mark) if refused else ""
        return None

    def since(self, event_id: str, seen: int) -> list[tuple[Action, Outcome]]:
        """The event's actions with a time after ``seen`` (ms), each with its outcome."""
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


#: a refused action or an unreadable row, as text by field
Row = dict[str, str]


def rejected(url: str, shard_count: int, limit: int) -> list[Row]:
    """At most ``limit`` refused actions, newest first within a shard."""
    rows: list[Row] = []
    with connect(url) as r:
        for shard in shards(shard_count):
            for entry, fields in r.xrevrange(shard.rejected, count=limit):
                rows.append({"id": f"{shard.name}:{entry.decode()}", **_text(fields)})
    return rows[:limit]


def dead_letters(url: str, limit: int) -> list[Row]:
    """At most ``limit`` unreadable rows, newest first."""
    with connect(url) as r:
        entries = r.xrevrange(DEAD_LETTERS, count=limit)
    return [{"id": entry.decode(), **_text(fields)} for entry, fields in entries]


def replay_refused(url: str, shard_count: int, limit: int) -> int:
    """Append the newest refused actions again, oldest first; returns how many."""
    with connect(url) as r:
        again: list[Action] = []
        for shard in shards(shard_count):
            for entry, fields in reversed(r.xrevrange(shard.rejected, count=limit)):
                action = _action(fields)
                if action is not None and not names.is_again(action.action_id):
                    # by its position in the action stream: a rebuild writes the refusals again
                    name = names.again(action.action_id, fields.get(b"entry", entry).decode())
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
