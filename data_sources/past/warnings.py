"""Surge warnings of the past: those open at a moment, those that changed in a span of time.

They come from the log of warnings, which has the last 10,000 lines; it is read again only when it
has grown.
"""

from __future__ import annotations

import threading
from typing import Any, cast

import redis

from dashboard.core.surges.incidents import SurgeWarning
from data_sources.store.keys import WARNINGS_LOG
from data_sources.surges.warnings import Record, record


class WarningsLog:
    """Reads one store's log of warnings; safe to use from several threads."""

    def __init__(self, r: redis.Redis) -> None:
        self._r, self._lock = r, threading.Lock()
        self._last, self._records = b"", list[Record]()

    def at(self, moment: int) -> list[SurgeWarning]:
        """The warnings that were open at ``moment`` (ms), the least likely first."""
        open_then: dict[str, SurgeWarning] = {}
        for line in self._read():
            if line.at > moment:
                continue
            if line.what != "ended":
                open_then[line.warning.id] = line.warning
            else:
                open_then.pop(line.warning.id, None)
        return sorted(open_then.values(), key=lambda w: (w.evidence.p, w.raised_at, w.id))

    def between(self, start: int, end: int) -> list[Record]:
        """The warnings raised, moved or ended in ``start`` until before ``end`` (ms), in order."""
        return [line for line in self._read() if start <= line.at < end]

    def _read(self) -> list[Record]:
        newest = cast(list[tuple[bytes, Any]], self._r.xrevrange(WARNINGS_LOG, count=1))
        last = newest[0][0] if newest else b""
        with self._lock:
            if last != self._last:
                found = cast(list[tuple[bytes, dict[bytes, bytes]]], self._r.xrange(WARNINGS_LOG))
                lines = [record(fields) for _, fields in found]
                self._records = sorted(lines, key=lambda line: line.at)  # stable
                self._last = last
            return self._records if last else []
