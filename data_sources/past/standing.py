"""The surge warnings that stood at a moment, and what was raised and ended in a stretch of time.

From the log of warnings, which holds the last 10,000 lines; it is read again only when it grew.
"""

from __future__ import annotations

import threading
from typing import Any, cast

import redis

from dashboard.core.surges.judge import SurgeWarning
from data_sources.store.keys_keys import WARNINGS_LOG
from data_sources.surges.warnings import Record, record


class Standing:
    """Reads one store's log of warnings; may be asked from several threads."""

    def __init__(self, r: redis.Redis) -> None:
        self._r, self._lock = r, threading.Lock()
        self._last, self._records = b"", list[Record]()

    def at(self, moment: int) -> list[SurgeWarning]:
        """Raised and not over at ``moment`` (ms), the least likely first."""
        standing: dict[str, SurgeWarning] = {}
        for line in self._read():
            if line.at > moment:
                continue
            if line.what == "raised":
                standing[line.warning.id] = line.warning
            else:
                standing.pop(line.warning.id, None)
        return sorted(standing.values(), key=lambda w: (w.evidence.p, w.raised_at, w.id))

    def between(self, start: int, end: int) -> list[Record]:
        """What was raised or ended from ``start`` until before ``end`` (ms), in order."""
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
