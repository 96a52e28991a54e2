"""The deliveries in Redis, the fenced steps that change them, and which notices are repeats.

A delivery is one notice for one channel. It is in ``waiting`` from the step that moves the outbox
position past its notice until the step that records its outcome, so a courier that is killed
loses nothing; what it had sent without recording it is sent again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import msgspec
import redis
from msgspec.structs import replace

from dashboard.core.model.names import resending, withdrawal
from dashboard.core.model.notices import Notice
from data_sources.errors import LeaseLost
from data_sources.store import lua
from data_sources.store.aside import Aside
from data_sources.store.keys import ShardKeys

#: an event's outcomes are kept this long after their last change
KEPT_MS = 30 * 86_400_000
GIVEN_UP_KEPT = 10_000
OUTBOX_KEPT = 100_000


class Delivery(msgspec.Struct, frozen=True, omit_defaults=True):
    """A notice on its way through one channel. Times are ms of the server's clock."""

    #: the notice's place in the outbox
    seq: tuple[int, int]
    notice: Notice
    channel: str
    #: live, replay or simulated
    source: str
    #: its age is counted from here
    since: int
    attempts: int = 0
    #: attempts that got an answer
    answered: int = 0
    next_at: int = 0
    reason: str = ""
    #: a digest with it was refused: it may be the reason, so it is sent on its own
    alone: bool = False

    @property
    def name(self) -> str:
        """Its field in ``waiting`` and among the event's outcomes: ``channel|notice id``."""
        return f"{self.channel}|{self.notice.id}"


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """The outcome of one notice on one channel."""

    id: str
    at: int
    what: str
    to: str
    #: "" if no channel takes the notice
    channel: str
    #: waiting, delivered, given_up, withdrawn (before it was sent) or no_channel
    state: str
    level: str = ""
    clock: str = ""
    step: int = 0
    attempts: int = 0
    #: when that state was reached, ms of the server's clock
    when: int = 0
    reason: str = ""


class Steps:
    """Commands that are carried out together by ``deliveries_commit.lua``."""

    def __init__(self, keys: ShardKeys) -> None:
        self._keys = keys
        self.names = [keys.meta, keys.courier]
        self.args: list[str | int | bytes] = []

    def add(self, command: str, key: str, *values: str | int | bytes) -> None:
        """One command on one key."""
        if key not in self.names:
            self.names.append(key)
        self.args += [command, self.names.index(key) + 1, len(values), *values]

    def record(self, delivery: Delivery, state: str, when: int, reason: str = "") -> None:
        """Record a delivery's outcome."""
        notice = delivery.notice
        outcome = Outcome(
            id=notice.id,
            at=notice.at,
            what=notice.what,
            to=notice.to,
            channel=delivery.channel,
            state=state,
            level=notice.level,
            clock=notice.clock,
            step=notice.step,
            attempts=delivery.attempts,
            when=when,
            reason=reason,
        )
        key = self._keys.delivery_outcomes(notice.event_id)
        self.add("HSET", key, delivery.name, msgspec.json.encode(outcome))
        self.add("PEXPIRE", key, KEPT_MS)

    def put_waiting(self, delivery: Delivery) -> None:
        """Put a delivery into ``waiting``."""
        self.add("HSET", self._keys.waiting, delivery.name, msgspec.json.encode(delivery))

    def count(self, what: str, channel: str = "", amount: int = 1) -> None:
        """Add to a counter."""
        field = f"{what}:{channel}" if channel else what
        self.add("HINCRBY", self._keys.courier, field, amount)

    def remove_waiting(self, delivery: Delivery) -> None:
        """Take a delivery out of ``waiting``."""
        self.add("HDEL", self._keys.waiting, delivery.name)
        self.count("waiting", delivery.channel, -1)

    def failed(self, channel: str, when: int, reason: str) -> None:
        """Note a channel's last failure."""
        fields = (f"error:{channel}", reason, f"last_error:{channel}", when)
        self.add("HSET", self._keys.courier, *fields)

    def give_up(self, delivery: Delivery, when: int, reason: str) -> None:
        """Put a delivery on the list of given-up ones, where people see it."""
        self.record(delivery, "given_up", when, reason)
        self.count("given_up", delivery.channel)
        fields: dict[str, Any] = {
            "n": msgspec.json.encode(delivery.notice),
            "channel": delivery.channel,
            "source": delivery.source,
            "reason": reason,
            "attempts": delivery.attempts,
            "at": when,
        }
        flat = [part for pair in fields.items() for part in pair]
        self.add("XADD", self._keys.given_up, "MAXLEN", "~", GIVEN_UP_KEPT, "*", *flat)


