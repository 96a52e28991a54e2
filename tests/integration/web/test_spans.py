"""Times over HTTP: outside the plausible span an action is invalid, and the answer names both."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from tests.support.served import TOKEN, served

AUTH = {"Authorization": f"Bearer {TOKEN}"}
REPORT = {"event_id": "e1", "kind": "report", "level": "blue", "category": "c1"}


def sent(site: str, **values: Any) -> dict[str, Any]:
    item = {"action_id": "a1", **REPORT, **values}
    answer = httpx.post(f"{site}/api/v1/actions", json=item, headers=AUTH)
    (result,) = answer.json()["results"]
    assert answer.status_code == (400 if result["result"] == "invalid" else 200)
    return dict(result)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("ts", 86_400_000, "is before the plausible span, 2005-"),
        ("ts", "1970-01-02T00:00:00Z", "is before the plausible span, 2005-"),
        ("ts", "2081-01-05T09:00:00-08:00", "is after the plausible span, 2005-"),
        ("ts", 1_795_000_000, "looks like seconds, expected milliseconds"),
        ("due", 1_795_000_000, "looks like seconds, expected milliseconds"),
        ("due", "1970-02-01T00:00:00+08:00", "is before the plausible span, 2005-"),
        ("until", 1_795_000_000, "looks like seconds, expected milliseconds"),
    ],
)
def test_an_implausible_time_is_invalid(
    redis_url: str, redis_client: redis.Redis, name: str, value: object, reason: str
) -> None:
    now = round(time.time() * 1000)
    with served(redis_url) as site:
        result = sent(site, **{"ts": now, name: value})
        assert (result["result"], result["field"]) == ("invalid", name)
        assert reason in result["reason"]
        assert sent(site, ts=now + 240_000)["result"] == "accepted"
        assert (
            sent(site, action_id="a2", ts=now, due=now + 9 * 31_556_952_000)["result"] == "accepted"
        )
        assert sent(site, action_id="a3", ts=now + 3_600_000)["field"] == "ts"


def test_a_source_has_a_span_of_its_own(redis_url: str, tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text('[[source]]\nname = "api"\nearliest = "1960-01-01T00:00:00Z"\nahead = "2h"\n')
    now = round(time.time() * 1000)
    with served(redis_url, sources_file=file) as site:
        assert sent(site, ts=86_400_000)["result"] == "accepted"
        assert sent(site, action_id="a2", ts=now + 3_600_000)["result"] == "accepted"
        assert sent(site, action_id="a3", ts=now + 3 * 3_600_000)["field"] == "ts"
