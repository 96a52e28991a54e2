"""The background: the parts that nobody waits for, in one process.

The linker, the watcher for surges, the keeper of the past, the auditor, the archiver and the maker
of briefs; each holds a lease of its own, so that each may as well run alone.
"""

from __future__ import annotations

from functools import partial

from dashboard.config.settings import Settings
from data_sources.archive import archiver
from data_sources.audit import auditor
from data_sources.briefs import maker
from data_sources.fold import linker
from data_sources.past import keeper
from data_sources.store.workers import run_together, stop_on_signals
from data_sources.surges import watcher

PARTS = {
    "linker": linker.run,
    "watcher": watcher.run,
    "keeper": keeper.run,
    "auditor": auditor.run,
    "archiver": archiver.run,
    "briefs": maker.run,
}


def run_background(settings: Settings, url: str) -> None:
    """Run every part on the store at ``url`` until SIGINT or SIGTERM."""
    stop = stop_on_signals()
    run_together({name: partial(part, settings, url, stop) for name, part in PARTS.items()}, stop)
