"""`gridwall archive` against a real Redis."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import redis
from typer.testing import CliRunner

from dashboard.cli import app
from data_sources.store.actions import ActionLog
from tests.support.stores.archives import whole
from tests.support.stores.engine import T0, life, settle

SHARDS = 2


def test_the_command(
    redis_client: redis.Redis, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moves what ended before a day, reports what is where, and finds a file that was changed."""
    monkeypatch.setenv("GRIDWALL_REDIS_URL", redis_url)
    monkeypatch.setenv("GRIDWALL_SHARDS", str(SHARDS))
    monkeypatch.setenv("GRIDWALL_CITY", "chifeng")
    lives = [a for n in range(60) for a in life(f"w{n}", T0 + n * 40_000_000)]
    ActionLog(redis_client, SHARDS).append(lives)
    settle(redis_client, count=SHARDS)
    run, data = CliRunner(), tmp_path / "data" / "chifeng" / "archive"
    assert run.invoke(app, ["archive", "--before", "2017-13-01"]).exit_code == 2
    names = whole(redis_client, data, SHARDS)
    some = run.invoke(app, ["archive", "--before", "2023-12-01", "--json"])
    assert some.exit_code == 0
    report = json.loads(some.stdout)
    assert report["moved"] == sum(shard["archived"] for shard in report["shards"]) > 20
    months = {month for shard in report["shards"] for month in shard["months"]}
    assert "2023-11" in months
    assert "2023-12" not in months
    assert whole(redis_client, data, SHARDS) == names
    assert run.invoke(app, ["archive", "--verify"]).stdout == "ok\n"
    path = next(data.glob("g0/2023-11/*.events.parquet"))
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)
    wrong = run.invoke(app, ["archive", "--verify"])
    assert wrong.exit_code == 1
    assert path.name in wrong.stdout
