"""The action stream: append actions, read an event's, and the states they come to.

In: actions of any shard's events. `ActionLog.append` returns once Redis has them all; folding them
is the projector's work. Also the codecs of what is stored of an event: its state and its trail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

import msgspec
import redis

from dashboard.core.lifecycle.late import replay
from dashboard.core.lifecycle.replay import Item
from dashboard.core.model.actions import (
    Action,
    as_other,
    encode,
    folded,
    of_source,
    same_content,
)
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState, Mark, fingerprint, names
from data_sources.store import lua
from data_sources.store.kept import DEAD_LETTERS_KEPT
from data_sources.store.keys import DEAD_LETTERS, ShardKeys, shard_of, shards
from data_sources.store.persons import PersonGuard
from data_sources.store.unknown_codes import UnknownCodes

#: what is known of an action by its name: nothing, the same content, or another content
Known = Literal["new", "repeated", "changed"]
STATE = msgspec.msgpack.Decoder(EventState)
#: actions read by one script: the server is busy for about a millisecond
_AT_ONCE = 500
TRAIL = msgspec.msgpack.Decoder(tuple[Mark, ...])


class ActionLog:
    """Appends actions to all shards, and looks up actions and states.

    ``rules`` are needed for the states of archived events; without them those are unknown.
    """

    def __init__(
        self,
        r: redis.Redis,
        shard_count: int = 1,
        rules: Rules | None = None,
        letters_kept: int = DEAD_LETTERS_KEPT,
    ) -> None:
        self._r, self._rules = r, rules
        self._letters_kept = letters_kept
        self._shards = shards(shard_count)
        self._guard = PersonGuard(r)

    def time(self) -> tuple[int, int]:
        """The server's clock: seconds and microseconds."""
        return self._r.time()

    def keys_of(self, event_id: str) -> ShardKeys:
        """The keys of the event's shard."""
        return self._shards[shard_of(event_id, len(self._shards))]

    def clean(self, actions: Sequence[Action]) -> list[Action]:
        """Actions of a source as they are stored: what names a person is masked, and counted.

        Numbers in ids become a hash; so this comes before their ids are looked up.
        """
        return self._guard.actions(actions) if actions else []

    def masked(self, text: str) -> str:
        """A user's own words without what names a person; what was found is counted."""
        return self._guard.text(text)

    def append(self, actions: Sequence[Action]) -> list[str]:
        """Write the actions; returns their stream ids once Redis has them all.

        Their texts are cleaned first: no person reaches the stream past the guard. Their ids stay,
        as they may be those of events that are stored.
        """
        pipe = self._r.pipeline(transaction=False)
        for action in self._guard.actions(actions, ids=False):
            pipe.xadd(self.keys_of(action.event_id).actions, {"a": encode(action)})
        return [entry.decode() for entry in pipe.execute()]

    def known(self, actions: Sequence[Action]) -> list[bool]:
        """Whether each action has already been folded into its event, or refused.

        An answer of False may be out of date while the projector is behind; a repeat
        that slips through is folded to nothing.
        """
        if not actions:
            return []
        seen = {event_id: names(marks) for event_id, marks in self._trails(actions).items()}
        return [fingerprint(action.action_id) in seen[action.event_id] for action in actions]

    def compared(self, actions: Sequence[Action]) -> list[Known]:
        """What is known of each action: its name, with this content or with another one.

        As out of date as `known` while the projector is behind.
        """
        if not actions:
            return []
        entries = {
            (event_id, mark.name): mark.entry
            for event_id, marks in self._trails(actions).items()
            for mark in marks
        }
        pipe = self._r.pipeline(transaction=False)
        out: list[Known] = ["new"] * len(actions)
        there = []
        for at, action in enumerate(actions):
            entry = entries.get((action.event_id, fingerprint(action.action_id)))
            if entry is not None:
                there.append(at)
                pipe.xrange(self.keys_of(action.event_id).actions, entry, entry)
        for at, found in zip(there, pipe.execute(), strict=True):
            first = folded(found[0][1][b"a"]) if found else actions[at]
            out[at] = "repeated" if same_content(first, actions[at]) else "changed"
        return out

    def _trails(self, actions: Sequence[Action]) -> dict[str, tuple[Mark, ...]]:
        """The marks of the actions' events, by event id; none for an unknown event."""
        ids = list(dict.fromkeys(action.event_id for action in actions))
        pipe = self._r.pipeline(transaction=False)
        for event_id in ids:
            pipe.hget(self.keys_of(event_id).trails, event_id)
        found = zip(ids, pipe.execute(), strict=True)
        return {event_id: () if raw is None else TRAIL.decode(raw) for event_id, raw in found}

    def append_changed(self, actions: Sequence[Action]) -> None:
        """Put on record actions whose names are known with other content, each content once.

        They get names of their own; the fold refuses them, which lists them for operators.
        """
        wanted = [as_other(action) for action in actions]
        known = self.known(wanted)
        self.append([action for action, there in zip(wanted, known, strict=True) if not there])

    def states(self, event_ids: Sequence[str]) -> dict[str, EventState | None]:
        """The folded states of events, by event id; None for one that is not known."""
        pipe = self._r.pipeline(transaction=False)
        for event_id in event_ids:
            pipe.hget(self.keys_of(event_id).events, event_id)
        found = zip(event_ids, pipe.execute(), strict=True)
        states = {event_id: None if raw is None else STATE.decode(raw) for event_id, raw in found}
        return states | self._archived([name for name, state in states.items() if state is None])

    def holds(self, event_id: str) -> bool:
        """Whether anything was received for the event: perhaps only what waits for its report."""
        return bool(self._r.hexists(self.keys_of(event_id).trails, event_id))

    def _archived(self, event_ids: Sequence[str]) -> dict[str, EventState | None]:
        """The states of those that are archived; a look-up for each shard."""
        if self._rules is None:
            return {}
        by_shard: dict[ShardKeys, list[str]] = {}
        for event_id in event_ids:
            by_shard.setdefault(self.keys_of(event_id), []).append(event_id)
        found: dict[str, EventState | None] = {}
        for keys, ids in by_shard.items():
            found |= archived_states(self._r, keys, self._rules, ids)
        return found

    def note_unknown(self, actions: Sequence[Action]) -> None:
        """Count the codes of these actions that the city does not know."""
        UnknownCodes(self._r).note(actions)

    def dead_letter(self, fields: Mapping[str, str | int]) -> None:
        """Store a row that could not be read: its file, line, field, value and reason."""
        self._r.xadd(
            DEAD_LETTERS,
            cast(Any, self._guard.texts(fields, ("value", "reason"))),
            maxlen=self._letters_kept,
            approximate=True,
        )

    def folded(self) -> int:
        """How many actions have been folded, over all shards: grows while there is progress."""
        pipe = self._r.pipeline(transaction=False)
        for keys in self._shards:
            pipe.hget(keys.meta, "read")
        return sum(int(read or 0) for read in pipe.execute())

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


