"""Worker processes: stop on a signal, a thread for each shard, work while a lease is held."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from threading import Event, Thread

import redis
import structlog

from data_sources.errors import LeaseLost
from data_sources.store.keys import ShardKeys
from data_sources.store.lease import Lease

log = structlog.get_logger("workers")


def stop_on_signals() -> Event:
    """An event that SIGINT and SIGTERM set."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def run_each(work: Callable[[ShardKeys], None], parts: Sequence[ShardKeys], stop: Event) -> None:
    """Run ``work`` in a thread for each shard, see `run_together`."""
    run_together({keys.name: partial(work, keys) for keys in parts}, stop)


def run_together(works: Mapping[str, Callable[[], None]], stop: Event) -> None:
    """Run each of ``works`` in its own thread, until ``stop`` is set or one fails.

    A failure stops them all and is raised here, so that the supervisor restarts the process.
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
    """Call ``work`` repeatedly while the lease is held, until ``stop`` is set.

    It rests for ``period_s`` seconds after a call that did nothing (returned a false value), while
    another process holds the lease, and while Redis is unreachable.
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
