"""What the engine's processes share: stop on a signal, one thread a shard."""

from __future__ import annotations

import signal
from collections.abc import Callable, Sequence
from threading import Event, Thread

import structlog

from data_sources.keys import ShardKeys

log = structlog.get_logger("workers")


def stop_on_signals() -> Event:
    """An event that SIGINT and SIGTERM set."""
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop


def run_each(work: Callable[[ShardKeys], None], parts: Sequence[ShardKeys], stop: Event) -> None:
    """``work`` in a thread for each shard, until ``stop`` is set or one of them fails.

    A failure stops them all and is raised here, so that the supervisor starts afresh.
    """
    failures: list[Exception] = []

    def guarded(keys: ShardKeys) -> None:
        try:
            work(keys)
        except Exception as error:  # the thread's outermost loop
            log.error("a shard's work failed", shard=keys.name, exc_info=error)
            failures.append(error)
            stop.set()

    threads = [Thread(target=guarded, args=(keys,), name=keys.name) for keys in parts]
    for thread in threads:
        thread.start()
    while not stop.wait(0.5):
        pass
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
