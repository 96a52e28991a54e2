"""The logs of a real engine whose data are broken: no secret, no person, no local variable."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
import redis

from data_sources.store.keys import ShardKeys
from tests.support.logs import assert_clean, plant
from tests.support.processes import gridwall, wait_until

PASSWORD, NAME, PHONE = "hunter2-of-the-engine", "王女士", "13812345678"
KEYS = ShardKeys(0)


@pytest.fixture
def locked(redis_client: redis.Redis, redis_url: str) -> Iterator[str]:
    """The engine's address with a password, which it asks for while the test runs."""
    redis_client.config_set("requirepass", PASSWORD)
    try:
        yield f"{redis_url}?password={quote(PASSWORD)}"
    finally:
        with suppress(redis.RedisError):
            redis_client.execute_command("AUTH", PASSWORD)
        redis_client.config_set("requirepass", "")


@pytest.mark.parametrize("part", ["projector", "clock"])
def test_a_part_that_fails_writes_no_secret_and_no_person(
    redis_client: redis.Redis, locked: str, tmp_path: Path, part: str
) -> None:
    plant(PASSWORD)
    said = f"{NAME}来电 {PHONE}"
    wrong = f'{{"event_id": "e", "kind": "report", "ts": "{said}", "level": "red"}}'
    redis_client.xadd(KEYS.actions, {"a": wrong})
    # of the wrong kind, so that every batch fails
    for key in (KEYS.events, KEYS.trails, KEYS.deadlines):
        redis_client.set(key, said)
    redis_client.xadd(
        KEYS.actions, {"a": b'{"action_id":"a","event_id":"e","kind":"report","ts":1}'}
    )
    log = tmp_path / "logs" / f"{part}.log"
    log.parent.mkdir()
    with log.open("wb") as out:
        child = subprocess.Popen(
            gridwall(part, "--city", "la"),
            stdout=out,
            stderr=out,
            env={**os.environ, "GRIDWALL_REDIS_URL": locked, "GRIDWALL_INTAKE_TOKEN": "t" * 20},
        )
        try:
            wait_until(lambda: "[error" in log.read_text("utf-8"), 40)
        finally:
            child.kill()
            child.wait()
    text = log.read_text("utf-8")
    assert "[error" in text
    for secret in (PASSWORD, NAME, PHONE, "t" * 20):
        assert secret not in text
    assert_clean(tmp_path)
