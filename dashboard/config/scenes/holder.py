"""The current scene file: the last good one, read again when the file changes.

A broken file never takes a wall's picture away. Its mistakes are logged once, and are in
:attr:`Scenes.error` until the file is right again.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

import structlog

from dashboard.config.cities import City
from dashboard.config.reading import ConfigError
from dashboard.config.scenes.model import SceneFile
from dashboard.config.scenes.page import for_page
from dashboard.config.scenes.reader import read

log = structlog.get_logger("scenes")

_LOOK_S = 1.0


class Scenes:
    """Holds a file's content; raises :class:`ConfigError` if it is broken at the start.

    With ``optional`` the file need not be there: until it is, the shipped scenes are in force.
    """

    def __init__(self, path: Path | None, city: City, *, optional: bool = False) -> None:
        self._path, self._city, self._optional = path, city, optional
        content = self._content()
        self.current: SceneFile = read(self._source(), city)
        #: the mistakes of the file as it is now, [] if there are none
        self.error: list[str] = []
        self._page: dict[str, Any] | None = None
        self._seen = (content, self._stamps())
        #: changes whenever there is something else to show
        self.fingerprint = self._print()

    def refresh(self) -> bool:
        """Read the file again if it changed; return whether there is something new to show."""
        content = self._content()
        if (content, self._stamps()) == self._seen:
            return False
        self._seen = (content, self._stamps())
        try:
            self.current = read(self._source(), self._city)
        except ConfigError as error:
            mistakes = error.sentences()
            if mistakes != self.error:
                log.error("scene file not used", file=str(self._path), mistakes=mistakes)
            self.error = mistakes
            return False
        self.error, self._page = [], None
        self._seen = (content, self._stamps())
        self.fingerprint = self._print()
        log.info("scene file read", file=str(self._path), scenes=list(self.current.scenes))
        return True

    def page(self) -> dict[str, Any]:
        """The scenes as the page gets them; made once for each file."""
        if self._page is None:
            self._page = for_page(self.current, self.fingerprint)
        return self._page

    async def watch(self, stop: asyncio.Event) -> None:
        """Check the file each second until `stop` is set."""
        while not stop.is_set():
            await asyncio.to_thread(self.refresh)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOK_S)

    def _source(self) -> Path | None:
        """The file to read; None: the shipped one alone."""
        missing = self._path is not None and self._optional and not self._path.exists()
        return None if missing else self._path

    def _print(self) -> str:
        return blake2b(repr(self._seen).encode(), digest_size=6).hexdigest()

    def _content(self) -> bytes:
        try:
            return b"" if self._path is None else blake2b(self._path.read_bytes()).digest()
        except OSError:
            return b"unreadable"

    def _stamps(self) -> tuple[tuple[int, int], ...]:
        """Time and size of each overlay's file, (0, 0) for one that cannot be read."""
        found = []
        for overlay in self.current.overlays:
            try:
                stat = overlay.file.stat()
                found.append((stat.st_mtime_ns, stat.st_size))
            except OSError:
                found.append((0, 0))
        return tuple(found)
