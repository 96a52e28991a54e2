"""The leaders' desk: questions to a copy of what the projector holds, kept by each web worker.

Thread-safe and blocking: call it in a thread. The copy is made at the first question, follows the
store while questions come, and stops ten minutes after the last. While Redis is unreachable it goes
on answering, and reports how old its answers are.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import redis
import structlog

from dashboard.core.model.rules import Rules
from dashboard.errors import GridwallError
from data_sources.desk.copy.mirror import Archived, Mark, Mirror
from data_sources.desk.copy.reader import Reader
from data_sources.desk.copy.tables import Tables
from data_sources.store.keys import ShardKeys
from data_sources.store.trouble import cause

log = structlog.get_logger("desk")
T = TypeVar("T")

#: pause between two looks at the store, after an error, and without questions until it stops
_PERIOD_S = 0.25
_RETRY_S = 1.0
_IDLE_S = 600.0
#: how long a question waits for the first load, or for changes after a pause
_PATIENCE_S = 2.0
#: a copy that was not compared with the store for so long is updated before it answers
_STALE_S = 1.5
#: a part whose lease is older than this counts as silent; they renew well within it
_SILENT_MS = {"clock": 8_000, "watcher": 20_000}


class DeskLoading(GridwallError):
    """The copy is being loaded; ``share`` of it is done, 0 to 1."""

    def __init__(self, share: float) -> None:
        self.share = share
        super().__init__(f"the data are being loaded: {share:.0%}")


@dataclass(frozen=True)
class Answer(Generic[T]):
    """The answer to a question, and as of when; times in ms."""

    value: T
    #: the domain's time
    now_ms: int
    #: everything that the store had received until then is counted, in the domain's time
    as_of_ms: int
    #: the last action counted, by shard
    position: dict[str, str]
    #: how far that is behind the store's clock
    behind_ms: int
    #: the last entry counted of each shard's stream of changes
    changed: dict[str, str] = field(default_factory=dict)
    #: silent ones of feed, clock, watcher → how long since they were last seen; None: never
    silent: dict[str, int | None] = field(default_factory=dict)
    #: why the store does not work: a code of `data_sources/store/trouble.py`, or "data"
    trouble: str = ""


class Desk:
    """The desk of one worker.

    ``archive`` is the directory of the archive's files; ``archived`` returns which of them count;
    ``trouble`` returns why the store does not work, as others have seen it.
    """

    def __init__(
        self,
        r: redis.Redis,
        shards: Sequence[ShardKeys],
        rules: Rules,
        *,
        archived: Archived | None = None,
        archive: Path | None = None,
        idle_s: float = _IDLE_S,
        trouble: Callable[[], str] = lambda: "",
    ) -> None:
        self._trouble = trouble
        self._rules, self._idle_s = rules, idle_s
        self._tables = Tables(archive)
        self._mirror = Mirror(r, shards, rules, self._tables, archived)
        self._change = threading.Condition()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._asked = 0.0
        #: the time of the last look at the store, and the error of the last one
        self._looked = 0.0
        self._error: redis.RedisError | None = None

    def ask(self, area: str, question: Callable[[Reader], T]) -> Answer[T]:
        """The answer to ``question`` over one snapshot of ``area`` ("": the city).

        Raises: `DeskLoading` during the first load; ``redis.RedisError`` if there is no copy and
        Redis is unreachable; `ArchiveUnreadable` if a file of the archive can't be read.
        """
        self._wake()
        with self._tables.snapshot(area) as (cursor, mark):
            now_ms, as_of_ms, behind = _times(mark)
            reader = Reader(cursor, self._tables.guard, self._rules, now_ms, area, as_of_ms)
            value = question(reader)
        return Answer(
            value,
            now_ms,
            as_of_ms,
            dict(mark.position),
            behind,
            dict(mark.changed),
            _silent(mark),
            str(cause(self._error)) if self._error is not None else self._trouble(),
        )

    def refresh(self) -> None:
        """Update the copy at once, for example after an action."""
        with self._change:
            self._looked = 0.0
        self._wake()

    def close(self) -> None:
        """Stop following; the next question starts it again."""
        self._stop.set()
        with self._change:
            self._change.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join()

    @property
    def running(self) -> bool:
        """Whether the copy follows the store now."""
        thread = self._thread
        return thread is not None and thread.is_alive()

    @property
    def loads(self) -> int:
        """How often the copy was loaded from scratch."""
        return self._mirror.loads

    def _wake(self) -> None:
        """Start following if need be; wait for a look at the store if the last is too old."""
        end = time.monotonic() + _PATIENCE_S
        with self._change:
            self._asked = time.monotonic()
            if self._thread is None:
                self._stop.clear()
                self._error = None
                self._thread = threading.Thread(target=self._run, name="desk", daemon=True)
                self._thread.start()
            while time.monotonic() - self._looked > _STALE_S and self._error is None:
                self._change.notify_all()
                left = end - time.monotonic()
                # after a rebuild the old copy answers while the new views are being loaded
                if self._tables.current and self._mirror.loading:
                    break
                if left <= 0 or self._thread is None:
                    break
                self._change.wait(min(left, 0.05))
            if not self._tables.current:
                raise self._error or DeskLoading(self._mirror.share)

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                pause = self._follow()
                with self._change:
                    self._change.notify_all()
                    if time.monotonic() - self._asked > self._idle_s:
                        return
                    self._change.wait(pause)
        finally:
            with self._change:
                self._thread = None
                self._change.notify_all()

    def _follow(self) -> float:
        """Look at the store once; returns how long to wait until the next look, s."""
        began = time.monotonic()
        try:
            self._mirror.follow(self._stop)
        except redis.RedisError as error:
            if self._error is None:
                log.warning("the store can't be read", error=str(error))
            self._error = error
            return _RETRY_S
        self._error = None
        self._looked = began
        return _PERIOD_S


def _times(mark: Mark) -> tuple[int, int, int]:
    """Now and as of in the domain's time, and how far behind that is; ms."""
    server = mark.server + round((time.monotonic() - mark.read) * 1000)
    behind = max(0, server - mark.fresh)
    return mark.feed.now(server), mark.feed.now(max(0, server - behind)), behind


def _silent(mark: Mark) -> dict[str, int | None]:
    """The silent parts when the store was read, see `Answer.silent`."""
    out: dict[str, int | None] = {}
    if mark.feed.silent(mark.server):
        out["feed"] = mark.server - mark.feed.wall
    for part, limit in _SILENT_MS.items():
        at = mark.seen.get(part, 0)
        if not at or mark.server - at > limit:
            out[part] = mark.server - at if at else None
    return out
