"""Voiding over HTTP and by the page's form: by managers, with a reason, on record."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
import redis

from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action, ActionError, Kind
from data_sources.accounts.log import PeopleLog
from data_sources.fold.projector import Projector
from data_sources.store.actions import ActionLog, SourceLog
from data_sources.store.connection import connect
from tests.support.served import TOKEN, served
from tests.support.stores.engine import G0, T0, fold_all, life, parts_live

RULES = rules_for(Settings(city="chifeng", rules_file=None))


@contextmanager
def folding(url: str) -> Iterator[None]:
    """A projector in a thread."""
    stop = threading.Event()
    with connect(url) as r:
        work = threading.Thread(target=Projector(r, G0, RULES).run, args=(stop,))
        work.start()
        try:
            yield
        finally:
            stop.set()
            work.join()


def caller(url: str) -> httpx.Client:
    return httpx.Client(base_url=url, headers={"Origin": url}, timeout=20)


def test_a_manager_voids_and_puts_back(redis_url: str, redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(life("a/1", close=False) + life("e2", close=False))
    parts_live(redis_client)
    with folding(redis_url), served(redis_url, rules_file=None) as url, caller(url) as http:
        path = "/api/v1/events/a%2F1"

        def reported() -> int:
            return int(http.get("/api/v1/wall").json()["all"]["reported"])

        answer = http.post(f"{path}/void", json={"reason": "  "})
        assert (answer.status_code, answer.json()["field"]) == (422, "reason")
        assert reported() == 2
        answer = http.post(f"{path}/void", json={"reason": "entered twice, call 13812345678"})
        assert answer.json() == {"result": "applied", "reason": ""}
        assert reported() == 1
        void = http.get(path).json()["void"]
        assert void[1:2] == ["city"]
        assert "entered twice" in void[2]
        assert "13812345678" not in json.dumps(void)
        answer = http.post(f"{path}/void", json={"reason": "again"})
        assert (answer.status_code, answer.json()["code"]) == (422, "same")
        act = {"action_id": "c1", "kind": "comment", "text": "seen"}
        assert http.post(f"{path}/act", json=act).json()["code"] == "void"
        assert http.post("/api/v1/events/no/void", json={"reason": "x"}).status_code == 404
        # a form of the page: back to the page
        form = {"reason": "it was real", "lang": "en"}
        answer = http.post(f"{path}/unvoid", data=form)
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "/events/a%2F1?lang=en",
        )
        assert reported() == 2
        assert http.get(path).json()["void"] is None
        # what was wrong is on the page
        for given, wrong in ((form, "same"), ({**form, "reason": " "}, "reason")):
            where = http.post(f"{path}/unvoid", data=given).headers["location"]
            assert where == f"/events/a%2F1?lang=en&wrong={wrong}"
    whats = [line.what for line in PeopleLog(redis_client).page(lambda _: True).lines]
    assert whats == ["unvoid", "void"]
    assert (
        b"13812345678"
        not in json.dumps([str(entry) for entry in redis_client.xrange(G0.actions)]).encode()
    )


@pytest.mark.parametrize("role", ["viewer", "operator"])
def test_others_may_not(role: str) -> None:
    from dashboard.web.people.model import CAN, Capability, Role

    assert Capability.VOID not in CAN[Role(role)]
    assert Capability.VOID in CAN[Role.MANAGER]


@pytest.mark.parametrize("kind", ["void", "unvoid"])
def test_a_source_does_not_void(kind: str, redis_url: str, redis_client: redis.Redis) -> None:
    """Each such item is refused by its field; the rest of the request is taken."""
    log = ActionLog(redis_client)
    log.append(life("e1", close=False))
    entry = {"action_id": "v1", "event_id": "e1", "kind": kind, "ts": T0 + 600_000}
    entry |= {"actor": "city", "reason": "entered twice"}
    urged = {"action_id": "u1", "event_id": "e1", "kind": "urge", "ts": T0 + 600_000}
    more = {"rules_file": None, "auth": "required"}
    with served(redis_url, **more) as url, caller(url) as http:
        http.headers["Authorization"] = f"Bearer {TOKEN}"
        answer = http.post("/api/v1/actions", json=[entry, urged])
        assert answer.status_code == 200
        first, second = answer.json()["results"]
        assert (first["result"], first["field"]) == ("invalid", "kind")
        assert second["result"] == "accepted"
        assert http.post("/api/v1/actions", json=entry).status_code == 400
        answer = http.post(f"/api/v1/events/e1/{kind}", json={"reason": "twice"})
        assert answer.status_code in (401, 403)


def test_a_feed_does_not_void(redis_client: redis.Redis) -> None:
    """What is written to the stream with a source's name is refused by the fold, on record."""
    action = Action(
        action_id="v1",
        event_id="e1",
        kind=Kind.VOID,
        ts=T0 + 600_000,
        actor="city",
        reason="entered twice",
        source="api",
    )
    with pytest.raises(ActionError):
        SourceLog(redis_client).append([action])
    log = ActionLog(redis_client)
    log.append([*life("e1", close=False), action])
    fold_all(redis_client, RULES)
    state = log.states(["e1"])["e1"]
    assert state is not None
    assert state.void is None
    (refused,) = [fields[b"reason"] for _, fields in redis_client.xrange(G0.rejected)]
    assert refused == b"void may not be done by a source"
