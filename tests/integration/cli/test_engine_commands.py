"""The engine's commands, run as people run them, on a real Redis."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
import redis

from dashboard.core.model.actions import Level
from data_sources.store.actions import ActionLog
from tests.support.processes import ROOT, gridwall, run, wait_until
from tests.support.stores.engine import G0, T0, life

GRID = "150402001001001"


@pytest.fixture
def folded(redis_client: redis.Redis) -> ActionLog:
    """Two lives, one closed and one open, folded by a projector of the city."""
    log = ActionLog(redis_client)
    log.append(life("e1") + life("e2", T0 + 3_600_000, close=False, level=Level.YELLOW))
    return log


def project(url: str, log: ActionLog, **env: str) -> None:
    """Let a projector process fold what waits."""
    process = subprocess.Popen(
        gridwall("projector", "--city", "chifeng"),
        cwd=ROOT,
        env={**os.environ, "GRIDWALL_REDIS_URL": url, **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: log.states(["e2"])["e2"] and log.lag() == 0, 20)
        mark = log._r.hget(G0.meta, "rules")
        wait_until(lambda: mark is None or log._r.exists(G0.lease("projector")), 20)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def ask(url: str, *arguments: str, code: int = 0, **env: str) -> str:
    """What a command prints; fails if it ends otherwise than it should."""
    done = run(*arguments, "--city", "chifeng", GRIDWALL_REDIS_URL=url, **env)
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stdout + done.stderr


def test_scores_ledger_story_and_the_past(redis_url: str, folded: ActionLog) -> None:
    project(redis_url, folded)
    month = datetime.fromtimestamp(T0 / 1000, UTC).strftime("%Y-%m")
    found = json.loads(
        ask(redis_url, "explain", "score", "--department", "D1", "--month", month, "--json")
    )
    assert found["agrees"] is True
    assert "e1" in ask(redis_url, "explain", "score", "--department", "D1", "--month", month)
    assert "name one unit" in ask(redis_url, "explain", "score", "--month", month, code=1)
    page = json.loads(ask(redis_url, "ledger", GRID))
    assert [row["event_id"] for row in page["rows"]] == ["e1", "e2"]
    story = json.loads(ask(redis_url, "story", "e1"))
    assert story["actions"][0]["kind"] == "report"
    assert "not known" in ask(redis_url, "story", "nobody", code=1)
    then = datetime.fromtimestamp((T0 + 600_000) / 1000, UTC).isoformat()
    wall = json.loads(ask(redis_url, "as-of", then, "--json"))
    assert (wall["all"]["reported"], wall["all"]["closed"]) == (1, 1)
    assert "as_of" in ask(redis_url, "as-of", "yesterday", code=1)


def test_an_audit_that_finds_something_fails(
    redis_url: str, redis_client: redis.Redis, folded: ActionLog
) -> None:
    project(redis_url, folded)
    assert json.loads(ask(redis_url, "audit", "--json"))["count"] == 0
    redis_client.hincrby(G0.view("count"), "all|open", 1)
    assert "all|open" in ask(redis_url, "audit", code=1)
    assert json.loads(ask(redis_url, "rebuild", "--json"))["actions"] == 11
    assert json.loads(ask(redis_url, "audit", "--json"))["count"] == 0


def test_other_rules_rebuild_the_views(
    redis_url: str, redis_client: redis.Redis, folded: ActionLog, tmp_path: Path
) -> None:
    rules = tmp_path / "gridwall.yaml"
    rules.write_text("limits:\n  yellow: {respond: 3 h, handle: 2 working days}\n", "utf-8")
    project(redis_url, folded)

    def limit() -> int:
        state = folded.states(["e2"])["e2"]
        assert state is not None
        assert state.handle is not None
        return state.handle.limit

    hours = 3_600_000
    assert limit() == 27 * hours
    env = {"GRIDWALL_RULES_FILE": str(rules)}
    process = subprocess.Popen(
        gridwall("projector", "--city", "chifeng"),
        cwd=ROOT,
        env={**os.environ, "GRIDWALL_REDIS_URL": redis_url, **env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: limit() == 18 * hours, 20)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    assert json.loads(ask(redis_url, "audit", "--json", **env))["count"] == 0
    assert "other rules" in ask(redis_url, "audit", code=1)


def test_a_wrong_rule_stops_everything_at_once(tmp_path: Path) -> None:
    rules = tmp_path / "gridwall.yaml"
    rules.write_text("limits:\n  red: {respond: soon}\n", "utf-8")
    done = run("up", "--city", "chifeng", GRIDWALL_RULES_FILE=str(rules))
    assert done.returncode == 1
    assert f"{rules}:2" in done.stderr
    assert "limits.red.respond" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
