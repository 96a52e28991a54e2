"""The embedded engine: one Redis or Valkey server in a locked data directory.

In: a directory. Out: a `unix://` URL that answers. `flock(<dir>/.lock)` decides which process
starts the server (the server inherits the lock, so it holds as long as the server runs); any
other process attaches to the socket. Two servers on one directory would corrupt the data: Redis
itself has no lock. The server listens on a private unix socket only, keeps an AOF, and gets TERM
when its starter ends, so that it writes its AOF out. The supervisor restarts it, not this module.

The socket is in the data directory if the path is short enough for the system, else in a private
run-time directory whose path is recorded in the data directory.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from data_sources.engine import binary as engine_binary
from data_sources.engine import processes
from data_sources.engine.binary import EngineError, NoEngineError

__all__ = ["DataDirError", "Engine", "EngineError", "LockHeldError", "NoEngineError", "running_url"]

LOCK = ".lock"
_BINARY_RECORD = "engine"  # the path of the binary that wrote the data
#: Called repeatedly while waiting, with the share of data loaded, 0 to 1; may raise to give up.
Waiting = Callable[[float], None]
#: `sun_path` holds 104 bytes on macOS and 108 on Linux, with the closing zero.
LONGEST = 103
_NAME = "engine.sock"
_SOCKET_RECORD = "socket-path"


class DataDirError(EngineError):
    """The data directory cannot be created, written or locked."""


class LockHeldError(EngineError):
    """Another process holds the lock, but no server answers."""


class SocketPathError(EngineError):
    """No directory was found in which the socket's path is short enough."""


