"""What the engine's processes share: stop on a signal, work in threads."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping, Sequence
from functools import partial
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
