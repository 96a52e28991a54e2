"""Embedded servers of the bench, and the past folded into them by processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from data_sources.engine.server import Engine
from data_sources.store.connection import connect
from tests.support.processes import ROOT


@dataclass(frozen=True)
class Folded:
    """What folding a past took."""

    actions: int
    #: by the clock on the wall, generating and appending included
    took: float
    #: actions folded a second by each folding process, and all together
    rate: float
    peak_mb: float


@contextmanager
def server() -> Iterator[str]:
    """The URL of an empty server in a directory of its own."""
    with tempfile.TemporaryDirectory(prefix="gw-bench-") as name, Engine(Path(name)) as engine:
        with connect(engine.url) as r:
            # what is measured is not the disk
            r.config_set("appendonly", "no")
        yield engine.url


def fold_past(url: str, events: int, *, shards: int = 1, batch: int) -> Folded:
    """Fold the lives of ``events`` events, a process for each shard."""
    began = time.monotonic()
    argv = [sys.executable, "-m", "tests.bench.past", url, str(events)]
    processes = [
        subprocess.Popen(
            [*argv, str(shard), str(shards), str(batch)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for shard in range(shards)
    ]
    found = []
    try:
        for process in processes:
            out, err = process.communicate()
            if process.returncode:
                raise RuntimeError(f"folding ended with {process.returncode}: {err[-2000:]}")
            found.append(json.loads(out.splitlines()[-1]))
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
                process.wait()
    return Folded(
        sum(f["actions"] for f in found),
        time.monotonic() - began,
        sum(f["actions"] / f["fold_s"] for f in found),
        max(f["peak_mb"] for f in found),
    )
