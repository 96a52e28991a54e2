"""`python -m tests.bench [row …]`: measure, and print one table."""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import time
from importlib import import_module

import structlog
from rich.console import Console

from tests.bench.bench import Bench, Options
from tests.bench.table import show

ROWS = (
    "pixel",
    "alarm", "browser", "fanout", "fold", "late", "history", "asof", "desk", "rebuilding",
    "stampede", "mapping", "queue",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("rows", nargs="*", help=f"which of {', '.join(ROWS)}; default all")
    parser.add_argument("--events", type=int, default=1_000_000, help="closed events in history")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long a tab is watched")
    given = parser.parse_args()
    for row in given.rows:
        if row not in ROWS:
            parser.error(f"row {row!r}: expected one of {', '.join(ROWS)}")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    console = Console(width=max(110, shutil.get_terminal_size().columns))
    options = Options(seconds=given.seconds, events=given.events)
    began, groups = time.monotonic(), []
    with Bench(options, console) as bench:
        for name in given.rows or ROWS:
            row = import_module(f"tests.bench.{name}")
            groups.append((row.TITLE, row.measure(bench)))
    show(console, groups)
    took = time.monotonic() - began
    console.print(f"{os.cpu_count()} cores, {took:.0f} s; ratios are compared ÷ measured, one run")


if __name__ == "__main__":
    main()
