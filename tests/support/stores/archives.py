"""An archive over a test's store: old events leave, others come back, and all can be read."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import redis

from data_sources.archive.archiver import Archiver
from data_sources.archive.files import ArchiveReader
from data_sources.archive.listing import paths
from data_sources.desk.desk import Desk
from data_sources.store.actions import STATE
from data_sources.store.keys import shards
from tests.support.stores.engine import RULES

#: after everything that the tests tell of
END = 4_102_444_800_000


def archive(r: redis.Redis, directory: Path, count: int = 1, **how: Any) -> int:
    """All that has ended leaves; returns how many events that were."""
    moved = 0
    for keys in shards(count):
        one = Archiver(r, keys, RULES, directory, **how)
        assert one.acquire()
        try:
            moved += one.archive(END)
        finally:
            one.release()
    return moved


def desk_of(r: redis.Redis, directory: Path, count: int = 1) -> Desk:
    """A desk that reads the archive."""
    return Desk(r, shards(count), RULES, archived=paths(directory), archive=directory)


def whole(r: redis.Redis, directory: Path, count: int = 1) -> Counter[str]:
    """How often each event is there, in the store and in files that count."""
    found: Counter[str] = Counter()
    for keys in shards(count):
        found.update(name.decode() for name in r.hkeys(keys.events))
        found.update(
            STATE.decode(raw).event_id for raw in ArchiveReader(r, keys, directory).states()
        )
    return found
