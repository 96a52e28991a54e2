"""The courier: takes notices over from the outbox and hands them to the channels' carriers.

One holder of the lease works for a shard. It may be killed at any time: the next holder goes on
from the committed position, with the deliveries in ``waiting``.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from threading import Event
from typing import cast

import msgspec
import redis
import structlog

from dashboard.core.model.notices import Notice
from data_sources.channels.sender import Sender
from data_sources.channels.settings import Channel
from data_sources.channels.wording import Wording
from data_sources.courier.carrier import Carrier, Limiter, Times
from data_sources.courier.deliveries import Delivery, Repeats, Steps, Store, seq_of
from data_sources.courier.lane import red
from data_sources.errors import LeaseLost
from data_sources.store import domain_clock
from data_sources.store.beating import pause
from data_sources.store.domain_clock import Feed
from data_sources.store.keys import ShardKeys
from data_sources.store.lease import Lease
from data_sources.store.workers import Troubles

log = structlog.get_logger("courier")

BATCH = 200
_BLOCK_MS = 500
_RENEW_S = 0.5
_TRIM_S = 60.0
#: how long a message in flight may take after a stop
_GRACE_S = 3.0
#: deliveries of one channel that may wait; beyond that only reds are taken
MAX_WAITING = 10_000
Entry = tuple[bytes, dict[bytes, bytes]]


class Endpoint:
    """A channel with its sender, wording and limiter, shared by all shards of a process."""

    def __init__(self, channel: Channel, sender: Sender, wording: Wording) -> None:
        self.channel, self.sender, self.wording = channel, sender, wording
        self.limiter = Limiter(channel.per_minute, 220 if channel.kind == "feishu" else 0)


class Courier:
    """The courier of one shard."""

    def __init__(
        self,
        r: redis.Redis,
        keys: ShardKeys,
        endpoints: Sequence[Endpoint],
        max_waiting: int = MAX_WAITING,
    ) -> None:
        self._r, self._keys, self._endpoints, self._max = r, keys, endpoints, max_waiting
        self._lease = Lease(r, keys, "courier")
        self._times = Times()
        self._feed = Feed()
        self._carriers: Mapping[str, Carrier] = {}
        self._lost = Event()
        self._position = "0-0"
        self._renewed = self._trimmed = 0.0
        self._store = Store(r, keys, self._lease.fence_field, 0)

    def run(self, stop: Event) -> None:
        """Deliver until ``stop`` is set; wait while another process holds the lease."""
        troubles = Troubles("courier", stop)
        while not stop.is_set():
            try:
                if not self._has_lease():
                    pause(stop, 0.3)
                    continue
                self._take_over(_BLOCK_MS)
                troubles.over()
            except LeaseLost as lost:
                log.warning("lease lost", reason=str(lost))
                self._drop()
            except redis.RedisError as error:
                self._drop()
                troubles.met(error)
        self._drop()

    def _has_lease(self) -> bool:
        """Take or renew the lease; return whether it is ours, with carriers running."""
        if self._lost.is_set():
            self._drop()
            return False
        if self._lease.token:
            if time.monotonic() - self._renewed < _RENEW_S:
                return True
            self._renewed = time.monotonic()
            if not self._lease.renew():
                raise LeaseLost(f"{self._keys.name}: the courier's lease ran out")
            self._read_clock()
            return True
        if not self._lease.acquire():
            return False
        self._renewed = time.monotonic()
        self._lost = Event()
        self._store = Store(self._r, self._keys, self._lease.fence_field, self._lease.token)
        self._position = self._store.position()
        self._read_clock()
        self._start()
        log.info("carrying", shard=self._keys.name, position=self._position)
        return True

    def _start(self) -> None:
        """Start a carrier for each channel, with the deliveries that waited before."""
        self._carriers = {
            endpoint.channel.name: Carrier(
                endpoint.channel,
                endpoint.sender,
                endpoint.limiter,
                endpoint.wording,
                self._store,
                self._times,
                self._lost,
            )
            for endpoint in self._endpoints
        }
        waiting = self._store.load()
        for name, carrier in self._carriers.items():
            carrier.add([one for one in waiting if one.channel == name])
        gone = [one for one in waiting if one.channel not in self._carriers]
        if gone:
            self._store.given_up(gone, self._times.now(), "the channel is no longer set up")
        for carrier in self._carriers.values():
            carrier.start()

    def _drop(self) -> None:
        """Stop the carriers and give the lease back, so that another process can go on at once."""
        self._lost.set()
        for carrier in self._carriers.values():
            carrier.wake()
        end = time.monotonic() + _GRACE_S
        for carrier in self._carriers.values():
            carrier.join(max(0.0, end - time.monotonic()))
        self._carriers = {}
        self._lost = Event()
        self._lease.give_back()
        self._lease.token = 0

    def _read_clock(self) -> None:
        self._feed, server = domain_clock.read(self._r)
        self._times.set(server, self._feed.now)

    def _take_over(self, block_ms: int | None) -> int:
        """Read new outbox entries, make deliveries of them, commit, hand them to the carriers.

        Returns how many entries were read.
        """
        reply = self._r.xread({self._keys.outbox: self._position}, BATCH, block_ms)
        found = cast(dict[bytes, list[Entry]], reply)
        entries = next(iter(found.values()), []) if found else []
        if time.monotonic() - self._trimmed > _TRIM_S:
            self._trimmed = time.monotonic()
            self._store.trim(self._position, caught_up=len(entries) < BATCH)
        if not entries:
            return 0
        after = entries[-1][0].decode()
        steps = self._store.steps()
        accepted = self._sort(entries, steps) if self._carriers else []
        self._store.commit(steps, self._position, after)
        self._position = after
        for name, carrier in self._carriers.items():
            carrier.add([one for one in accepted if one.channel == name])
        return len(entries)

    def _sort(self, entries: Sequence[Entry], steps: Steps) -> list[Delivery]:
        """The deliveries to send; all outcomes, and those that wait, go into ``steps``."""
        now = self._times.now()
        asked: list[Delivery] = []
        resent: set[str] = set()
        for entry, fields in entries:
            try:
                asked += self._asked(entry, fields, now, resent)
            except Exception as error:  # noqa: BLE001 - one notice's trouble is not the others'
                self._store.aside.put(f"notice {entry.decode()}", error)
                steps.count("unreadable")
        repeats = Repeats(self._store.recorded(asked))
        accepted: dict[str, Delivery] = {}
        for one in asked:
            again = one.name in resent
            new = one if again else repeats.new(one)
            if new is not None and new.name not in accepted:
                self._admit(new, now, steps, accepted, resent=again)
        return list(accepted.values())

    def _asked(
        self, entry: bytes, fields: Mapping[bytes, bytes], now: int, resent: set[str]
    ) -> list[Delivery]:
        """The deliveries that an entry of the outbox asks for, one a channel."""
        notice = msgspec.json.decode(fields[b"n"], type=Notice)
        seq = seq_of(entry)
        # held for quiet hours: its age is counted from their end
        held = max(0, notice.not_before - self._times.domain(now))
        made = Delivery(
            seq=seq, notice=notice, channel="", source=self._feed.mode, since=seq[0] + held
        )
        only = fields.get(b"only", b"").decode()
        if only:
            source = fields.get(b"source", b"live").decode()
            made = msgspec.structs.replace(made, channel=only, source=source)
            resent.add(made.name)
            return [made]
        names = [
            name
            for name, carrier in self._carriers.items()
            if carrier.channel.takes(notice, self._feed.mode)
        ]
        return [msgspec.structs.replace(made, channel=name) for name in names or [""]]

    def _admit(
        self,
        one: Delivery,
        now: int,
        steps: Steps,
        accepted: dict[str, Delivery],
        *,
        resent: bool,
    ) -> None:
        """Let a delivery wait, or record its outcome at once."""
        if not one.channel:
            steps.count("no_channel")
            steps.record(one, "no_channel", now)
            return
        carrier = self._carriers.get(one.channel)
        if carrier is None:
            steps.give_up(one, now, "the channel is no longer set up")
            return
        if one.notice.what == "withdrawn" and self._cancels(one, carrier, now, steps, accepted):
            return
        late = self._feed.now(now) - max(one.notice.at, one.notice.not_before)
        if late > carrier.channel.retry.age and not resent:
            steps.give_up(one, now, f"{late / 3_600_000:.0f} h old when it was written")
            return
        if len(carrier) >= self._max and not red(one):
            steps.give_up(one, now, f"{self._max} deliveries wait for this channel")
            return
        steps.put_waiting(one)
        steps.count("waiting", one.channel)
        steps.record(one, "waiting", now)
        accepted[one.name] = one

    def _cancels(
        self,
        one: Delivery,
        carrier: Carrier,
        now: int,
        steps: Steps,
        accepted: dict[str, Delivery],
    ) -> bool:
        """Whether a withdrawal meets its notice before that is sent: then neither is sent."""
        name = f"{one.channel}|{one.notice.ref}"
        held = accepted.get(name)
        if held is not None and held.notice.not_before > self._times.domain(now):
            del accepted[name]
        else:
            held = carrier.cancel(one.notice.ref, one.notice.event_id)
        if held is None:
            return False
        steps.remove_waiting(held)
        steps.record(held, "withdrawn", now)
        steps.record(one, "withdrawn", now)
        return True