class Engine:
    """The server of one data directory: our own, or that of another process."""

    def __init__(self, directory: Path, on_wait: Waiting | None = None) -> None:
        self.directory = directory.absolute()
        self.on_wait = on_wait
        self.process: subprocess.Popen[bytes] | None = None
        self.socket = current(self.directory)
        self._lock: IO[str] | None = None

    @property
    def url(self) -> str:
        """The URL for `redis.from_url()`."""
        return f"unix://{quote(str(self.socket))}"

    @property
    def owned(self) -> bool:
        """Whether we hold the lock, and so the right to start the server."""
        return self._lock is not None

    def open(self, patience: float = 10.0) -> str:
        """Take the lock and start the server, or attach to the one that runs; return its URL."""
        end = time.monotonic() + patience
        while True:
            if self._take_lock():
                self.start()
                return self.url
            self.socket = current(self.directory)
            state = probe(self.socket)
            if state == 1.0:
                return self.url
            self._report(state)
            if state is not None:
                # It is loading its data, which may take any time.
                end = time.monotonic() + patience
            if time.monotonic() > end:
                raise LockHeldError(
                    f"data directory {self.directory} is locked by {self._holder()}, "
                    f"but no server answers on {self.socket}"
                )
            time.sleep(0.05)

    def start(self) -> None:
        """Start the server, also again after it ended, and wait until it serves. Needs the lock."""
        if self._lock is None:
            raise RuntimeError("start() without the lock")
        record = self.directory / _BINARY_RECORD
        before = Path(record.read_text().strip()) if record.is_file() else None
        binary = engine_binary.find(before)
        self.socket = prepare(self.directory)
        record.write_text(f"{binary.path}\n")
        data = self.directory / "redis"
        data.mkdir(mode=0o700, exist_ok=True)
        with processes.open_log(self.directory, "engine") as log:
            log_start = log.seek(0, os.SEEK_END)
            self.process = processes.spawn(
                _arguments(binary.path, data, self.socket),
                log=log,
                death=signal.SIGTERM,
                pass_fds=[self._lock.fileno()],
            )
        self._wait_ready(binary, before, log_start)

    def reap(self) -> None:
        """Reap our server that has ended, so that it can be started again."""
        if self.process is not None:
            self.process.wait()
            self.process = None

    def answers(self) -> bool:
        """Whether the server serves right now."""
        return probe(self.socket) == 1.0

    def responds(self) -> bool:
        """Whether the server gives any answer, if only that it is loading."""
        return probe(self.socket) is not None

    def close(self, grace: float = 5.0) -> None:
        """Stop the server if it is ours and give the lock back."""
        if self.process is not None:
            processes.stop([self.process], grace)
            self.process = None
        if self._lock is not None:
            forget(self.directory, self.socket)
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Engine:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take_lock(self) -> bool:
        if self._lock is not None:
            return True
        lock = open_private(self.directory, LOCK)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        except OSError as error:
            lock.close()
            raise DataDirError(
                f"data directory {self.directory} cannot be locked: {error.strerror}"
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        self._lock = lock
        return True

    def _wait_ready(
        self, binary: engine_binary.EngineBinary, before: Path | None, log_start: int
    ) -> None:
        assert self.process is not None
        end = time.monotonic() + 10
        while (state := probe(self.socket)) != 1.0:
            code = self.process.poll()
            if code is not None or time.monotonic() > end:
                if code is None:
                    processes.stop([self.process], 1.0)
                self.process = None
                raise EngineError(self._why(binary, before, log_start))
            self._report(state)
            if state is not None:
                end = time.monotonic() + 10
            time.sleep(0.02)

    def _why(self, binary: engine_binary.EngineBinary, before: Path | None, log_start: int) -> str:
        path = processes.log_path(self.directory, "engine")
        output = processes.tail(path, since=log_start)
        errors = [line for line in output if "#" in line.split(" * ")[0]]
        last = (errors or output or ["nothing in its log"])[-1]
        reason = last.split("# ", 1)[-1].strip()
        text = f"{binary} ({binary.path}) did not start in {self.directory}: {reason}"
        if before is not None and before != binary.path:
            text += f"; its data was last written by {before}"
        return text

    def _report(self, share: float | None) -> None:
        if self.on_wait is not None:
            self.on_wait(share or 0.0)

    def _holder(self) -> str:
        pid = holder(self.directory, LOCK)
        return "another process" if pid is None else f"process {pid}"


def probe(socket: Path) -> float | None:
    """1.0 if a server serves on `socket`, the share loaded if it is loading, None if none runs."""
    client = redis.Redis(
        unix_socket_path=str(socket),
        socket_timeout=2,
        socket_connect_timeout=2,
        retry=Retry(NoBackoff(), 0),
    )
    with contextlib.closing(client):
        try:
            client.ping()
        except redis.exceptions.BusyLoadingError:
            return _loaded(client)
        except redis.exceptions.ConnectionError:
            return None
        except redis.exceptions.ResponseError:
            return 1.0  # busy with a script, but serving
        except redis.exceptions.TimeoutError:
            return None
    return 1.0


def _loaded(client: redis.Redis) -> float:
    try:
        # `ping` failed with LOADING; `info` is answered all the same.
        share = client.info("persistence").get("loading_loaded_perc", 0.0)
    except redis.exceptions.RedisError:
        return 0.0
    return min(float(share) / 100, 0.99)


def running_url(directory: Path) -> str | None:
    """The URL of the server that runs for `directory`, None if none does; starts nothing."""
    socket = current(directory.absolute())
    if socket.exists() and probe(socket) is not None:
        return f"unix://{quote(str(socket))}"
    return None


def open_private(directory: Path, name: str) -> IO[str]:
    """Open `<directory>/<name>` for a lock, creating both; raises :class:`DataDirError`."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (directory / name).open("a+", encoding="ascii")
    except OSError as error:
        raise DataDirError(
            f"data directory {directory} is not writable: {error.strerror}"
        ) from error


def holder(directory: Path, name: str) -> int | None:
    """The process id written in a lock file, if there is one."""
    try:
        return int((directory / name).read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _arguments(binary: Path, data: Path, socket: Path) -> list[str | Path]:
    options: dict[str, str | Path] = {
        "port": "0",
        "unixsocket": socket,
        "unixsocketperm": "700",
        "dir": data,
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",  # the AOF is enough; snapshots would only cost
        "daemonize": "no",
        "maxmemory-policy": "noeviction",
    }
    argv: list[str | Path] = [binary]
    for name, value in options.items():
        argv += [f"--{name}", value]
    return argv


# ---- the socket


def current(directory: Path) -> Path:
    """The path of the socket of `directory`, whether it exists or not."""
    inside = directory / _NAME
    if _fits(inside):
        return inside
    with contextlib.suppress(OSError):
        return Path((directory / _SOCKET_RECORD).read_text().strip())
    return inside


def prepare(directory: Path) -> Path:
    """The path to listen on, in a directory that only this user can enter."""
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
            # A new directory of mode 700: another user cannot have created it before us.
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
