"""The linker: carries what one event means for another, whatever shard that lives on.

What is addressed to a merged event goes to the survivor; a matter reported again in the same
grid and category is told to the event that was closed before. Both leave the projector
through each shard's links stream and arrive as actions, named so that a repeat is harmless.
"""

from __future__ import annotations

from threading import Event
from typing import cast

import msgspec
import redis
import structlog

from dashboard.core.events import Action, decode
from dashboard.core.links import Fact, recurrence
from dashboard.core.rules import Rules
from dashboard.rulebook import rules_for
from dashboard.settings import Settings
from data_sources.connection import connect
from data_sources.keys import LINKED, ShardKeys, again, shards
from data_sources.lease import Lease
from data_sources.stream import ActionLog
from data_sources.workers import stop_on_signals

log = structlog.get_logger("linker")

_BATCH = 500
_PERIOD_S = 0.2
_DAY_MS = 86_400_000
_FACT = msgspec.json.Decoder(Fact)
#: links are kept this long after they were carried, for people to look at
_KEPT = 10_000


class Linker:
    """Carries the links of all shards; one at a time does."""

    def __init__(self, r: redis.Redis, parts: list[ShardKeys], rules: Rules) -> None:
        self._r, self._parts, self._rules = r, parts, rules
        self._log = ActionLog(r, len(parts))
        self._lease = Lease(r, parts[0], "linker")

    def run(self, stop: Event) -> None:
        """Carry what there is until ``stop`` is set."""
        while not stop.is_set():
            carried = 0
            try:
                if self._lease.renew() if self._lease.token else self._lease.acquire():
                    carried = self.carry_once()
            except (redis.ConnectionError, redis.TimeoutError) as error:
                log.warning("redis is out of reach", reason=str(error))
            if not carried:
                stop.wait(_PERIOD_S)
        try:
            self._lease.release()
        except redis.RedisError as error:
            log.warning("lease not given back", reason=str(error))

    def carry_once(self) -> int:
        """Carry up to a batch of each shard; returns how many links that were."""
        return sum(self._carry(keys) for keys in self._parts)

    def _carry(self, keys: ShardKeys) -> int:
        position = cast(bytes | None, self._r.hget(LINKED, keys.name)) or b"0-0"
        entries = cast(
            list[tuple[bytes, dict[bytes, bytes]]],
            self._r.xrange(keys.links, b"(" + position, "+", _BATCH),
        )
        if not entries:
            return 0
        actions: list[Action] = []
        for _, fields in entries:
            if b"a" in fields:
                actions.append(decode(fields[b"a"]))
            else:
                # what was linked before must stand in the stream before its index entry goes
                actions += self._linked(_FACT.decode(fields[b"f"]))
        if actions:
            self._log.append(actions)
        # only now: a kill before this carries the same again, which changes nothing
        self._r.hset(LINKED, keys.name, entries[-1][0])
        self._r.xtrim(keys.links, maxlen=_KEPT, approximate=True)
        return len(entries)

    def _linked(self, fact: Fact) -> list[Action]:
        """Index the fact, and tell the events that it makes a recurrence of."""
        window = self._rules.recurrence_days * _DAY_MS
        reports, closings = (again(k, fact.grid, fact.category) for k in ("reports", "closings"))
        self._r.zadd(reports, {fact.event_id: fact.reported_at})
        oldest = fact.ts - 2 * window
        self._r.zremrangebyscore(reports, "-inf", oldest)
        self._r.zremrangebyscore(closings, "-inf", oldest)
        found: list[Action] = []
        before = self._between(closings, fact.reported_at - window, f"({fact.reported_at}")
        for earlier in self._facts(before, fact):
            if 0 < fact.reported_at - earlier.closed_at <= window:
                found.append(recurrence(earlier, fact))
        if found:
            self._log.append(found)
            self._r.zrem(closings, *(action.event_id for action in found))
        if not fact.closed_at:
            return []
        after = self._between(reports, f"({fact.closed_at}", fact.closed_at + window)
        later = self._facts([e for e in after if e != fact.event_id], fact)
        if later:
            return [recurrence(fact, later[0])]
        self._r.zadd(closings, {fact.event_id: fact.closed_at})
        return []

    def _between(self, key: str, low: int | str, high: int | str) -> list[str]:
        return [m.decode() for m in cast(list[bytes], self._r.zrangebyscore(key, low, high))]

    def _facts(self, event_ids: list[str], like: Fact) -> list[Fact]:
        """What these events are by now, those still of the same grid and category."""
        states = self._log.states(event_ids)
        return [
            Fact(e, s.grid, s.category, s.reported_at, s.closed_at, s.updated_at)
            for e, s in states.items()
            if s is not None and (s.grid, s.category) == (like.grid, like.category)
        ]


def run(settings: Settings, url: str) -> None:
    """Carry the links of the store at ``url`` until SIGINT or SIGTERM."""
    stop = stop_on_signals()
    Linker(connect(url), shards(settings.shards), rules_for(settings)).run(stop)
