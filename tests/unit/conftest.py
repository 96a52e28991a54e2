"""Fixtures that the unit tests share."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# Two busy cores make single examples slow at times; the whole run has a timeout of its own.
settings.register_profile("unit", deadline=None)
settings.load_profile("unit")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
