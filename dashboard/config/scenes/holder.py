"""The scene file as it stands now: the last good one, read again when it changed.

A broken file never takes a wall's picture away; what is wrong with it is told, once in the log
and for as long as it lasts by :attr:`Scenes.error`.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

import structlog

from dashboard.config.cities import City
from dashboard.config.scenes.model import SceneFile
from dashboard.config.scenes.page import for_page
from dashboard.config.scenes.reader import SceneError, read

log = structlog.get_logger("scenes")

_LOOK_S = 1.0


class Scenes:
    """Holds what a file says; raises :class:`SceneError` if it is broken at the start."""

    def __init__(self, path: Path | None, city: City) -> None:
        self._path, self._city = path, city
        content = self._content()
        self.current: SceneFile = read(path, city)
        #: what is wrong with the file as it stands, [] if nothing
        self.error: list[str] = []
        self._page: dict[str, Any] | None = None
        self._seen = (content, self._stamps())
        #: another whenever there is something else to show
        self.fingerprint = self._print()

    def look(self) -> bool:
        """Read the file again if it changed; whether there is something new to show."""
        content = self._content()
        if (content, self._stamps()) == self._seen:
            return False
        self._seen = (content, self._stamps())
        try:
            self.current = read(self._path, self._city)
        except SceneError as error:
            if error.mistakes != self.error:
                log.error("scene file not used", file=str(self._path), mistakes=error.mistakes)
            self.error = error.mistakes
            return False
        self.error, self._page = [], None
        self._seen = (content, self._stamps())
        self.fingerprint = self._print()
        log.info("scene file read", file=str(self._path), scenes=list(self.current.scenes))
        return True

    def page(self) -> dict[str, Any]:
        """What the page is told; made once for each file."""
        if self._page is None:
            self._page = for_page(self.current, self.fingerprint)
        return self._page

    async def watch(self, stop: asyncio.Event) -> None:
        """Look each second until `stop` is set."""
        while not stop.is_set():
            await asyncio.to_thread(self.look)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOK_S)

    def _print(self) -> str:
        return blake2b(repr(self._seen).encode(), digest_size=6).hexdigest()

    def _content(self) -> bytes:
        try:
            return b"" if self._path is None else blake2b(self._path.read_bytes()).digest()
        except OSError:
            return b"unreadable"

    def _stamps(self) -> tuple[tuple[int, int], ...]:
        """Changes when an overlay's file does."""
        found = []
        for overlay in self.current.overlays:
            try:
                stat = overlay.file.stat()
                found.append((stat.st_mtime_ns, stat.st_size))
            except OSError:
                found.append((0, 0))
        return tuple(found)
