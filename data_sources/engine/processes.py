"""Child processes that never outlive us: own process group, death signal, group kill.

`spawn()` must be called from the main thread: on Linux the death signal is sent when the
*thread* that spawned the child ends. Other systems have no such signal: there a `kill -9` of the
parent leaves its children running.

The output of a child goes to `<dir>/logs/<name>.log`. The child writes in append mode, so a log
can be copied away and truncated while it runs; a line written between the two steps may be lost.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

#: a larger log is rotated, bytes; so many old ones are kept
LARGEST = 5 * 1024 * 1024
KEPT = 3
_PR_SET_PDEATHSIG = 1
# Loaded once, here: a library must not be loaded between fork and exec.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def die_with_parent(sig: signal.Signals, parent: int) -> None:
    """Ask the kernel to send us `sig` when process `parent` ends."""
    if _libc is None:
        return
    _libc.prctl(_PR_SET_PDEATHSIG, int(sig), 0, 0, 0)
    if os.getppid() != parent:  # it ended before the request was made
        os.kill(os.getpid(), sig)


def spawn(
    argv: Sequence[str | Path],
    *,
    log: IO[bytes],
    death: signal.Signals,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    pass_fds: Sequence[int] = (),
) -> "subprocess.Popen[bytes]":
    """Start `argv` in its own process group, with output to `log`; `death` is sent when we end."""
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("spawn() outside the main thread would tie the child to that thread")
    parent = os.getpid()
    return subprocess.Popen(
        [str(part) for part in argv],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=None if env is None else dict(env),
        cwd=cwd,
        pass_fds=pass_fds,
        process_group=0,
        preexec_fn=_preexec(death, parent),
    )


def _preexec(death: signal.Signals, parent: int) -> Callable[[], None] | None:
    if _libc is None:
        return None
    return lambda: die_with_parent(death, parent)


def kill_group(pid: int, sig: signal.Signals) -> None:
    """Send `sig` to the process group that `spawn()` made for `pid`, if it still exists."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, sig)


def has_ended(pid: int) -> bool:
    """Whether our child has ended. It is not reaped: a zombie keeps its group id in use."""
    try:
        flags = os.WEXITED | os.WNOHANG | os.WNOWAIT
        return os.waitid(os.P_PID, pid, flags) is not None
    except ChildProcessError:
        return True


def is_stopped(pid: int) -> bool:
    """Whether a process is suspended (SIGSTOP); False where the system does not tell."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state in ("T", "t")


def stop(children: Sequence["subprocess.Popen[bytes]"], grace: float) -> None:
    """Send TERM to every group, wait `grace` seconds for all together, then send KILL."""
    left = [child for child in children if child.returncode is None]
    for child in left:
        kill_group(child.pid, signal.SIGTERM)
    end = time.monotonic() + grace
    while time.monotonic() < end and not all(has_ended(child.pid) for child in left):
        time.sleep(0.02)
    for child in left:
        # Even if the leader has ended: a worker may still be in its group.
        kill_group(child.pid, signal.SIGKILL)
        child.wait()


def log_path(directory: Path, name: str) -> Path:
    """The path of the log `name`."""
    return directory / "logs" / f"{name}.log"


def open_log(directory: Path, name: str) -> IO[bytes]:
    """Open a log for appending, rotated first if it is large."""
    path = log_path(directory, name)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    rotate(path)
    return path.open("ab")


def rotate(path: Path, largest: int = LARGEST) -> bool:
    """Copy the end of a log over `largest` bytes to `.1` (`.1` to `.2`, …) and truncate it.

    Returns whether it did. No file has more than `largest` bytes afterwards, whatever was written
    meanwhile, and the log is truncated even if nothing can be copied: the disk may be full of it.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return False
    if size <= largest:
        return False
    try:
        # the oldest first, which makes room for what is copied
        _numbered(path, KEPT).unlink(missing_ok=True)
        for n in range(KEPT - 1, 0, -1):
            with contextlib.suppress(FileNotFoundError):
                _numbered(path, n).replace(_numbered(path, n + 1))
        with path.open("rb") as log, _numbered(path, 1).open("wb") as copy:
            log.seek(size - largest)
            shutil.copyfileobj(log, copy)
    finally:
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
