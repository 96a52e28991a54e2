"""An event's story over HTTP and from Redis: outcomes, who was notified, how the clocks ran."""

from __future__ import annotations

from typing import Any

import redis
from fastapi import FastAPI
from fastapi.testclient import TestClient

from dashboard.core.model.actions import Action, Kind, Level
from dashboard.core.model.rules import HOUR, MINUTE
from dashboard.web.api import errors, past
from data_sources.fold.projector import Projector
from data_sources.records.ledger import Ledgers
from data_sources.records.story import Stories
from data_sources.store.actions import ActionLog
from data_sources.store.keys import shards
from tests.support.stores.engine import RULES, T0, fold_all, life, settle
from tests.support.stores.stopped import pass_time


def act(event_id: str, kind: str, ts: int, **more: Any) -> Action:
    action_id = more.pop("action_id", f"{event_id}:{kind}:{ts}")
    return Action(action_id=action_id, event_id=event_id, kind=Kind(kind), ts=ts, **more)


def story_of(r: redis.Redis, event_id: str) -> Any:
    return Stories(r, 1, RULES).tell(event_id)


def test_outcomes_reasons_and_arrival(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(life("e1")[:5])
    fold_all(redis_client)
    log.append(
        [
            act("e1", "accept", T0 + 10 * MINUTE),  # handled: not lawful any more
            act("e1", "urge", T0 + 150_000, actor="grid:150402001001001"),  # late
        ]
    )
    fold_all(redis_client)
    story = story_of(redis_client, "e1")
    assert [(line.kind, line.outcome) for line in story.actions] == [
        ("report", "applied"),
        ("register", "applied"),
        ("dispatch", "applied"),
        ("urge", "applied"),
        ("accept", "applied"),
        ("handle", "applied"),
        ("accept", "refused"),
    ]
    assert story.actions[-1].refused
    assert story.actions[3].actor == "grid:150402001001001"
    assert all(line.arrived_at == int(line.entry.split("-")[0]) for line in story.actions)
    assert story.actions[0].said["level"] == "blue"
    assert [notice.what for notice in story.notices] == ["urged"]
    state = ActionLog(redis_client).states(["e1"])["e1"]
    assert story.state == state
    assert story_of(redis_client, "nothing") is None


def test_clocks_run_pause_and_go_on(redis_client: redis.Redis) -> None:
    log, start = ActionLog(redis_client), T0 + 2 * MINUTE
    log.append(life("e1", close=False, level=Level.RED)[:3])
    log.append(
        [
            act("e1", "accept", start + 10 * MINUTE),
            act("e1", "suspend", start + 61 * MINUTE, reason="waits for parts"),
            act("e1", "resume", start + 181 * MINUTE),
        ]
    )
    fold_all(redis_client)
    keys = shards(1)[0]
    projector = Projector(redis_client, keys, RULES)
    assert projector.acquire()
    pass_time(redis_client, keys, projector, 1, start + 4 * HOUR)
    log.append([act("e1", "handle", start + 301 * MINUTE)])
    projector.fold_once()
    story = story_of(redis_client, "e1")
    spans = [
        (s.clock, s.state, s.begun_at - start, s.ended_at - start, s.step) for s in story.clocks
    ]
    assert spans == [
        ("respond", "running", 0, 10 * MINUTE, 1),
        ("handle", "running", 0, 61 * MINUTE, 1),
        ("handle", "paused", 61 * MINUTE, 181 * MINUTE, 1),
        ("handle", "running", 181 * MINUTE, 301 * MINUTE, 4),
    ]
    assert story.clocks[-1].due == start + 4 * HOUR
    assert [(n.what, n.clock, n.step, n.to) for n in story.notices] == [
        ("alarm", "respond", 0, "county"),
        ("step", "respond", 1, "city"),
        ("step", "handle", 1, "handler"),
        ("step", "handle", 2, "department"),
        ("alarm", "handle", 3, "county"),
        ("alarm", "handle", 4, "city"),
    ]


def test_links_of_a_merge(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append([*life("e1", close=False), *life("e2", close=False)])
    log.append(
        [
            act("e2", "merge", T0 + HOUR, target="e1"),
            act("e2", "urge", T0 + 2 * HOUR, actor="citizen"),
        ]
    )
    settle(redis_client)
    merged, survivor = story_of(redis_client, "e2"), story_of(redis_client, "e1")
    assert merged.links.survivor == "e1"
    assert merged.actions[-1].outcome == "forwarded"
    assert survivor.links.absorbed == ["e2"]
    assert survivor.links.forwarded_from == ["e2"]
    assert survivor.actions[-1].kind == "urge"


def test_an_event_whose_report_is_to_come(redis_client: redis.Redis) -> None:
    ActionLog(redis_client).append([act("e1", "register", T0)])
    fold_all(redis_client)
    story = story_of(redis_client, "e1")
    assert story.state is None
    assert [line.outcome for line in story.actions] == ["parked"]
    assert story.clocks == []


def test_over_http(redis_client: redis.Redis) -> None:
    ActionLog(redis_client).append(life("a/b"))
    fold_all(redis_client)
    app = FastAPI()
    errors.install(app)
    ledgers = Ledgers(redis_client, 1, RULES.local)
    stories = Stories(redis_client, 1, RULES)
    app.include_router(past.router(ledgers, stories, lambda state: {"status": state.status}))
    client = TestClient(app)
    answer = client.get("/api/v1/events/a/b/actions")
    assert answer.status_code == 200
    body = answer.json()
    assert body["state"] == {"status": "closed"}
    assert len(body["actions"]) == 7
    assert client.get("/api/v1/events/none/actions").status_code == 404
    grid = "150402001001001"
    page = client.get(f"/api/v1/grids/{grid}/ledger", params={"month": "2023-11"}).json()
    assert page["sums"]["all"]["closed"] == 1
    for name, value in (("month", "2023-13"), ("cursor", "x"), ("limit", "0")):
        answer = client.get(f"/api/v1/grids/{grid}/ledger", params={name: value})
        assert answer.status_code == 400, name
        assert answer.json()["field"] == name
    answer = client.get("/api/v1/grids/nowhere/ledger")
    assert (answer.status_code, answer.json()["field"]) == (404, "grid")
