"""The linker: turns the consequences of one event for another into actions, across shards.

An action addressed to a merged event goes to the survivor; a matter reported again in the same
grid and category becomes a recurrence of the event closed before. The projector writes both to
each shard's links stream, the linker appends them as actions, with ids that make a repeat harmless.
"""

from __future__ import annotations

from threading import Event
from typing import cast

import msgspec
import redis
import structlog

from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.lifecycle.links import Fact, Voided
from dashboard.core.model.actions import Action, decode
from dashboard.core.model.rules import Rules
from data_sources.fold.recurrences import Recurrences
from data_sources.store.actions import ActionLog
from data_sources.store.aside import Aside
from data_sources.store.connection import connect
from data_sources.store.keys import LINKED, ShardKeys, shards
from data_sources.store.lease import Lease
from data_sources.store.workers import stop_on_signals, work_leased

log = structlog.get_logger("linker")

#: links carried at a time
_BATCH = 500
_PERIOD_S = 0.2
_FACT = msgspec.json.Decoder(Fact)
_VOIDED = msgspec.json.Decoder(Voided)
#: links kept in the stream after they were carried, for people to look at
_KEPT = 10_000


class Linker:
    """Carries the links of all shards; the lease keeps it to one process at a time."""

    def __init__(self, r: redis.Redis, parts: list[ShardKeys], rules: Rules) -> None:
        self._r, self._parts = r, parts
        self._log = ActionLog(r, len(parts), rules)
        self._recurrences = Recurrences(r, self._log, rules)
        self._lease = Lease(r, parts[0], "linker")
        self._asides = {keys.name: Aside(r, keys, "linker") for keys in parts}

    def run(self, stop: Event) -> None:
        """Carry links until ``stop`` is set."""
        work_leased(self._lease, self.carry_once, stop, _PERIOD_S)

    def carry_once(self) -> int:
        """Carry up to a batch of each shard; returns the number of links."""
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
        for entry, fields in entries:
            try:
                if b"a" in fields:
                    actions.append(decode(fields[b"a"]))
                elif b"v" in fields:
                    self._recurrences.void(_VOIDED.decode(fields[b"v"]))
                else:
                    self._recurrences.note(_FACT.decode(fields[b"f"]))
            except Exception as error:  # noqa: BLE001 - one link's trouble is not the others'
                self._asides[keys.name].put(f"link {entry.decode()}", error)
        if actions:
            self._log.append(actions)
        # only now: a kill before this carries the same again, which changes nothing
        self._r.hset(LINKED, keys.name, entries[-1][0])
        if len(entries) < _BATCH:  # else the oldest of what waits would be cut
            self._r.xtrim(keys.links, maxlen=_KEPT, approximate=True)
        return len(entries)


def run(settings: Settings, url: str, stop: Event | None = None) -> None:
    """Carry the links of the store at ``url`` until ``stop`` or a signal."""
    stop = stop or stop_on_signals()
    Linker(connect(url), shards(settings.shards), rules_for(settings)).run(stop)
