"""Connections to Redis, set up the same way everywhere, and the city that a store belongs to."""

from __future__ import annotations

from typing import Any, cast

import redis
import redis.asyncio
from redis.backoff import ExponentialBackoff, NoBackoff
from redis.retry import Retry

from data_sources.errors import WrongCity
from data_sources.store.keys import CITY

#: the type that `connect` returns, for annotations in other packages
Redis = redis.Redis
#: RESP3 with its own reply shapes, set explicitly: the defaults differ between versions
_SHAPES: dict[str, Any] = {"protocol": 3, "legacy_responses": False}


def connect(url: str, *, timeout: float = 5.0) -> redis.Redis:
    """A connection for a process that writes; a lost one is retried for about 2 s.

    ``timeout`` is how long a reply may take, s; a reply that does not come is not waited for
    again, so that no call takes much longer on a link that swallows everything. Retries may send a
    write twice, so every write is idempotent or fenced.
    """
    retry = Retry(ExponentialBackoff(cap=0.5, base=0.05), 5, (redis.ConnectionError,))
    return redis.Redis.from_url(
        url, retry=retry, socket_timeout=timeout, socket_connect_timeout=2.0, **_SHAPES
    )


def ping(url: str) -> None:
    """Raise ``RedisUnavailable`` if Redis does not answer within 5 s; nothing is tried twice.

    Raises: ``ValueError`` for a text that is no address.
    """
    retry = Retry(NoBackoff(), 0)
    with redis.Redis.from_url(
        url, retry=retry, socket_timeout=5, socket_connect_timeout=5
    ) as client:
        client.ping()


def connect_async(url: str) -> redis.asyncio.Redis:
    """A connection for the web process; fails at once, so that the wall can show it."""
    # only the web process needs it: saves the others the import
    from redis.asyncio.retry import Retry as AsyncRetry

    return redis.asyncio.Redis.from_url(
        url,
        retry=AsyncRetry(NoBackoff(), 0),
        socket_timeout=3.0,
        socket_connect_timeout=1.0,
        **_SHAPES,
    )


def server_ms(reply: tuple[int, int]) -> int:
    """The ms of a TIME reply; the server's clock is the one that all processes share."""
    seconds, micros = reply
    return int(seconds) * 1000 + int(micros) // 1000


def claim_city(r: redis.Redis, city: str) -> None:
    """Note the city of an empty store.

    Raises: `WrongCity` if the store has the events of another city.
    """
    r.set(CITY, city, nx=True)
    held = cast(bytes, r.get(CITY)).decode()
    if held != city:
        raise WrongCity(f"this store holds the events of city {held!r}, not {city!r}")
