"""Fixtures for every test. The pure core's tests need none of them."""

from pathlib import Path

import pytest

pytest_plugins = [
    "tests.support.redis_fixture",
    "tests.support.receivers",
    "tests.support.logs",
    "tests.support.browser_fixture",
]

_BROWSER = Path(__file__).parent / "browser"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: Playwright leaves a loop running in the thread while it is open, and
    what is quick should fail first."""

    def looks_at_pages(item: pytest.Item) -> bool:
        return _BROWSER in item.path.parents or "browser" in getattr(item, "fixturenames", ())

    items.sort(key=looks_at_pages)
