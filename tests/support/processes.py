"""Looking at processes from outside: who works in a directory, wait until, run the command."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from dashboard import ROOT


def gridwall(*arguments: str, env: dict[str, str] | None = None) -> list[str]:
    """The command line of `gridwall …` with the tests' own Python."""
    return [sys.executable, "-m", "dashboard.cli", *arguments]


def run(*arguments: str, timeout: float = 60, **env: str) -> "subprocess.CompletedProcess[str]":
    """Run `gridwall …` to its end."""
    return subprocess.run(
        gridwall(*arguments),
        cwd=ROOT,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
    )


def living(directory: Path) -> dict[int, str]:
    """Processes (not zombies, not us) that name `directory` or work inside it: pid → command."""
    found: dict[int, str] = {}
    needle = os.fsencode(str(directory))
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            traces = command + (entry / "environ").read_bytes()
            traces += os.fsencode(os.readlink(entry / "cwd"))
        except OSError:
            continue  # it ended meanwhile, or is a zombie
        if needle in traces and command:
            found[int(entry.name)] = command.replace(b"\0", b" ").decode("utf-8", "replace")
    return found


def wait_until(what: Callable[[], object], seconds: float = 10.0) -> None:
    """Return once `what()` is true; fail, naming its last value, if that takes too long."""
    end = time.monotonic() + seconds
    while not (last := what()):
        assert time.monotonic() < end, f"still {last!r} after {seconds} s"
        time.sleep(0.03)
