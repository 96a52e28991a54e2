"""Tiles on disk: as many bytes as allowed, the longest unused go first.

The processes of a server may share the directory: a file is written whole or not at all, and one
that is gone is no error.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

_FRESH_S = 30 * 24 * 3600
#: after so many new bytes the directory is looked through
_LOOK_BYTES = 8_000_000


@dataclass(frozen=True, slots=True)
class Held:
    """What lies there; empty where the server had no tile."""

    body: bytes
    fresh: bool


class Kept:
    """A directory of tiles, at most about `most` bytes."""

    def __init__(self, directory: Path, most: int = 500_000_000) -> None:
        self._directory, self._most = directory, most
        self._lock = threading.Lock()
        # whatever an earlier life left is counted at the first look
        self._new = _LOOK_BYTES

    def get(self, name: str) -> Held | None:
        """The tile `z/x/y`, if it is there."""
        path = self._directory / name
        try:
            body = path.read_bytes()
            age = time.time() - path.stat().st_mtime
        except OSError:
            return None
        return Held(body, age < _FRESH_S)

    def put(self, name: str, body: bytes) -> None:
        """Keep a tile; a full or broken disk only means that it is fetched again."""
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
            self._new += len(body)
            if self._new < min(_LOOK_BYTES, self._most // 10):
                return
            self._new = 0
            self._trim()

    def _trim(self) -> None:
        """Remove the oldest until a tenth is free."""
        found = []
        for folder, _, files in os.walk(self._directory):
            for file in files:
                path = Path(folder) / file
                try:
                    stat = path.stat()
                except OSError:
                    continue
                # an empty file takes a block as well
                found.append((stat.st_mtime, max(4096, stat.st_size), path))
        total = sum(size for _, size, _ in found)
        if total <= self._most:
            return
        for _, size, path in sorted(found, key=lambda one: one[0]):
            path.unlink(missing_ok=True)
            total -= size
            if total <= 0.9 * self._most:
                return
