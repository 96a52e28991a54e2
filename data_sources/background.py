"""The background: the parts that nobody waits for, in one process.

The linker, the watcher for surges, the keeper of the past and the auditor; each holds a lease
of its own, so that each may as well run alone.
"""

from __future__ import annotations

from functools import partial

from dashboard.settings import Settings
from data_sources import linker, watcher
from data_sources.audit import auditor
from data_sources.past import keeper
from data_sources.workers import run_together, stop_on_signals

PARTS = {
    "linker": linker.run,
    "watcher": watcher.run,
    "keeper": keeper.run,
    "auditor": auditor.run,
}


def run(settings: Settings, url: str) -> None:
    """Run every part on the store at ``url`` until SIGINT or SIGTERM."""
    stop = stop_on_signals()
    run_together({name: partial(part, settings, url, stop) for name, part in PARTS.items()}, stop)