class Store:
    """One shard's deliveries, changed under one lease; used by several threads."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, fence_field: str, token: int) -> None:
        self._r, self._keys, self._fence, self._token = r, keys, fence_field, token
        self._script = lua.script(r, "courier/deliveries_commit")
        self.aside = Aside(r, keys, "courier")

    def steps(self) -> Steps:
        """An empty set of commands."""
        return Steps(self._keys)

    def commit(self, steps: Steps, before: str = "", after: str = "") -> None:
        """Carry out all steps or none; with ``before``, move the position from there to ``after``.

        Raises :class:`LeaseLost` if another courier has taken over.
        """
        args = [self._fence, self._token, before, after, *steps.args]
        if int(self._script(keys=steps.names, args=args)) < 0:
            raise LeaseLost(f"{self._keys.name}: another courier is running")

    def position(self) -> str:
        """The id of the last outbox entry that was taken over."""
        found = cast(bytes | None, self._r.hget(self._keys.courier, "position"))
        return "0-0" if found is None else found.decode()

    def load(self) -> list[Delivery]:
        """All deliveries that wait, in the outbox's order."""
        raw = cast(Mapping[bytes, bytes], self._r.hgetall(self._keys.waiting))
        found: list[Delivery] = []
        for name, value in raw.items():
            try:
                found.append(msgspec.json.decode(value, type=Delivery))
            except msgspec.DecodeError as error:
                # stays where people can look at it; all others are sent
                self.aside.put(f"delivery {name.decode('utf-8', 'replace')}", error)
        return sorted(found, key=lambda delivery: delivery.seq)

    def recorded(self, deliveries: Sequence[Delivery]) -> dict[str, set[str]]:
        """The names of the outcomes recorded so far: event id → names.

        A rebuild writes the outbox again, so a notice may come a second time.
        """
        events = list(dict.fromkeys(one.notice.event_id for one in deliveries))
        pipe = self._r.pipeline(transaction=False)
        for event_id in events:
            pipe.hkeys(self._keys.delivery_outcomes(event_id))
        return {
            event_id: {name.decode() for name in names}
            for event_id, names in zip(events, pipe.execute(), strict=True)
        }

    def delivered(self, batch: Iterable[Delivery], now: int, remark: str) -> None:
        """Record deliveries that have arrived."""
        steps = self.steps()
        for one in batch:
            steps.remove_waiting(one)
            steps.record(one, "delivered", now, remark)
            steps.count("delivered", one.channel)
            steps.add("HSET", self._keys.courier, f"last_ok:{one.channel}", now)
        self.commit(steps)

    def retry(self, batch: Sequence[Delivery], now: int, reason: str) -> None:
        """Keep deliveries for their next attempt."""
        steps = self.steps()
        for one in batch:
            steps.put_waiting(one)
            steps.count("retries", one.channel)
            steps.failed(one.channel, now, reason)
        self.commit(steps)

    def given_up(self, batch: Iterable[Delivery], now: int, reason: str) -> None:
        """Record deliveries that will not be tried again."""
        steps = self.steps()
        for one in batch:
            steps.remove_waiting(one)
            steps.give_up(one, now, reason)
            steps.failed(one.channel, now, reason)
        self.commit(steps)

    def trim(self, position: str, *, caught_up: bool) -> None:
        """Keep the outbox short, without cutting entries that were not taken over yet."""
        if caught_up:
            self._r.xtrim(self._keys.outbox, maxlen=OUTBOX_KEPT, approximate=True)
        elif int(self._r.xlen(self._keys.outbox)) > 2 * OUTBOX_KEPT:
            self._r.xtrim(self._keys.outbox, minid=position, approximate=True)


def seq_of(entry: bytes) -> tuple[int, int]:
    """A stream id as numbers that sort."""
    ms, _, number = entry.decode().partition("-")
    return int(ms), int(number)


class Repeats:
    """Finds notices that were sent before: each is sent once, unless it was withdrawn in between.

    A late action may withdraw a notice and make it true again; the outbox then has it twice.
    ``recorded`` is as :meth:`Store.recorded` returns it.
    """

    def __init__(self, recorded: Mapping[str, set[str]]) -> None:
        self._recorded = recorded

    def new(self, one: Delivery) -> Delivery | None:
        """The delivery, with an id of its own if it comes again; None if it was sent before."""
        notice, names = one.notice, self._recorded[one.notice.event_id]
        back = notice.what == "withdrawn"
        first = notice.ref if back else notice.id
        sent = _count(names, f"{one.channel}|{first}")
        withdrawn = _count(names, f"{one.channel}|{withdrawal(first)}")
        if back and withdrawn:
            if sent <= withdrawn:
                return None
            again = {
                "id": resending(notice.id, withdrawn + 1),
                "ref": resending(notice.ref, sent),
            }
            one = replace(one, notice=replace(notice, **again))
        elif not back and sent:
            if withdrawn < sent:
                return None
            one = replace(one, notice=replace(notice, id=resending(notice.id, sent + 1)))
        names.add(one.name)
        return one


def _count(names: set[str], base: str) -> int:
    """How often a name occurs, with or without a number."""
    return sum(1 for name in names if name == base or name.startswith(base + "~"))
