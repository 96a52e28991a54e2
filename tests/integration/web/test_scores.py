"""The scores' interface: what it answers, and that a wrong parameter is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import redis
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action, Kind
from dashboard.web.api import errors
from dashboard.web.api.scores import router
from dashboard.web.people.model import Person, acting
from data_sources.records.scores import ScoreQueryError, Scores, answer, explain
from data_sources.store.actions import ActionLog
from data_sources.store.domain_clock import publish
from tests.support.stores.engine import RULES, life, settle

DAY = 86_400_000
#: 2026-01-14, 10:00 in Shanghai
NOW = 1_768_356_000_000


@pytest.fixture
def client(redis_client: redis.Redis) -> Iterator[TestClient]:
    """A store with twelve events of D1, two of them returned by it, on 3 days of January."""
    log = ActionLog(redis_client, 2)
    actions: list[Action] = []
    for number in range(12):
        actions += life(f"e{number}", NOW - (number % 3) * DAY, close=number > 1)
    for number in range(2):
        actions.append(
            Action(action_id=f"e{number}:back", event_id=f"e{number}", kind=Kind.RETURN,
                   ts=NOW + 600_000, reason="not ours")
        )  # fmt: skip
    log.append(actions)
    settle(redis_client, RULES, 2)
    publish(redis_client, mode="replay", virtual_ms=NOW + 3_600_000, speed=0, ended=True)
    app = FastAPI()
    errors.install(app)
    app.include_router(router(Scores(redis_client, 2, RULES)))
    with acting(Person("Anna")):
        yield TestClient(app)


def get(client: TestClient, path: str = "", **query: str) -> Any:
    reply = client.get(f"/api/v1/scores{path}", params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_the_running_month_by_default(client: TestClient) -> None:
    data = get(client)
    assert (data["by"], data["period"], data["at"]) == ("department", "month", "2026-01")
    assert (data["over"], data["closed"]) == (False, False)
    assert data["compared_with"] == "2026-01-14T00:00"
    assert data["weighing"]["version"] == 0
    assert data["weighing"]["what_if"] is False
    (score,) = data["scores"]
    assert {"department", "dispatch", "handling", "outcome", "total", "n", "rank"} <= score.keys()
    assert (score["department"], score["n"], score["rank"]) == ("D1", 12, 1)
    assert score["dispatch"] == pytest.approx(100 * 10 / 12)
    # the month without today has 8 events, enough to be ranked
    assert score["rank_change"] == 0
    assert data["priors"]["dispatch.measured"]["subjects"] == 1


@pytest.mark.parametrize(
    ("query", "label", "n", "against"),
    [
        ({"at": "2026-01-13"}, "2026-01-13", 4, "2026-01-12"),
        ({"at": "2026-W03"}, "2026-W03", 12, "2026-W02"),
        ({"period": "week"}, "2026-W03", 12, "2026-W02"),
        ({"period": "day", "at": "2026-01-12"}, "2026-01-12", 4, "2026-01-11"),
    ],
)
def test_periods(
    client: TestClient, query: dict[str, str], label: str, n: int, against: str
) -> None:
    data = get(client, **query)
    assert (data["at"], data["compared_with"]) == (label, against)
    assert [s["n"] for s in data["scores"]] == [n]
    assert get(client, at="2025-12")["scores"] == []


def test_places(client: TestClient) -> None:
    (place,) = get(client, by="township")["scores"]
    assert place["subject"] == "150402001"
    assert "department" not in place
    (place,) = get(client, by="community")["scores"]
    assert place["subject"] == "150402001001"


def test_what_if_leaves_no_trace(client: TestClient, redis_client: redis.Redis) -> None:
    def everything() -> dict[bytes, bytes | None]:
        return {key: redis_client.dump(key) for key in redis_client.scan_iter("*")}

    before, plain = everything(), get(client)
    dotted = {"weights.total.dispatch": "1", "weights.total.handling": "0"}
    tried = get(client, **dotted, **{"weights.total.outcome": "0"})
    assert tried["weighing"]["what_if"] is True
    assert tried["scores"][0]["total"] == tried["scores"][0]["dispatch"]
    as_json = get(client, weights='{"total": {"dispatch": 1, "handling": 0, "outcome": 0}}')
    assert as_json == tried
    assert everything() == before
    assert get(client) == plain


@pytest.mark.parametrize(
    ("path", "query", "parameter"),
    [
        ("", {"by": "grid"}, "by"),
        ("", {"period": "year"}, "period"),
        ("", {"period": "year", "at": "2026"}, "period"),
        ("", {"at": "2026-13"}, "at"),
        ("", {"period": "week", "at": "2026-01"}, "at"),
        ("", {"weights.total.dispatch": "0.9"}, "weights.total"),
        ("", {"weights.total.speed": "0.9"}, "weights.total.speed"),
        ("", {"weights": "[1]"}, "weights"),
        ("", {"weights": "{"}, "weights"),
        ("", {"weights": '{"total": {"dispatch": [1]}}'}, "weights.total.dispatch"),
        ("", {"weights": '{"total": {"dispatch": 1e999}}'}, "weights"),
        ("", {"weihgts.rating": "0"}, "weihgts.rating"),
        ("/explain", {"at": "2026-01"}, "subject"),
        ("/explain", {"subject": "D1"}, "at"),
        ("/explain", {"subject": "D1", "at": "2026-01", "by": "x"}, "by"),
    ],
)
def test_what_is_wrong_is_named(
    client: TestClient, path: str, query: dict[str, str], parameter: str
) -> None:
    reply = client.get(f"/api/v1/scores{path}", params=query)
    assert reply.status_code == 400, reply.text
    data = reply.json()
    assert (data["error"], data["field"]) == ("invalid", parameter)
    assert data["detail"]


def test_one_score_opened_up(client: TestClient, redis_url: str) -> None:
    data = get(client, "/explain", subject="D1", at="2026-01")
    assert data["agrees"] is True
    dispatch = next(p for p in data["parts"] if p["component"] == "dispatch.measured")
    assert {b["event_id"] for b in dispatch["missed"]} == {"e0", "e1"}
    assert len(dispatch["good"]) == 10
    unknown = client.get("/api/v1/scores/explain", params={"subject": "D9", "at": "2026-01"})
    assert unknown.status_code == 404
    assert unknown.json()["field"] == "subject"
    settings = Settings(city="chifeng", redis_url=redis_url, shards=2)
    direct = explain(settings, redis_url, "department", "D1", "2026-01")
    assert [len(p.good) for p in direct.parts] == [len(p["good"]) for p in data["parts"]]
    assert answer(settings, redis_url).scores[0].subject == "D1"
    with pytest.raises(ScoreQueryError, match="no score in 2025-12"):
        explain(settings, redis_url, "department", "D1", "2025-12")
