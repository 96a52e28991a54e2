"""A cache of tiles on disk, limited in bytes; the oldest are removed first.

The processes of a server may share the directory: a file is written completely or not at all, and
one that has been removed meanwhile is no error.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

#: age up to which a tile is not fetched again, s
_VALID_S = 30 * 24 * 3600
#: bytes written between two looks at the size of the directory
_LOOK_BYTES = 8_000_000
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class CachedTile:
    """A cached tile; empty where the server had none.

    ``valid``: need not be fetched again.
    """

    body: bytes
    valid: bool


class TileCache:
    """A directory of tiles, at most about ``most`` bytes."""

    def __init__(self, directory: Path, most: int = 500_000_000) -> None:
        self._directory, self._most = directory, most
        self._lock = threading.Lock()
        # large enough that what an earlier run left is counted at the first write
        self._new = _LOOK_BYTES

    def get(self, name: str) -> CachedTile | None:
        """The tile named ``z/x/y``; None if it is not cached."""
        path = self._directory / name
        try:
            body = path.read_bytes()
            age = time.time() - path.stat().st_mtime
        except OSError:
            return None
        return CachedTile(body, age < _VALID_S)

    def put(self, name: str, body: bytes) -> None:
        """Store a tile; on a full or broken disk it is only fetched again."""
        path = self._directory / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".")
            with os.fdopen(handle, "wb") as file:
                file.write(body)
            os.replace(temporary, path)
        except OSError:
            return
        with self._lock:
            # an empty file takes a block as well
            self._new += max(_BLOCK, len(body))
            if self._new < min(_LOOK_BYTES, self._most // 10):
                return
            self._new = 0
            self._trim()

    def _trim(self) -> None:
        """Remove the oldest tiles until a tenth of the limit is free."""
        found = []
        for folder, _, files in os.walk(self._directory):
            for file in files:
                path = Path(folder) / file
                try:
                    stat = path.stat()
                except OSError:
                    continue
                found.append((stat.st_mtime, max(_BLOCK, stat.st_size), path))
        total = sum(size for _, size, _ in found)
        if total <= self._most:
            return
        for _, size, path in sorted(found, key=lambda one: one[0]):
            path.unlink(missing_ok=True)
            total -= size
            if total <= 0.9 * self._most:
                return
