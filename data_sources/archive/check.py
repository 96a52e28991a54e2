"""The status of the archive, and whether its files are still as they were written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import msgspec
import redis

from data_sources.archive.files import ArchiveReader, check, listing_of
from data_sources.errors import ArchiveUnreadable
from data_sources.store.keys import ShardKeys


class Month(msgspec.Struct):
    """One month's share of a shard's archive."""

    events: int = 0
    units: int = 0
    bytes: int = 0


class Status(msgspec.Struct, kw_only=True):
    """One shard's archive."""

    shard: str
    #: events in the store, and in files
    hot: int
    archived: int
    bytes: int
    months: dict[str, Month]
    #: events that came back, whose rows are still in files
    void: int
    #: the error that stops the archiver, "" for none
    error: str = ""


def status(r: redis.Redis, parts: Sequence[ShardKeys]) -> list[Status]:
    """The contents of every shard's archive, from its listing."""
    found = []
    for keys in parts:
        listing, months = listing_of(r, keys), dict[str, Month]()
        for name, units in listing.months.items():
            months[name] = Month(
                sum(unit.events for unit in units.values()),
                len(units),
                sum(file.bytes for unit in units.values() for file in unit.files.values()),
            )
        error = cast(bytes | None, r.hget(keys.meta, "archiver"))
        found.append(
            Status(
                shard=keys.name,
                hot=int(r.hlen(keys.events)),
                archived=sum(month.events for month in months.values()) - len(listing.voids),
                bytes=sum(month.bytes for month in months.values()),
                months=months,
                void=len(listing.voids),
                error=error.decode() if error else "",
            )
        )
    return found


def verify(r: redis.Redis, parts: Sequence[ShardKeys], directory: Path) -> list[str]:
    """The faults of the files, a line each: checksums, sizes, numbers of rows."""
    wrong = []
    for keys in parts:
        shelf = ArchiveReader(r, keys, directory)
        for name, unit in shelf.listing.units.items():
            try:
                check(directory, keys.name, name, unit)
            except ArchiveUnreadable as error:
                wrong.append(str(error))
        if not wrong:
            total = sum(1 for _ in shelf.states())
            if total != shelf.count():
                wrong.append(f"{keys.name}: {shelf.count()} events, {total} states")
    return wrong
