"""Sends one channel's deliveries with a few threads of its own, and records their outcomes.

:class:`Carrier` takes what its :class:`~data_sources.courier.lane.Lane` gives, within the
:class:`Limiter` that all shards of a process share. A slow channel blocks its own threads only.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from random import Random
from threading import Condition, Event, Lock, Thread

import msgspec
import redis
import structlog

from data_sources.channels.message import GiveUp, TryAgain
from data_sources.channels.sender import Sender
from data_sources.channels.settings import Channel, delay
from data_sources.channels.wording import Wording, escape_markdown
from data_sources.courier.deliveries import Delivery, Store
from data_sources.courier.lane import Lane
from data_sources.errors import LeaseLost
from data_sources.store.aside import reason_of
from data_sources.store.beating import beat, leave

log = structlog.get_logger("courier")

#: failures in a row after which the whole channel pauses before the next attempt
_BREAK_AFTER = 5
#: the longest such pause, ms
_BREAK_MS = 30_000
_MINUTE = 60_000
#: bytes: fits in no digest
_TOO_LARGE = 1 << 30
#: the longest a thread waits without a beat, s
_LONGEST_S = 5.0


class Carrier:
    """The deliveries and threads of one channel of one shard."""

    def __init__(
        self,
        channel: Channel,
        sender: Sender,
        limiter: Limiter,
        wording: Wording,
        store: Store,
        times: Times,
        lost: Event,
    ) -> None:
        self.channel, self._sender, self._limiter = channel, sender, limiter
        self._wording, self._store, self._times, self._lost = wording, store, times, lost
        self._lane = Lane(self._size)
        self._rng = Random()
        self._failures = 0
        self._changed = Condition()
        self._threads = [
            Thread(target=self._work, name=f"courier {channel.name}", daemon=True)
            for _ in range(channel.parallel)
        ]

    def start(self) -> None:
        """Start the threads."""
        for thread in self._threads:
            thread.start()

    def add(self, deliveries: Sequence[Delivery]) -> None:
        """Add deliveries, in the outbox's order."""
        if deliveries:
            with self._changed:
                for one in deliveries:
                    self._lane.add(one)
                self._changed.notify_all()

    def cancel(self, notice_id: str, event_id: str) -> Delivery | None:
        """Remove and return a delivery that is still held for quiet hours."""
        with self._changed:
            domain = self._times.domain(self._times.now())
            return self._lane.cancel(notice_id, event_id, domain)

    def wake(self) -> None:
        """Wake the threads, so that they see that ``lost`` is set."""
        with self._changed:
            self._changed.notify_all()

    def join(self, seconds: float) -> None:
        """Wait up to ``seconds`` for messages in flight."""
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def __len__(self) -> int:
        with self._changed:
            return len(self._lane)

    def _work(self) -> None:
        try:
            while not self._lost.is_set():
                beat()
                batch = self._next()
                if batch:
                    self._settle(batch, *self._send(batch))
        except LeaseLost:
            self._lost.set()
        except redis.RedisError as error:
            # a message whose outcome is not recorded is sent again under the next lease
            self._lost.set()
            log.warning("redis is out of reach", channel=self.channel.name, reason=str(error))
        except Exception as error:  # the thread's outermost loop
            self._lost.set()
            log.error("a channel failed", channel=self.channel.name, exc_info=error)
        finally:
            leave()

    def _next(self) -> list[Delivery]:
        """Wait for deliveries to send as one message; empty when it is time to check for a stop."""
        with self._changed:
            now = self._times.now()
            batch = self._lane.take(
                now,
                self._times.domain(now),
                self._limiter.slots(now),
                self._limiter.reserve,
                self.channel.digest_bytes,
            )
            if batch and not self._limiter.book(now):
                self._lane.settle(batch, batch)
                batch = []
            if not batch:
                at = self._lane.next_at(now)
                if at is not None and at <= now:
                    at = max(self._limiter.free_at(now), now + 20)
                wait_s = _LONGEST_S if at is None else (at - now) / 1000
                self._changed.wait(min(wait_s, _LONGEST_S))
            return batch

    def _send(self, batch: list[Delivery]) -> tuple[str, TryAgain | GiveUp | None]:
        """Send as one message; return a remark for the record, and the error if there was one."""
        try:
            messages = [
                self._wording.message(one.notice, one.source, self.channel.prefix, one.attempts)
                for one in batch
            ]
        except Exception as error:  # noqa: BLE001 - one notice's trouble is not the others'
            return "", GiveUp(f"cannot be put into words: {reason_of(error)}")
        try:
            return self._sender.send(messages), None
        except (TryAgain, GiveUp) as error:
            return "", error

    def _settle(self, batch: list[Delivery], remark: str, error: TryAgain | GiveUp | None) -> None:
        """Record the outcome of an attempt, and give the lane back what must be tried again."""
        now = self._times.now()
        outage = isinstance(error, TryAgain) and error.outage
        tried = [
            msgspec.structs.replace(
                one, attempts=one.attempts + 1, answered=one.answered + (not outage)
            )
            for one in batch
        ]
        left: list[Delivery] = []
        if error is None:
            self._store.delivered(tried, now, remark)
        else:
            left = [again for one in tried if (again := self._again(one, error, now, len(batch)))]
            if left:
                self._store.retry(left, now, str(error))
        with self._changed:
            self._pause(error, now)
            self._lane.settle(batch, left)
            self._changed.notify_all()

    def _again(
        self, one: Delivery, error: TryAgain | GiveUp, now: int, together: int
    ) -> Delivery | None:
        """The delivery as it waits for its next attempt; None if it has been given up."""
        retry, reason = self.channel.retry, str(error)
        if isinstance(error, GiveUp):
            if together > 1:
                # only one of them may be the reason: try each alone
                return msgspec.structs.replace(one, alone=True, reason=reason)
        elif now - one.since >= retry.age:
            reason = f"after {(now - one.since) / 3_600_000:.1f} h: {reason}"
        elif one.answered >= retry.attempts:
            reason = f"after {one.attempts} attempts: {reason}"
        else:
            wait = delay(retry, one.attempts, self._rng, error.after_ms)
            return msgspec.structs.replace(one, next_at=now + wait, reason=reason)
        self._store.given_up([one], now, reason)
        log.warning("given up", channel=one.channel, id=one.notice.id, reason=reason)
        return None

    def _pause(self, error: TryAgain | GiveUp | None, now: int) -> None:
        """Pause the channel: as the server asks, or after several failures in a row."""
        if not isinstance(error, TryAgain):
            self._failures = 0
            return
        self._failures += 1
        if error.busy or error.after_ms:
            wait = delay(self.channel.retry, self._failures, self._rng, error.after_ms)
        elif self._failures >= _BREAK_AFTER:
            failures = self._failures - _BREAK_AFTER + 1
            wait = min(delay(self.channel.retry, failures, self._rng), _BREAK_MS)
        else:
            return
        self._lane.paused_until = max(self._lane.paused_until, now + wait)

    def _size(self, delivery: Delivery) -> int:
        """Bytes of a delivery's line in a digest, with room for its number and markup."""
        try:
            message = self._wording.message(delivery.notice, delivery.source, self.channel.prefix)
        except Exception:  # noqa: BLE001 - it is sent alone, and given up with its reason
            return _TOO_LARGE
        return len(escape_markdown(message.line).encode()) + 12


