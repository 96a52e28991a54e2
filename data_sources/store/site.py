"""Which city a store belongs to: claimed once, never mixed."""

from __future__ import annotations

from typing import cast

import redis

from data_sources.errors import WrongCity
from data_sources.store.keys_keys import CITY


def claim_city(r: redis.Redis, city: str) -> None:
    """Note the city of an empty store; raises :class:`WrongCity` if it holds another's events."""
    r.set(CITY, city, nx=True)
    held = cast(bytes, r.get(CITY)).decode()
    if held != city:
        raise WrongCity(f"this store holds the events of city {held!r}, not {city!r}")
