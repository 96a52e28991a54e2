"""Where the embedded engine's unix socket lies.

Beside the data if the path is short enough for the system, else in a private directory for
run-time files, with that path recorded in the data directory so that others find it.
"""

import contextlib
import os
import stat
import tempfile
from pathlib import Path

from data_sources.engine.binary import EngineError

#: `sun_path` holds 104 bytes on macOS and 108 on Linux, with the closing zero.
LONGEST = 103
_NAME = "engine.sock"
_SOCKET_RECORD = "socket-path"


class SocketPathError(EngineError):
    """No place was found where the socket's path is short enough."""


def current(directory: Path) -> Path:
    """Where the socket of `directory` is, or would be."""
    beside = directory / _NAME
    if _fits(beside):
        return beside
    with contextlib.suppress(OSError):
        return Path((directory / _SOCKET_RECORD).read_text().strip())
    return beside


def prepare(directory: Path) -> Path:
    """The path to listen on; made so that only this user can reach it."""
    path = current(directory)
    if not _fits(path) or not _is_private(path.parent):
        path = _runtime_directory(directory) / _NAME
        (directory / _SOCKET_RECORD).write_text(f"{path}\n")
    return path


def forget(directory: Path, socket: Path) -> None:
    """Remove a socket's private run-time directory once its server has ended."""
    if socket.parent != directory:
        with contextlib.suppress(OSError):
            socket.unlink(missing_ok=True)
            socket.parent.rmdir()
            (directory / _SOCKET_RECORD).unlink()


def _runtime_directory(directory: Path) -> Path:
    tried = []
    for base in (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"):
        if not base or not os.path.isdir(base) or not os.access(base, os.W_OK):
            continue
        if _fits(Path(base) / "gridwall-12345678" / _NAME):
            # A fresh directory of mode 700: nobody can have put one there before us.
            return Path(tempfile.mkdtemp(prefix="gridwall-", dir=base))
        tried.append(base)
    raise SocketPathError(
        f"socket path {directory / _NAME} is longer than {LONGEST} bytes and no shorter "
        f"private place was found (tried {', '.join(tried) or 'none'}): "
        "choose a shorter GRIDWALL_DATA_DIR"
    )


def _fits(path: Path) -> bool:
    return len(os.fsencode(path)) <= LONGEST


def _is_private(directory: Path) -> bool:
    try:
        found = directory.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid()