class Limiter:
    """At most ``per_minute`` messages in any 60 s, ``gap`` ms apart; 0 is no limit."""

    def __init__(self, per_minute: int, gap: int = 0) -> None:
        self._most, self._gap = per_minute, gap
        self._sent: deque[int] = deque()
        self._lock = Lock()
        #: a quarter is kept for reds
        self.reserve = per_minute // 4

    def slots(self, now: int) -> int:
        """How many may be sent now; 1,000,000 where there is no limit."""
        if not self._most:
            return 1_000_000
        with self._lock:
            return self._slots(now)

    def book(self, now: int) -> bool:
        """Count one more message; False if another thread has just used the last slot."""
        if not self._most:
            return True
        with self._lock:
            if self._slots(now) <= 0:
                return False
            self._sent.append(now)
            return True

    def free_at(self, now: int) -> int:
        """When a message that is not red may be sent again, ms of the server's clock."""
        if not self._most:
            return now
        with self._lock:
            self._slots(now)
            too_many = self.reserve + 1 - self._most + len(self._sent)
            # as many of the oldest must first be a minute old
            window = self._sent[too_many - 1] + _MINUTE if too_many > 0 else now
            return max(window, self._sent[-1] + self._gap) if self._sent else now

    def _slots(self, now: int) -> int:
        while self._sent and self._sent[0] <= now - _MINUTE:
            self._sent.popleft()
        if self._sent and now - self._sent[-1] < self._gap:
            return 0
        return self._most - len(self._sent)


class Times:
    """The server's and the feed's clock, as last read; shared by the threads of a courier."""

    def __init__(self) -> None:
        self._offset = 0.0
        self._domain: Callable[[int], int] = lambda now: now

    def set(self, server: int, domain: Callable[[int], int]) -> None:
        """Note the server's time, ms; ``domain`` maps a server time to the feed's."""
        self._offset = server - time.monotonic() * 1000
        self._domain = domain

    def now(self) -> int:
        """The server's clock, ms."""
        return round(time.monotonic() * 1000 + self._offset)

    def domain(self, now: int) -> int:
        """The feed's clock, ms."""
        return self._domain(now)
