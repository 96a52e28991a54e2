"""Codes that the city does not know, over HTTP and on the page, on a real Redis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import redis

from data_sources.store.keys import UNKNOWN_CODES
from tests.integration.web.test_outcomes import AUTH, OTHERS, post, two_sources, wire


@pytest.fixture
def site(redis_url: str, tmp_path: Path) -> Iterator[str]:
    yield from two_sources(redis_url, tmp_path)


def report(event: str, **codes: Any) -> list[dict[str, Any]]:
    return [{**wire(event, 0)[0], **codes}]


def listed(site: str, auth: dict[str, str] | None = None, **params: Any) -> httpx.Response:
    url = f"{site}/api/v1/unknown-codes"
    return httpx.get(url, params=params, headers=auth or {})


def test_listed_by_how_often_they_came(site: str, redis_client: redis.Redis) -> None:
    assert listed(site).json() == {"codes": [], "total": 0}
    for n in range(3):
        post(site, report(f"a{n}", category="odd"))
    post(site, report("b", category="odder", place=["000001"]))
    post(site, report("c", category="odd"), OTHERS)
    found = listed(site).json()
    first = {"source": "api", "kind": "category", "code": "odd", "count": 3}
    assert found["codes"][0] == first
    rows = {(one["source"], one["kind"], one["code"]) for one in found["codes"]}
    assert ("api", "county", "000001") in rows
    assert found["total"] == len(found["codes"]) == 4
    assert listed(site, limit=1).json() == {"codes": [first], "total": 4}
    assert {one["kind"] for one in listed(site, kind="county").json()["codes"]} == {"county"}
    # a source sees its own
    theirs = listed(site, OTHERS).json()["codes"]
    assert [(one["source"], one["code"]) for one in theirs] == [("closing", "odd")]
    foreign = listed(site, OTHERS, source="api")
    assert (foreign.status_code, foreign.json()["field"]) == (403, "source")
    assert listed(site, AUTH, source="api").status_code == 200


@pytest.mark.parametrize(
    "params", [{"limit": 0}, {"limit": 1001}, {"kind": "colour"}, {"source": "x" * 201}]
)
def test_what_cannot_be_asked(site: str, params: dict[str, Any]) -> None:
    answer = listed(site, **params)
    assert answer.status_code in (400, 422)
    assert answer.json()["field"] in params


def test_what_is_stored_otherwise(site: str, redis_client: redis.Redis) -> None:
    redis_client.hset(UNKNOWN_CODES, mapping={"api|grid|": 7, "api|grid|a|b": "x", "odd": 1})
    rows = listed(site).json()["codes"]
    assert {"source": "api", "kind": "grid", "code": "", "count": 7} in rows
    assert {"source": "api", "kind": "grid", "code": "a|b", "count": 0} in rows
    assert len(rows) == 2
