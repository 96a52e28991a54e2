"""What the courier's tests share: notices in an outbox, couriers that carry, what they left."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

import msgspec
import redis

from dashboard.config.cities import load
from dashboard.core.model.notices import Notice
from data_sources.channels.sender import open_sender
from data_sources.channels.settings import Channel, Retry
from data_sources.channels.webhook import ID
from data_sources.channels.wording import Wording
from data_sources.courier.courier import Courier, Endpoint
from data_sources.courier.record import outcomes_of
from data_sources.store.connection import connect
from tests.support.receivers import Receiver
from tests.support.stores.engine import G0

FAST = Retry(first=20, longest=100)
HOUR = 3_600_000


def now() -> int:
    return round(time.time() * 1000)


def put(r: redis.Redis, event: str, step: str | int = 1, **more: Any) -> Notice:
    """Write a notice as the projector does."""
    values: dict[str, Any] = {
        "id": f"{event}:step:handle:1:{step}",
        "event_id": event,
        "at": now(),
        "what": "step",
        "to": "handler",
        "clock": "handle",
        "step": 1,
        "level": "blue",
        **more,
    }
    notice = Notice(**values)
    r.xadd(G0.outbox, {"n": msgspec.json.encode(notice)})
    return notice


def hook(receiver: Receiver, name: str = "hook", kind: str = "webhook", **more: Any) -> Channel:
    return Channel(name, kind, url=f"{receiver.url}/{name}", **{"retry": FAST, **more})


def courier(url: str, channels: Sequence[Channel], **more: Any) -> Courier:
    city = load("chifeng")
    endpoints = [
        Endpoint(c, open_sender(c), Wording(city, ZoneInfo("Asia/Shanghai"), c.lang))
        for c in channels
    ]
    return Courier(connect(url), G0, endpoints, **more)


@contextmanager
def carrying(url: str, *channels: Channel, **more: Any) -> Iterator[None]:
    stop = Event()
    thread = Thread(target=courier(url, channels, **more).run, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)
        assert not thread.is_alive()


def ids(receiver: Receiver, path: str = "/hook") -> list[str]:
    """The ids that arrived, in order."""
    return [unquote(got.headers[ID]) for got in list(receiver.requests) if got.path == path]


def count(r: redis.Redis, field: str) -> int:
    return int(r.hget(G0.courier, field) or 0)


def states(r: redis.Redis, event: str) -> dict[str, str]:
    return {f"{one.channel}|{one.id}": one.state for one in outcomes_of(r, G0, event)}
