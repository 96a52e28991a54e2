"""Log files of child processes: `<dir>/logs/<name>.log`, kept small.

A child writes to an inherited descriptor in append mode, so a file can be copied away and cut
while the child runs; a line written between the two steps may be lost, which a log can bear.
"""

import contextlib
import os
import shutil
from pathlib import Path
from typing import IO

LARGEST = 5 * 1024 * 1024
KEPT = 3


def log_path(directory: Path, name: str) -> Path:
    """Where the log called `name` lies."""
    return directory / "logs" / f"{name}.log"


def open_log(directory: Path, name: str) -> IO[bytes]:
    """Open a log to append to, rotated first if it is large."""
    path = log_path(directory, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    rotate(path)
    return path.open("ab")


def rotate(path: Path, largest: int = LARGEST) -> bool:
    """Move a log over `largest` bytes to `.1` (`.1` to `.2`, …) and empty it in place."""
    try:
        if path.stat().st_size <= largest:
            return False
    except FileNotFoundError:
        return False
    for n in range(KEPT - 1, 0, -1):
        with contextlib.suppress(FileNotFoundError):
            _numbered(path, n).replace(_numbered(path, n + 1))
    shutil.copyfile(path, _numbered(path, 1))
    os.truncate(path, 0)
    return True


def tail(path: Path, lines: int = 12, since: int = 0) -> list[str]:
    """The last lines written after byte `since`."""
    try:
        with path.open("rb") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(min(since, end), end - 16_384))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return []
    return [line.rstrip() for line in text.splitlines() if line.strip()][-lines:]


def _numbered(path: Path, n: int) -> Path:
    return path.with_name(f"{path.name}.{n}")
