"""Removes files that no listing names: cut off, never listed, or replaced by others.

Whoever reads an older listing still needs those that were replaced, so a file is marked first and
goes when the mark is old. Only the holder of the archiver's lease may sweep.
"""

from __future__ import annotations

import time
from pathlib import Path

import structlog

from data_sources.archive.files import PART
from data_sources.archive.listing import Listing, Unit, path_of

log = structlog.get_logger("archiver")

#: a desk that lost the store goes on answering from the files it knows
GRACE_S = 3600.0
_GONE = ".gone"


def sweep(directory: Path, shard: str, listing: Listing, grace_s: float = GRACE_S) -> int:
    """Remove what can go; returns how many files that were."""
    folder = directory / shard
    listed = {
        path_of(directory, shard, name, table)
        for name, unit in listing.units.items()
        for table in unit.files
    }
    removed, now = 0, time.time()
    for path in sorted(folder.glob("*/*")):
        if path.name.endswith(PART):
            path.unlink(missing_ok=True)
            removed += 1
        elif path.suffix == ".parquet" and path not in listed:
            mark = path.with_name(path.name + _GONE)
            if not mark.exists():
                mark.touch()
            if now - mark.stat().st_mtime >= grace_s:
                path.unlink(missing_ok=True)
                mark.unlink(missing_ok=True)
                removed += 1
        elif path.name.endswith(_GONE) and not path.with_name(path.stem).exists():
            path.unlink(missing_ok=True)
    if removed:
        log.info("removed", shard=shard, files=removed)
    return removed


def remove(directory: Path, shard: str, name: str, unit: Unit) -> None:
    """The files of a unit that was never listed."""
    for table in unit.files:
        path_of(directory, shard, name, table).unlink(missing_ok=True)
