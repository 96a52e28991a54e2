"""The archive's listing: which files count, and which of their rows do not. Pure.

A shard's listing is one hash. A *unit* is a batch of events that left the store in one step, one
file for each table; its number is that of the change that added it to the listing. A *void* is an
event that came back: its rows in its month's units up to that number no longer count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from data_sources.desk.copy.tables import Files, Part
from data_sources.store.filing import VOID

#: the table of the states themselves, next to the tables that questions read
STATES = "states"


class File(msgspec.Struct, frozen=True):
    """One file of a unit."""

    rows: int
    bytes: int
    sha256: str


class Unit(msgspec.Struct, frozen=True, kw_only=True):
    """A batch of archived events; times in ms."""

    #: the local month in which they ended, as 2018-01
    month: str
    events: int
    #: when the first and the last of them ended
    first: int
    last: int
    #: by table; one without rows has no file
    files: dict[str, File]
    number: int = 0


class Listing(msgspec.Struct, frozen=True):
    """The contents of a shard's archive."""

    units: dict[str, Unit]
    #: (month, event id) → the last unit that could hold it when it came back
    voids: dict[tuple[str, str], int]

    def voids_of(self, unit: Unit) -> tuple[str, ...]:
        """Events whose rows in the unit, if it has any, do not count."""
        found = (e for (m, e), n in self.voids.items() if m == unit.month and n >= unit.number)
        return tuple(sorted(found))

    @property
    def months(self) -> dict[str, dict[str, Unit]]:
        """The units by month."""
        out: dict[str, dict[str, Unit]] = {}
        for name, unit in sorted(self.units.items()):
            out.setdefault(unit.month, {})[name] = unit
        return out


def parse(raw: Mapping[str, str]) -> Listing:
    """The listing from the fields of its hash."""
    units, voids = {}, {}
    for name, value in raw.items():
        if name.startswith(VOID):
            month, _, event_id = name.removeprefix(VOID).partition("/")
            voids[month, event_id] = int(value)
        else:
            units[name] = msgspec.json.decode(value, type=Unit)
    return Listing(units, voids)


def path_of(directory: Path, shard: str, name: str, table: str) -> Path:
    """The path of a unit's file of a table; ``name`` is month/token."""
    return directory / shard / f"{name}.{table}.parquet"


def paths(directory: Path) -> Callable[[Mapping[str, Mapping[str, str]]], Files]:
    """A function from the shards' raw listings to the files of each table."""

    def files(listings: Mapping[str, Mapping[str, str]]) -> Files:
        found: dict[str, dict[tuple[str, ...], list[str]]] = defaultdict(lambda: defaultdict(list))
        for shard, raw in listings.items():
            listing = parse(raw)
            for name, unit in sorted(listing.units.items()):
                gone = listing.voids_of(unit)
                for table in unit.files:
                    if table != STATES:
                        path = path_of(directory, shard, name, table)
                        found[table][gone].append(str(path))
        return {
            table: [Part(tuple(names), gone) for gone, names in parts.items()]
            for table, parts in found.items()
        }

    return files


#: units that one month may have before the small ones are merged
FEW = 8
#: a unit of so many events is left as it is
LARGE = 100_000
#: the most events of a merged unit
LARGEST = 200_000


def to_merge(units: Mapping[str, Unit]) -> Sequence[str]:
    """The names of a month's units to merge; none, or at least two."""
    small = sorted((u.events, name) for name, u in units.items() if u.events < LARGE)
    if len(small) <= FEW:
        return ()
    chosen, total = [], 0
    for events, name in small:
        if total + events > LARGEST:
            break
        chosen.append(name)
        total += events
    return chosen if len(chosen) > 1 else ()
