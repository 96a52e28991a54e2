"""A real Redis for tests: one embedded engine a session, emptied before each test.

`redis_url` for what takes a URL, `redis_client` for looking inside. `GRIDWALL_TEST_REDIS_URL`
uses another server instead: it is emptied too.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from data_sources.engine.server import Engine
from data_sources.store.connection import connect


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tests see no GRIDWALL_* of the shell they run in, and never a real data directory."""
    for name in os.environ:
        if name.startswith("GRIDWALL_") and not name.startswith("GRIDWALL_TEST_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GRIDWALL_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture(scope="session")
def _redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    given = os.environ.get("GRIDWALL_TEST_REDIS_URL")
    if given:
        yield given
        return
    with Engine(tmp_path_factory.mktemp("redis")) as engine:
        yield engine.url


@pytest.fixture
def redis_url(_redis_server: str) -> str:
    """The URL of an empty Redis."""
    with connect(_redis_server) as r:
        r.flushall()
        r.script_flush()
    return _redis_server


@pytest.fixture
def redis_client(redis_url: str) -> Iterator[redis.Redis]:
    """A connection to it."""
    with connect(redis_url) as r:
        yield r
