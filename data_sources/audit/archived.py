"""Archived events in an audit: the states in files must equal the recount of their actions."""

from __future__ import annotations

from pathlib import Path

import msgspec
import redis

from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState
from data_sources.archive.files import ArchiveReader, listing_of
from data_sources.audit.report import Findings
from data_sources.errors import ArchiveUnreadable
from data_sources.store.filing import month_of
from data_sources.store.keys import ShardKeys


class Archive:
    """One shard's archive; empty without a directory."""

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
        self._reader = None if directory is None else ArchiveReader(r, keys, directory)
        self._broken = False

    def count(self) -> int:
        """The number of archived events; 0 with a finding if a file can't be read."""
        try:
            return 0 if self._reader is None else self._reader.count()
        except ArchiveUnreadable as error:
            self._unreadable(error)
            return 0

    def state(self, wanted: EventState) -> bytes | None:
        """The archived state if it is ``wanted``, else None."""
        if self._reader is None or self._directory is None or self._broken or wanted.open:
            return None
        raw, month = msgspec.msgpack.encode(wanted), month_of(self._rules.local, wanted)
        try:
            if self._reader.has(month, wanted.event_id, raw):
                return raw
            if listing_of(self._r, self._keys) != self._reader.listing:  # archived meanwhile
                self._reader = ArchiveReader(self._r, self._keys, self._directory)
                if self._reader.has(month, wanted.event_id, raw):
                    return raw
        except ArchiveUnreadable as error:
            self._unreadable(error)
        return None

    def _unreadable(self, error: ArchiveUnreadable) -> None:
        self._broken = True
        self._findings.add("archive", self._keys.archived, "", "files as written", str(error))
