"""The deadline clock: turns deadlines into ``escalate`` actions; time enters the engine here only.

It reads each shard's sorted set of deadlines. An action's id is made of the event and the
deadline only, so that writing it again changes nothing.
"""

from __future__ import annotations

from threading import Event
from typing import cast

import redis
import structlog

from dashboard.config.settings import Settings
from dashboard.core.model import names
from dashboard.core.model.actions import Action, Kind
from data_sources.store import domain_clock
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.keys import ShardKeys, shards
from data_sources.store.lease import Lease
from data_sources.store.workers import run_each, stop_on_signals, work_leased

log = structlog.get_logger("clock")

_PERIOD_S = 0.2
#: deadlines read at a time
_LIMIT = 500


class DeadlineClock:
    """Watches one shard's deadlines."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, actions: ActionLog) -> None:
        self._r, self._keys, self._actions = r, keys, actions
        self._lease = Lease(r, keys, "clock")
        #: deadlines already written, until the projector has moved them
        self._written: dict[str, int] = {}

    def run(self, stop: Event) -> None:
        """Write an action for each deadline that passes, until ``stop`` is set."""
        work_leased(self._lease, self.tick, stop, _PERIOD_S)

    def tick(self) -> int:
        """Write an ``escalate`` for each deadline passed; returns how many were written."""
        feed, server = domain_clock.read(self._r)
        due = cast(
            list[tuple[bytes, float]],
            self._r.zrangebyscore(
                self._keys.deadlines, "-inf", feed.safe(server), 0, _LIMIT, withscores=True
            ),
        )
        passed = {event_id.decode(): int(at) for event_id, at in due}
        new = [
            Action(
                action_id=names.escalation(event_id, at),
                event_id=event_id,
                kind=Kind.ESCALATE,
                ts=at,
                actor="clock",
            )
            for event_id, at in passed.items()
            if self._written.get(event_id) != at
        ]
        if new:
            self._actions.append(new)
        self._written = passed
        return len(new)


def run(settings: Settings, url: str) -> None:
    """Watch every shard of the store at ``url`` until SIGINT or SIGTERM."""
    stop = stop_on_signals()

    def watch(keys: ShardKeys) -> None:
        r = connect(url)
        DeadlineClock(r, keys, ActionLog(r, settings.shards)).run(stop)

    run_each(watch, shards(settings.shards), stop)
