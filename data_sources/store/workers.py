"""Worker processes: stop on a signal, a thread for each shard, work while a lease is held.

However a thread ends, its process ends: what records the end comes first, what may fail (a line in
a log on a full disk) comes after it.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from threading import Event, Thread

import redis
import structlog

from data_sources.errors import LeaseLost
from data_sources.store import trouble
from data_sources.store.beating import leave, pause
from data_sources.store.keys import ShardKeys
from data_sources.store.lease import Lease

log = structlog.get_logger("workers")

#: how long threads are waited for once they shall end, s; a thread that hangs does not keep its
#: process alive
JOIN_S = 10.0
#: the longest pause while Redis does not work, s
_LONGEST_S = 2.0


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
    """Run each of ``works`` in its own thread, until ``stop`` is set or one ends.

    A failure stops them all and is raised here, so that the supervisor restarts the process. So
    does a thread that ends without a reason while the others work.
    """
    failures: list[BaseException] = []

    def guarded(name: str, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - the thread's outermost: nothing may pass unseen
            failures.append(error)
        finally:
            leave()
            stop.set()
        if failures:
            log.error("work failed", part=name, reason=str(failures[0]))

    threads = [
        Thread(target=guarded, args=item, name=item[0], daemon=True) for item in works.items()
    ]
    for thread in threads:
        thread.start()
    while not stop.is_set() and all(thread.is_alive() for thread in threads):
        pause(stop, 0.5)
    stop.set()
    end = time.monotonic() + JOIN_S
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
    left = [thread.name for thread in threads if thread.is_alive()]
    if failures:
        raise failures[0]
    if left:
        log.error("work does not end", parts=left)


class Troubles:
    """How one loop meets the errors of Redis: it logs each cause once, and waits longer each time.

    ``part`` is the name in the log.
    """

    def __init__(self, part: str, stop: Event, first_s: float = 0.3) -> None:
        self._part, self._stop, self._first_s = part, stop, first_s
        self._wait_s = first_s
        #: what keeps the loop from working; None while it works
        self.cause: trouble.Cause | None = None

    def met(self, error: redis.RedisError) -> None:
        """Log the cause if it is new, and wait; raises an error that will not pass by itself."""
        if not trouble.passes(error):
            raise error
        found = trouble.cause(error)
        if found is not self.cause:
            self.cause = found
            log.warning("redis does not work", part=self._part, cause=found, reason=str(error))
        pause(self._stop, self._wait_s)
        self._wait_s = min(_LONGEST_S, 2 * self._wait_s)

    def over(self) -> None:
        """Note that a turn has succeeded."""
        if self.cause is not None:
            log.info("redis works again", part=self._part, after=self.cause)
            self.cause, self._wait_s = None, self._first_s


def work_leased(lease: Lease, work: Callable[[], object], stop: Event, period_s: float) -> None:
    """Call ``work`` repeatedly while the lease is held, until ``stop`` is set.

    It rests for ``period_s`` seconds after a call that did nothing (returned a false value) and
    while another process holds the lease; a little longer each time while Redis does not work.
    """
    troubles = Troubles(lease.role, stop)
    while not stop.is_set():
        done: object = False
        try:
            done = lease.held() and work()
            troubles.over()
        except LeaseLost as lost:
            log.warning("lease lost", reason=str(lost))
            lease.token = 0
        except redis.RedisError as error:
            troubles.met(error)
        if not done:
            pause(stop, period_s)
    lease.give_back()


def end_process(part: str, error: BaseException | None) -> None:
    """End this process at once because a part of it has ended that it cannot work without."""
    log.error("a part has ended, so the process ends", part=part, reason=str(error or "no error"))
    os._exit(1)
