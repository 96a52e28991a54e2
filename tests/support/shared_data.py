"""Where the real open data files are, if they are here; the packaged sample always is."""

import os
from pathlib import Path

import pytest

from dashboard import ROOT

SAMPLE = ROOT / "dashboard" / "config" / "cities" / "la" / "sample.csv.gz"


def shared(name: str) -> Path:
    """A file of the shared data; skips the test where there is none."""
    folder = os.environ.get("GRIDWALL_SHARED_DATA") or ROOT.parent / "shared" / "data"
    file = Path(folder) / name
    if not file.is_file():
        pytest.skip(f"no {name}: set GRIDWALL_SHARED_DATA to the folder that has it")
    return file
