"""The leaders' pages that the browser tests look at."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from .reviewed import Reviewed, reviewed


@pytest.fixture(scope="session")
def review_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewed]:
    """The leaders' pages over a month of a simulated city, or over GRIDWALL_LOOK_DATA."""
    kind = os.environ.get("GRIDWALL_LOOK_DATA", "month")
    with reviewed(tmp_path_factory.mktemp("review"), kind) as found:
        yield found
