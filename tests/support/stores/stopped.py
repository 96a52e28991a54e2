"""Stores that stopped at a moment: what the wall as of that moment must equal.

`Refolded` folds every event again with `history.replay` and lets a second store's own views
show it, so it shares nothing with checkpoints; `stop_at` is a real replay that stops there.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import Any

import msgspec
import redis

from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.fold import batch
from dashboard.core.fold.batch import Changes
from dashboard.core.lifecycle.due import advance, next_moment
from dashboard.core.lifecycle.late import replay
from dashboard.core.lifecycle.notify import Notifier
from dashboard.core.lifecycle.replay import Item
from dashboard.core.model.actions import Action, Kind, decode
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState, Held
from dashboard.core.wall.state import Wall
from data_sources.fold.clock import DeadlineClock
from data_sources.fold.commit import Committer
from data_sources.fold.linker import Linker
from data_sources.fold.projector import Projector
from data_sources.live.wiring import read_wall
from data_sources.store import domain_clock
from data_sources.store.actions import ActionLog
from data_sources.store.keys import ShardKeys, shards
from data_sources.store.lease import Lease

Arrived = list[tuple[str, Action]]
_PART = 300


def second(url: str) -> str:
    """Another store of the same server."""
    return f"{url}{'&' if '?' in url else '?'}db=1"


def arrived(r: redis.Redis, keys: ShardKeys) -> Arrived:
    return [(entry.decode(), decode(fields[b"a"])) for entry, fields in r.xrange(keys.actions)]


def fields_of(wall: Wall, *but: str) -> dict[str, Any]:
    """The wall's JSON without what depends on how it came about."""
    out: dict[str, Any] = msgspec.to_builtins(wall)
    return {k: v for k, v in out.items() if k not in ("version", "position", "age_ms", *but)}


def show(r: redis.Redis, url: str, settings: Settings, at: int) -> Wall:
    """The wall of a store whose time is ``at`` and whose processes work."""
    domain_clock.publish(r, mode="replay", virtual_ms=at, speed=0.0, ended=True)
    mine = hold(r, settings)
    try:
        return read_wall(settings, url)
    finally:
        for lease in mine:  # a projector that goes on takes it again
            r.delete(lease)


def hold(r: redis.Redis, settings: Settings) -> list[str]:
    """Let no lease be free, and none that is held run out; returns those that were free."""
    parts = shards(settings.shards)
    leases = [keys.lease(name) for keys in parts for name in ("projector", "clock")]
    free = [lease for lease in leases if r.set(lease, "x", nx=True)]
    for lease in leases:
        r.persist(lease)
    return free


class Refolded:
    """A second store's views, moved on from moment to moment by whole replays."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, rules: Rules, received: Arrived) -> None:
        self._rules, self._received = rules, received
        self._last, self._position = 0, "0-0"
        self._states: dict[str, EventState | None] = {}
        self._due: dict[str, int] = {}
        self._r, self._actions = r, keys.actions
        lease = Lease(r, keys, "projector")
        assert lease.acquire()
        self._token, self._committer = lease.token, Committer(r, keys, lease.fence_field)

    def to(self, at: int) -> None:
        """Come to ``at``; only forward."""
        items: dict[str, list[Item]] = defaultdict(list)
        touched = {event for event, due in self._due.items() if due <= at}
        known = 0
        for entry, action in self._received:
            if action.ts <= at:
                known = max(known, action.ts)
                items[action.event_id].append(Item(entry, action, known))
                if action.ts > self._last:
                    touched.add(action.event_id)
        changes = Changes(high=at)
        for number, event_id in enumerate(touched, 1):
            self._one(changes, event_id, items[event_id], at)
            if number % _PART == 0:
                changes = self._commit(changes)
        self._commit(changes)
        self._last = at

    def _one(self, changes: Changes, event_id: str, items: list[Item], at: int) -> None:
        state = replay(self._rules, items).state
        self._due.pop(event_id, None)
        if state is not None:
            state = advance(Notifier(self._rules), state, at)
            if (due := next_moment(self._rules, state)) is not None:
                self._due[event_id] = due
            changes.held[event_id] = Held(state)
        batch._difference(self._rules, changes, self._states.get(event_id), state)
        self._states[event_id] = state

    def _commit(self, changes: Changes) -> Changes:
        after = f"{int(self._position.split('-')[0]) + 1}-0"
        # the stream reaches as far as the position does: else data would be lost
        self._r.xadd(self._actions, {"a": b"{}"}, after)
        self._committer.commit(self._token, self._position, after, 1, changes, fresh=True)
        self._position = after
        return Changes()


def stop_at(r: redis.Redis, url: str, settings: Settings, received: list[Arrived], at: int) -> Wall:
    """A fresh store given only what happened up to ``at``, in order of arrival; its time is up.

    Its processes look alive from then on.
    """
    r.flushdb()
    rules = rules_for(settings)
    for keys, actions in zip(shards(settings.shards), received, strict=True):
        pipe = r.pipeline(transaction=False)
        for entry, action in actions:
            if action.ts <= at:
                pipe.xadd(keys.actions, {"a": msgspec.json.encode(action)}, entry)
        pipe.execute()
        projector = Projector(r, keys, rules, 2000)
        assert projector.acquire()
        while projector.fold_once():
            pass
        pass_time(r, keys, projector, settings.shards, at)
        projector.release()
    hold(r, settings)
    return show(r, url, settings, at)


def pass_time(r: redis.Redis, keys: ShardKeys, projector: Projector, count: int, at: int) -> None:
    """Let the clock process work until it has reported everything up to ``at``."""
    domain_clock.publish(r, mode="replay", virtual_ms=at, speed=0.0)
    clock = DeadlineClock(r, keys, ActionLog(r, count))
    while clock.tick():
        while projector.fold_once():
            pass


def live_through(
    r: redis.Redis, url: str, settings: Settings, actions: list[Action], stops: list[int]
) -> dict[int, Wall]:
    """The walls at ``stops`` of a store that is given everything when it happens; one shard."""
    rules, keys = rules_for(settings), ShardKeys(0)
    log, out, left = ActionLog(r), {}, sorted(stops)
    projector, linker = Projector(r, keys, rules), Linker(r, [keys], rules)
    assert projector.acquire()

    def look(until: int) -> None:
        while left and left[0] < until:
            at = left.pop(0)
            pass_time(r, keys, projector, 1, at)
            out[at] = show(r, url, settings, at)

    for ts, group in groupby(actions, key=lambda action: action.ts):
        look(ts)
        # the clock is asked only when it has work
        first = r.zrange(keys.deadlines, 0, 0, withscores=True)
        if first and first[0][1] < ts:
            pass_time(r, keys, projector, 1, ts - 1)
        log.append([action for action in group if action.kind is not Kind.ESCALATE])
        while projector.fold_once() or linker.carry_once():
            pass
    look(max(stops) + 1)
    return out
