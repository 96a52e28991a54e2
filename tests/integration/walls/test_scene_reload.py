"""The served app looks at its scene file each second; a broken one never takes the picture away."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from dashboard.config.reading import ConfigError
from tests.support.scenefiles import GOOD, written
from tests.support.served import served


def until(client: httpx.Client, good: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    for _ in range(100):
        reply: dict[str, Any] = client.get("/api/v1/scenes").json()
        if good(reply):
            return reply
        time.sleep(0.1)
    raise AssertionError(reply)


def beat(client: httpx.Client) -> dict[str, Any]:
    kind = ""
    with client.stream("GET", "/stream", headers={"Accept-Encoding": "identity"}) as stream:
        for line in stream.iter_lines():
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            if kind == "beat" and line.startswith("data: "):
                found: dict[str, Any] = json.loads(line.removeprefix("data: "))
                return found
    raise AssertionError("no beat")


def test_hot_reload_of_the_served_file(redis_url: str, tmp_path: Path) -> None:
    path = written(tmp_path, GOOD)
    with (
        served(redis_url, scenes_file=path) as address,
        httpx.Client(base_url=address, timeout=10) as client,
    ):
        first = until(client, lambda reply: reply["error"] is None)
        assert first["wall"]["rotate"] == 30
        assert beat(client)["scenes"] == first["fingerprint"]
        path.write_text(GOOD.replace("rotate = 30", "rotate = 60"), "utf-8")
        second = until(client, lambda reply: reply["fingerprint"] != first["fingerprint"])
        assert second["wall"]["rotate"] == 60
        assert beat(client)["scenes"] == second["fingerprint"]
        path.write_text("[wall]\nrotat = 60\n", "utf-8")
        broken = until(client, lambda reply: reply["error"] is not None)
        assert broken["error"] == ['line 2: wall.rotat=60: unknown; did you mean "rotate"?']
        assert {**broken, "error": None} == second


def test_a_broken_file_at_the_start_is_refused(redis_url: str, tmp_path: Path) -> None:
    path = written(tmp_path, GOOD.replace("columns = [3, 1, 2]", "columns = [3]"))
    with (
        pytest.raises(ConfigError, match="1 columns for rows of 3 names"),
        served(redis_url, scenes_file=path),
    ):
        pass
