"""Fixtures for every test. The pure core's tests need none of them."""

from pathlib import Path

import pytest

pytest_plugins = ["tests.support.redis_fixture", "tests.support.receivers", "tests.support.logs"]

_BROWSER = Path(__file__).parent / "browser"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright leaves a loop running in the thread while it is open, and
    what is quick should fail first."""
    items.sort(key=lambda item: _BROWSER in item.path.parents)
