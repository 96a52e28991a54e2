"""A log on a full disk: nothing that a loop does ends because a line cannot be written."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

from dashboard import ROOT
from dashboard.config.logs import Unfailing

#: a thread of work fails, and so does the line about it: the process must end all the same
FAILS = """
from threading import Event
from dashboard.config import logs
from data_sources.store.workers import run_together
logs.configure()
def fail():
    raise ValueError("the work is over")
def work():
    Event().wait()
run_together({"a": fail, "b": work}, Event())
"""
ENDS = FAILS.replace('    raise ValueError("the work is over")', "    return")


def test_a_thread_that_fails_ends_its_process_even_if_its_log_cannot_be_written() -> None:
    with Path("/dev/full").open("w") as full:
        found = subprocess.run(
            [sys.executable, "-c", FAILS], cwd=ROOT, stderr=full, timeout=30, check=False
        )
    assert found.returncode not in (0, None)


def test_a_thread_that_only_ends_ends_its_process() -> None:
    found = subprocess.run(
        [sys.executable, "-c", ENDS], cwd=ROOT, capture_output=True, timeout=30, check=False
    )
    assert found.returncode == 0


def test_lines_that_could_not_be_written_are_counted(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full, (tmp_path / "log").open("w") as log:
        stream = Unfailing(full)
        for n in range(3):
            stream.write(f"line {n}\n")
        stream._stream = log
        stream.write("again\n")
        stream.write("and on\n")
        with contextlib.suppress(OSError):
            full.close()
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines == ["3 log lines could not be written", "again", "and on"]
