"""What screens are steered to, in Redis: one order a device, the record, and what walls answer.

Every change and its line in the record are one atomic step. An order that has run out is no longer
returned, and the next change removes it; the record is never trimmed. Times are Redis's own: walls
get them in every beat.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from typing import Any, Literal, cast

import msgspec
import redis
import redis.asyncio

from dashboard.core.model.rules import Rules
from dashboard.core.wall.steering import HeldOrder, Order, SteeredEvent, Wish, steered_event
from dashboard.core.wall.steering_answers import (
    AnsweredOrder,
    Heard,
    Report,
    again_ms,
    answer,
    may_report,
)
from data_sources.store import lua
from data_sources.store.actions import STATE
from data_sources.store.connection import server_ms
from data_sources.store.domain_clock import parse_feed
from data_sources.store.keys import (
    FEED,
    STEER,
    STEER_LOG,
    ShardKeys,
    shard_of,
    steer_heard,
    steer_seen,
)
from data_sources.store.persons import PersonGuard

#: how long the caller's id of a wish is remembered, so that a repeat changes nothing
_NAMES_S = 86_400
_ORDER = msgspec.json.Decoder(Order)
_HEARD = msgspec.json.Decoder(Heard)
#: pages of walls that may report for one order
_PAGES = 10_000


class Line(msgspec.Struct, frozen=True):
    """A line of the record: who showed or ended an order, when (Redis's time, ms), from where."""

    what: Literal["show", "end"]
    at: int
    by: str
    how: str
    order: Order


class Steering:
    """Reads and changes the orders; every method raises ``redis.RedisError``."""

    def __init__(self, r: redis.Redis) -> None:
        self._r, self._guard = r, PersonGuard(r)
        self._show = lua.script(r, "walls/steering_show")
        self._end = lua.script(r, "walls/steering_end")
        self._hear = lua.script(r, "walls/steering_heard")

    def active(self) -> list[Order]:
        """The orders in force, newest first."""
        pipe = self._r.pipeline(transaction=True)
        pipe.time()
        pipe.hvals(STEER)
        now, found = pipe.execute()
        return _in_force(found, server_ms(now))

    def answered(self) -> list[AnsweredOrder]:
        """The orders in force, newest first, each with what the walls have answered."""
        orders = self.active()
        pipe = self._r.pipeline(transaction=False)
        pipe.time()
        for order in orders:
            pipe.hvals(steer_heard(order.id))
        time, *found = pipe.execute()
        now = server_ms(time)
        return [
            AnsweredOrder(
                **msgspec.structs.asdict(order),
                answer=answer(order, [_HEARD.decode(one) for one in reports], now),
            )
            for order, reports in zip(orders, found, strict=True)
        ]

    def hear(self, report: Report, own: str, paired: Collection[str]) -> int:
        """Store a wall page's report for an order; returns the ms until its next one.

        ``own`` is the name of the paired screen that reports, "" for another browser; ``paired``
        are the names of all paired screens. 0: no such order is in force for that wall.
        """
        order = next((order for order in self.active() if order.id == report.order), None)
        device = own or report.device
        if order is None or not may_report(device, order, own, paired):
            return 0
        pages = self._r.hlen(steer_heard(order.id))
        fields = {**msgspec.structs.asdict(report), "device": device}
        kept = Heard(**fields, at=0, again=again_ms(pages))
        heard = self._hear(
            keys=[STEER, steer_heard(order.id)],
            args=[order.device, order.id, report.page, msgspec.json.encode(kept), _PAGES],
        )
        return kept.again if heard else 0

    def now(self) -> int:
        """Redis's time, ms."""
        return server_ms(self._r.time())

    def show(self, wish: Wish, by: str, how: str) -> tuple[Order, bool]:
        """Carry out a wish: (the order, whether the same id was carried out before)."""
        # an id of our own, as the connection may repeat the call
        name = self._guard.event_id(wish.id) if wish.id else secrets.token_hex(8)
        order = Order(
            id=name,
            device=wish.device,
            scene=wish.scene,
            area=wish.area,
            event=self._guard.event_id(wish.event) if wish.event else "",
            by=by,
        )
        new, text = self._show(
            keys=[STEER, STEER_LOG, steer_seen(name)],
            args=[wish.device, msgspec.json.encode(order), wish.seconds, _NAMES_S, how],
        )
        return _ORDER.decode(text), not new

    def end(self, by: str, how: str, device: str | None = None, id_: str = "") -> list[Order]:
        """End the orders of a device (None: of any), or only the one of this id; those ended."""
        ended = self._end(
            keys=[STEER, STEER_LOG], args=["*" if device is None else device, id_, by, how]
        )
        return [_ORDER.decode(text) for text in ended]

    def record(self, limit: int = 10) -> list[Line]:
        """The last lines of the record, newest first."""
        found: Any = self._r.xrevrange(STEER_LOG, count=limit)
        return [_line(entry, fields) for entry, fields in found]


class Steered:
    """Adds the orders in force, and the events they name, to every beat of a web worker."""

    def __init__(
        self,
        r: redis.asyncio.Redis,
        shards: list[ShardKeys],
        rules: Rules,
        named: Callable[[str], str],
    ) -> None:
        self._r, self._shards, self._rules, self._named = r, shards, rules, named

    async def read(self) -> list[HeldOrder]:
        """The orders in force, newest first; each with the event it names, if any.

        Raises ``redis.RedisError``.
        """
        pipe = self._r.pipeline(transaction=False)
        pipe.time()
        pipe.hvals(STEER)
        pipe.hgetall(FEED)
        time, found, feed = await pipe.execute()
        server = server_ms(time)
        out = []
        for order in _in_force(found, server):
            event: SteeredEvent | msgspec.UnsetType = msgspec.UNSET
            if order.event:
                keys = self._shards[shard_of(order.event, len(self._shards))]
                raw = cast(bytes | None, await self._r.hget(keys.events, order.event))
                if raw is not None:
                    now = parse_feed(feed).now(server)
                    event = steered_event(self._rules, STATE.decode(raw), now, self._named)
            out.append(HeldOrder(**msgspec.structs.asdict(order), told=event))
        return out


def _in_force(found: list[bytes], now: int) -> list[Order]:
    orders = [_ORDER.decode(text) for text in found]
    return sorted((o for o in orders if o.until > now), key=lambda o: (-o.at, o.id))


def _line(entry: Any, fields: Mapping[bytes, bytes]) -> Line:
    return Line(
        cast(Literal["show", "end"], fields[b"what"].decode()),
        int(entry.split(b"-")[0]),
        fields[b"by"].decode(),
        fields[b"how"].decode(),
        _ORDER.decode(fields[b"order"]),
    )
