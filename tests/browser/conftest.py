"""The leaders' pages that the browser tests look at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .reviewed import Reviewed, reviewed


@pytest.fixture(scope="session")
def review_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reviewed]:
    """The leaders' pages over a month of a simulated city; no test writes to it."""
    with reviewed(tmp_path_factory.mktemp("review")) as found:
        yield found