class SourceLog(ActionLog):
    """The log as a feed of a source sees it: every action is cleaned with its ids."""

    def append(self, actions: Sequence[Action]) -> list[str]:
        """Write the actions; returns their stream ids once Redis has them all.

        Raises `ActionError`, and writes none, if one is of a kind that no source sends.
        """
        sent = self.clean([of_source(action) for action in actions])
        places = super().append(sent)
        self.note_unknown(sent)
        return places

    def known(self, actions: Sequence[Action]) -> list[bool]:
        """Whether each action has already been folded into its event, or refused."""
        return super().known(self.clean(actions))

    def states(self, event_ids: Sequence[str]) -> dict[str, EventState | None]:
        """The folded states of events, by their ids as the source has them."""
        stored = {event_id: self._guard.event_id(event_id) for event_id in event_ids}
        found = super().states(list(stored.values()))
        return {event_id: found[name] for event_id, name in stored.items()}


def read_history(
    r: redis.Redis, keys: ShardKeys, marks: Sequence[Mark]
) -> list[tuple[str, Action]]:
    """The (stream id, action) of each of an event's marks, in order of arrival.

    Raises: `ActionError` if an entry is gone from the stream.
    """
    script, out = lua.script(r, "store/actions_of"), list[tuple[str, Action]]()
    for start in range(0, len(marks), _AT_ONCE):
        ids = [mark.entry for mark in marks[start : start + _AT_ONCE]]
        found = cast(list[bytes], script(keys=[keys.actions], args=[msgspec.msgpack.encode(ids)]))
        out += [(entry, folded(raw)) for entry, raw in zip(ids, found, strict=True)]
    return out


def state_of_marks(
    r: redis.Redis, keys: ShardKeys, rules: Rules, marks: Sequence[Mark]
) -> EventState | None:
    """The state of an event, folded again from the actions that its marks refer to.

    For an archived event: its trail stays in the store, so its file is not needed. None for an
    event whose report has not arrived yet.
    """
    known = {mark.entry: mark.known for mark in marks}
    items = [Item(entry, a, known[entry]) for entry, a in read_history(r, keys, marks)]
    return replay(rules, items).state


def archived_states(
    r: redis.Redis, keys: ShardKeys, rules: Rules, event_ids: Sequence[str]
) -> dict[str, EventState | None]:
    """The same for several events, by event id; None also for one that is not known."""
    if not event_ids:
        return {}
    trails = cast(list[bytes | None], r.hmget(keys.trails, list(event_ids)))
    return {
        event_id: None if raw is None else state_of_marks(r, keys, rules, TRAIL.decode(raw))
        for event_id, raw in zip(event_ids, trails, strict=True)
    }
