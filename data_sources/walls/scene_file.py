"""The scene file on disk, for those who change it from a page: read, and written as a whole.

A writer names the version that it has read; if the file has another one by then, nothing is
written. The file is replaced in one step and its last content stays next to it, as
``NAME.previous``. Workers of one machine take turns by a lock on the folder.
"""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile

from dashboard.errors import GridwallError

PREVIOUS = ".previous"
_MODE = 0o644
_ANYONE_WRITES = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class Changed(GridwallError):
    """The file has changed since it was read."""


class NotWritable(GridwallError):
    """The file or its folder does not let this program write."""


@dataclass(frozen=True)
class Content:
    """The text of the file, "" if there is none, and a word that changes with it."""

    text: str
    version: str


class SceneFileStore:
    """One scene file."""

    def __init__(self, path: Path) -> None:
        #: a link stays one: what it points to is replaced
        self.path = path.resolve()

    def read(self) -> Content:
        """The file as it is now; raises :class:`NotWritable` if it cannot be read."""
        try:
            raw = self.path.read_bytes()
            # as the reader takes it, so that a mark at the front is no part of the text
            return Content(raw.decode("utf-8-sig"), _version(raw))
        except FileNotFoundError:
            return Content("", _version(b""))
        except UnicodeDecodeError:
            raise NotWritable(f"{self.path}: expected UTF-8 text") from None
        except OSError as error:
            raise NotWritable(f"{self.path}: cannot be read: {error.strerror}") from error

    def refusal(self) -> str:
        """Why the file cannot be written; "" if it can."""
        if self.path.exists():
            if not self.path.is_file():
                return "not a file"
            writable = self.path.stat().st_mode & _ANYONE_WRITES
            if not writable or not os.access(self.path, os.W_OK):
                return "the file may not be written"
        folder = self._existing()
        return "" if os.access(folder, os.W_OK | os.X_OK) else "its folder may not be written"

    def write(self, text: str, version: str) -> str:
        """Replace the content that has this version; return the new version.

        Raises :class:`Changed` or :class:`NotWritable`; the file is then as it was.
        """
        if why := self.refusal():
            raise NotWritable(f"{self.path}: {why}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._turn():
                before = self.read()
                if before.version != version:
                    raise Changed(f"{self.path}: changed since it was read")
                if self.path.exists():
                    self._replace(self.path.with_name(self.path.name + PREVIOUS), self._bytes())
                raw = text.encode()
                self._replace(self.path, raw)
        except OSError as error:
            raise NotWritable(f"{self.path}: {error.strerror}") from error
        return _version(raw)

    def _existing(self) -> Path:
        """The folder, or the nearest one above it that is there."""
        return next(one for one in self.path.parents if one.exists())

    def _bytes(self) -> bytes:
        return self.path.read_bytes()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield
            # the folder holds the new name after a power cut too
            os.fsync(folder)
        finally:
            os.close(folder)

    def _replace(self, path: Path, raw: bytes) -> None:
        mode = stat.S_IMODE(self.path.stat().st_mode) if self.path.exists() else _MODE
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as made:
            try:
                made.write(raw)
                made.flush()
                os.fchmod(made.fileno(), mode)
                os.fsync(made.fileno())
                os.replace(made.name, path)
            except BaseException:
                with suppress(OSError):
                    os.unlink(made.name)
                raise


def _version(raw: bytes) -> str:
    return blake2b(raw, digest_size=8).hexdigest()
