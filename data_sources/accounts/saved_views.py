"""Saved views of the queue, own and shared ones: names and filters, no data."""

from __future__ import annotations

from typing import cast

import msgspec
import redis

from data_sources.store.keys import VIEWS_SHARED, saved_views
from data_sources.store.persons import PersonGuard

#: views of one person, and shared ones
MOST = 40
MAX_NAME = 40


class SavedView(msgspec.Struct, frozen=True, kw_only=True):
    """A name for a view: the query of its address, without language and theme."""

    name: str
    query: str
    #: who saved it
    by: str = ""
    shared: bool = False
    #: a shared view's area: the person's who shared it; users of other areas can't change it
    area: str = ""


class TooMany(Exception):
    """There are already as many views as may be saved."""


_DECODER = msgspec.json.Decoder(SavedView)


class SavedViews:
    """The saved views of one store; every method raises ``redis.RedisError``."""

    def __init__(self, r: redis.Redis) -> None:
        self._r, self._guard = r, PersonGuard(r)

    def of(self, person: str) -> list[SavedView]:
        """The shared views and the person's own, each by name."""
        pipe = self._r.pipeline(transaction=False)
        pipe.hvals(VIEWS_SHARED)
        pipe.hvals(saved_views(person))
        shared, own = cast(list[list[bytes]], pipe.execute())
        found = [_DECODER.decode(raw) for raw in (*shared, *own)]
        return sorted(found, key=lambda view: (not view.shared, view.name))

    def shared(self, name: str) -> SavedView | None:
        """The shared view of this name; None if there is none."""
        raw = cast(bytes | None, self._r.hget(VIEWS_SHARED, name))
        return None if raw is None else _DECODER.decode(raw)

    def save(self, person: str, view: SavedView) -> SavedView:
        """Save a view under its name, without what names a person; the view as it is stored.

        Raises: `TooMany`.
        """
        view = cast(SavedView, self._guard.struct(view, "name", "query"))
        key = VIEWS_SHARED if view.shared else saved_views(person)
        if not self._r.hexists(key, view.name) and self._r.hlen(key) >= MOST:
            raise TooMany
        self._r.hset(key, view.name, msgspec.json.encode(view))
        return view

    def remove(self, person: str, name: str, *, shared: bool) -> bool:
        """Remove a view; False if there was none."""
        key = VIEWS_SHARED if shared else saved_views(person)
        return bool(self._r.hdel(key, name))
