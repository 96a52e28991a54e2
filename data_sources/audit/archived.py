"""Archived events in an audit: what their files hold must be what their actions come to."""

from __future__ import annotations

from pathlib import Path

import msgspec
import redis

from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState
from data_sources.archive.reading import Shelf, listing_of
from data_sources.audit.report import Findings
from data_sources.errors import ArchiveUnreadable
from data_sources.store.filing import month_of
from data_sources.store.keys_keys import ShardKeys


class Archive:
    """One shard's; without a directory it is empty."""

    def __init__(
        self,
        r: redis.Redis,
        keys: ShardKeys,
        rules: Rules,
        directory: Path | None,
        findings: Findings,
    ) -> None:
        self._r, self._keys, self._rules = r, keys, rules
        self._directory, self._findings = directory, findings
        self._shelf = None if directory is None else Shelf(r, keys, directory)
        self._broken = False

    def count(self) -> int:
        """How many events lie there; 0 if that can't be found out, which is a finding."""
        try:
            return 0 if self._shelf is None else self._shelf.count()
        except ArchiveUnreadable as error:
            self._unreadable(error)
            return 0

    def state(self, wanted: EventState) -> bytes | None:
        """The state that lies there if it is the one that it should be, None otherwise."""
        if self._shelf is None or self._directory is None or self._broken or wanted.open:
            return None
        raw, month = msgspec.msgpack.encode(wanted), month_of(self._rules.local, wanted)
        try:
            if self._shelf.has(month, wanted.event_id, raw):
                return raw
            if listing_of(self._r, self._keys) != self._shelf.listing:  # it came there meanwhile
                self._shelf = Shelf(self._r, self._keys, self._directory)
                if self._shelf.has(month, wanted.event_id, raw):
                    return raw
        except ArchiveUnreadable as error:
            self._unreadable(error)
        return None

    def _unreadable(self, error: ArchiveUnreadable) -> None:
        self._broken = True
        self._findings.add("archive", self._keys.archived, "", "files as written", str(error))
