"""A lease: one process plays a role for a shard, and a fencing token proves it.

Whoever holds the lease has the highest token; a commit that carries a lower one is
refused, so a holder that was asleep while its lease ran out can do no harm.

What the engine's processes share: stop on a signal, work in threads.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from threading import Event, Thread

import redis
import structlog

from data_sources.errors import LeaseLost
from data_sources.store import lua
from data_sources.store.keys import ShardKeys

_lease_log = structlog.get_logger("lease")


def alive_field(role: str) -> str:
    """Field of the shard's meta hash: when the role's holder was last at work, server's ms."""
    return f"alive:{role}"


class Lease:
    """The lease of one role on one shard; ``token`` is 0 while it is not held."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, role: str, ttl_ms: int = 2000) -> None:
        self._key, self._meta, self._role, self._ttl = keys.lease(role), keys.meta, role, ttl_ms
        self._alive = alive_field(role)
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.token = 0
        self._acquire = lua.script(r, "store/lease_acquire")
        self._renew = lua.script(r, "store/lease_renew")
        self._release = lua.script(r, "store/lease_release")

    @property
    def fence_field(self) -> str:
        """Field of the shard's meta hash that holds the highest token given out."""
        return f"fence:{self._role}"

    def acquire(self) -> bool:
        """Take the lease if nobody has it; true if held afterwards."""
        self.token = int(
            self._acquire(
                keys=[self._key, self._meta],
                args=[self.owner, self._ttl, self.fence_field, self._alive],
            )
        )
        return self.token > 0

    def renew(self, *marks: str) -> bool:
        """Keep the lease and note the time under ``marks`` in meta; false if it was lost."""
        args: list[str | int] = [self.owner, self._ttl, self._alive, *marks]
        kept = self._renew(keys=[self._key, self._meta], args=args)
        if not int(kept):
            self.token = 0
        return self.token > 0

    def held(self) -> bool:
        """Keep the lease, or take it if nobody has it; true if held afterwards."""
        return self.renew() if self.token else self.acquire()

    def give_back(self) -> None:
        """Release at a process's end; a store out of reach is no reason to fail then."""
        try:
            self.release()
        except redis.RedisError as error:
            _lease_log.warning("lease not given back", role=self._role, reason=str(error))

    def release(self) -> None:
        """Give the lease back, so that the next holder need not wait."""
        if self.token:
            self._release(keys=[self._key], args=[self.owner])
            self.token = 0


log = structlog.get_logger("workers")


def stop_on_signals() -> Event:
    """An event that SIGINT and SIGTERM set."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def run_each(work: Callable[[ShardKeys], None], parts: Sequence[ShardKeys], stop: Event) -> None:
    """``work`` in a thread for each shard, see :func:`run_together`."""
    run_together({keys.name: partial(work, keys) for keys in parts}, stop)


def run_together(works: Mapping[str, Callable[[], None]], stop: Event) -> None:
    """Each work in a thread of its own, until ``stop`` is set or one of them fails.

    A failure stops them all and is raised here, so that the supervisor starts afresh.
    """
    failures: list[Exception] = []

    def guarded(name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # the thread's outermost loop
            log.error("work failed", part=name, exc_info=error)
            failures.append(error)
            stop.set()

    threads = [Thread(target=guarded, args=item, name=item[0]) for item in works.items()]
    for thread in threads:
        thread.start()
    while not stop.wait(0.5):
        pass
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def work_leased(lease: Lease, work: Callable[[], object], stop: Event, period_s: float) -> None:
    """``work`` again and again while the lease is held, until ``stop`` is set.

    It rests for ``period_s`` after work that came to nothing (a false value), while another
    holds the lease, and while Redis is out of reach.
    """
    while not stop.is_set():
        done: object = False
        try:
            done = lease.held() and work()
        except LeaseLost as lost:
            log.warning("lease lost", reason=str(lost))
            lease.token = 0
        except (redis.ConnectionError, redis.TimeoutError) as error:
            log.warning("redis is out of reach", reason=str(error))
        if not done:
            stop.wait(period_s)
    lease.give_back()
