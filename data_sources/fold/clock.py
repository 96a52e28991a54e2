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
from dashboard.core.model.actions import Action, Kind, check
from data_sources.store import domain_clock
from data_sources.store.actions import ActionLog
from data_sources.store.aside import Aside
from data_sources.store.connection import connect
from data_sources.store.keys import ShardKeys, shards
from data_sources.store.lease import Lease
from data_sources.store.workers import run_each, stop_on_signals, work_leased

log = structlog.get_logger("clock")

_PERIOD_S = 0.2
#: deadlines read at a time
_LIMIT = 500


#: pages of deadlines looked through for new ones, where many stay that were written before
_PAGES = 20


class DeadlineClock:
    """Watches one shard's deadlines."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, actions: ActionLog) -> None:
        self._r, self._keys, self._actions = r, keys, actions
        self._lease = Lease(r, keys, "clock")
        self._aside = Aside(r, keys, "clock")
        #: deadlines already written, until the projector has moved them
        self._written: dict[bytes, float] = {}
        #: where to go on looking: deadlines that stay must not hide those behind them
        self._start = 0

    def run(self, stop: Event) -> None:
        """Write an action for each deadline that passes, until ``stop`` is set."""
        work_leased(self._lease, self.tick, stop, _PERIOD_S)

    def tick(self) -> int:
        """Write an ``escalate`` for each deadline passed; returns how many were written."""
        feed, server = domain_clock.read(self._r)
        due = self._due(feed.safe(server))
        new: list[Action] = []
        for member, at in due.items():
            try:
                new.append(_escalate(member.decode(), int(at)))
            except (ValueError, OverflowError) as error:
                # not made by the fold: every other event's deadlines go on
                self._aside.put(repr(member)[2:-1], error)
        if new:
            self._actions.append(new)
        self._written.update(due)
        return len(new)

    def _due(self, until: int) -> dict[bytes, float]:
        """Deadlines up to ``until`` (ms) that were not written yet, at most a page of them."""
        start, seen = self._start, dict[bytes, float]()
        for _ in range(_PAGES):
            page = cast(
                list[tuple[bytes, float]],
                self._r.zrangebyscore(
                    self._keys.deadlines, "-inf", until, start, _LIMIT, withscores=True
                ),
            )
            seen.update(page)
            new = {member: at for member, at in page if self._written.get(member) != at}
            if new or len(page) < _LIMIT:
                break
            start += _LIMIT
        if len(page) < _LIMIT:
            if not self._start:  # all were seen: those that are gone can be forgotten
                self._written = {m: at for m, at in seen.items() if m not in new}
            start = 0
        self._start = 0 if new else start
        return new


def _escalate(event_id: str, at: int) -> Action:
    """The clock's action for a deadline at ``at`` (ms); raises `ActionError` if it can't be."""
    name = names.escalation(event_id, at)
    return check(
        Action(action_id=name, event_id=event_id, kind=Kind.ESCALATE, ts=at, actor="clock")
    )


def run(settings: Settings, url: str) -> None:
    """Watch every shard of the store at ``url`` until SIGINT or SIGTERM."""
    stop = stop_on_signals()

    def watch(keys: ShardKeys) -> None:
        r = connect(url)
        DeadlineClock(r, keys, ActionLog(r, settings.shards)).run(stop)

    run_each(watch, shards(settings.shards), stop)
