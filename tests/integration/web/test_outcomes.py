"""What became of every action can be asked, over HTTP on a real Redis."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import redis

from dashboard.core.model.actions import encode
from data_sources.fold import commit
from tests.support.served import TOKEN, served
from tests.support.stores.engine import G0, T0, fold_all, life, settle

AUTH = {"Authorization": f"Bearer {TOKEN}"}
OTHER = "the-other-systems-token"
OTHERS = {"Authorization": f"Bearer {OTHER}"}


@pytest.fixture
def site(redis_url: str, tmp_path: Path) -> Iterator[str]:
    yield from two_sources(redis_url, tmp_path)


def two_sources(redis_url: str, tmp_path: Path) -> Iterator[str]:
    """A served site whose other source is called closing."""
    file = tmp_path / "sources.toml"
    digest = sha256(OTHER.encode()).hexdigest()
    file.write_text(f'[[source]]\nname = "closing"\ntoken_sha256 = "{digest}"\n')
    with served(redis_url, sources_file=file) as address:
        yield address


def wire(event_id: str, *numbers: int) -> list[dict[str, Any]]:
    actions = life(event_id)
    chosen = [actions[n] for n in numbers] if numbers else actions
    return [msgspec.json.decode(encode(action)) for action in chosen]


def post(site: str, body: Any, auth: dict[str, str] = AUTH, **params: str) -> dict[str, Any]:
    answer = httpx.post(f"{site}/api/v1/actions", json=body, headers=auth, params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def ask(site: str, auth: dict[str, str] | None = AUTH, **params: Any) -> dict[str, Any]:
    answer = httpx.get(f"{site}/api/v1/outcomes", headers=auth or {}, params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@contextmanager
def folding(r: redis.Redis) -> Iterator[None]:
    """A projector at work."""
    done = threading.Event()

    def run() -> None:
        while not done.is_set():
            fold_all(r)
            time.sleep(0.02)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def test_every_action_has_an_outcome(site: str, redis_client: redis.Redis) -> None:
    post(site, [*wire("e1"), *wire("e2", 1), wire("e3")[0], wire("e3")[4]])
    redis_client.xadd(G0.actions, {"a": b"{"})
    fold_all(redis_client)
    found = ask(site)
    assert not found["more"]
    assert not found["gap"]
    rows = {row["action_id"]: row for row in found["outcomes"]}
    assert {row["source"] for row in rows.values()} == {"api"}
    assert [rows[f"e1:{kind}"]["result"] for kind in ("report", "close")] == ["applied"] * 2
    assert rows["e2:register"]["result"] == "parked"
    refused = rows["e3:handle"]
    assert (refused["result"], refused["code"]) == ("refused", "status")
    assert "not allowed from reported" in refused["reason"]
    # the operator in the demo sees the entry that was none
    everything = ask(site, None)["outcomes"]
    assert [row["result"] for row in everything].count("unreadable") == 1
    assert len(everything) == len(rows) + 1


def test_pages_by_cursor_hold_each_outcome_once(site: str, redis_client: redis.Redis) -> None:
    post(site, [action for n in range(9) for action in wire(f"e{n}")])
    fold_all(redis_client, batch=10)
    seen, cursor = [], ""
    while True:
        page = ask(site, limit=7, cursor=cursor)
        seen += [row["entry"] + row["action_id"] for row in page["outcomes"]]
        assert len(page["outcomes"]) <= 7
        cursor = page["cursor"]
        if not page["more"]:
            break
    assert len(seen) == len(set(seen)) == 63
    assert ask(site, cursor=cursor)["outcomes"] == []
    post(site, wire("late", 0))
    fold_all(redis_client)
    assert [row["action_id"] for row in ask(site, cursor=cursor)["outcomes"]] == ["late:report"]
    assert ask(site, cursor="$")["outcomes"] == []


def test_a_changed_outcome_is_told_again(site: str, redis_client: redis.Redis) -> None:
    post(site, wire("e1", 0, 2))
    fold_all(redis_client)
    end = ask(site)["cursor"]
    post(site, wire("e1", 1))
    fold_all(redis_client)
    rows = {row["action_id"]: row["result"] for row in ask(site, cursor=end)["outcomes"]}
    assert rows == {"e1:register": "applied", "e1:dispatch": "applied"}


def test_a_source_sees_its_own_only(site: str, redis_client: redis.Redis) -> None:
    post(site, wire("mine"))
    post(site, wire("theirs"), OTHERS)
    fold_all(redis_client)
    assert {row["event_id"] for row in ask(site)["outcomes"]} == {"mine"}
    assert {row["event_id"] for row in ask(site, OTHERS)["outcomes"]} == {"theirs"}
    assert {row["event_id"] for row in ask(site, None)["outcomes"]} == {"mine", "theirs"}
    assert {row["event_id"] for row in ask(site, None, source="closing")["outcomes"]} == {"theirs"}
    url = f"{site}/api/v1/outcomes"
    foreign = httpx.get(url, params={"source": "closing"}, headers=AUTH)
    assert (foreign.status_code, foreign.json()["field"]) == (403, "source")
    one = {"event_id": "theirs", "action_id": "theirs:close"}
    assert httpx.get(url, params=one, headers=AUTH).status_code == 404
    assert ask(site, OTHERS, **one)["outcomes"][0]["result"] == "applied"
    wrong = httpx.get(url, headers={"Authorization": "Bearer wrong-token-of-someone"})
    assert wrong.status_code in (401, 403)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"cursor": "x"}, "cursor"),
        ({"cursor": "1-1.1,1-1.1"}, "cursor"),
        ({"result": "lost"}, "result"),
        ({"event_id": "e"}, "action_id"),
        ({"action_id": "e"}, "event_id"),
    ],
)
def test_a_wrong_question_is_refused(site: str, params: dict[str, str], field: str) -> None:
    answer = httpx.get(f"{site}/api/v1/outcomes", params=params, headers=AUTH)
    assert (answer.status_code, answer.json()["field"]) == (400, field)


def test_a_cursor_that_is_no_longer_kept(site: str, redis_client: redis.Redis) -> None:
    post(site, wire("e1"))
    fold_all(redis_client, batch=1)
    first = ask(site, limit=2)["cursor"]
    redis_client.xtrim(G0.outcomes, maxlen=2, approximate=False)
    page = ask(site, cursor=first)
    assert page["gap"]
    assert len(page["outcomes"]) == 2
    # one by one all are still known
    row = ask(site, event_id="e1", action_id="e1:report")["outcomes"][0]
    assert (row["result"], row["kind"]) == ("applied", "report")


def test_an_answer_with_what_the_fold_did(site: str, redis_client: redis.Redis) -> None:
    with folding(redis_client):
        body = [*wire("e1", 0, 1), wire("e1")[4], wire("e2")[1], {"action_id": "x"}]
        answer = post(site, body, wait="applied")
        outcomes = [row.get("outcome") for row in answer["results"]]
        assert outcomes == ["applied", "applied", "refused", "parked", None]
        refused = answer["results"][2]
        assert (refused["code"], refused["result"]) == ("status", "accepted")
        again = post(site, wire("e1", 0, 4), wait="applied")
        assert [row["result"] for row in again["results"]] == ["repeated"] * 2
        assert [row["outcome"] for row in again["results"]] == ["applied", "refused"]
        assert again["results"][1]["code"] == "status"


def test_without_a_projector_it_is_pending_after_two_seconds(site: str) -> None:
    began = time.monotonic()
    answer = post(site, wire("e1", 0), wait="applied")
    took = time.monotonic() - began
    assert answer["results"][0]["outcome"] == "pending"
    assert answer["accepted"] == 1
    assert 1.9 <= took < 6
    wrong = httpx.post(f"{site}/api/v1/actions?wait=ever", json=wire("e2", 0), headers=AUTH)
    assert wrong.status_code == 422


def test_a_forwarded_action_is_told_by_its_first_name(site: str, redis_client: redis.Redis) -> None:
    merge = {
        "action_id": "e2:merge",
        "event_id": "e2",
        "kind": "merge",
        "ts": T0 + 1,
        "target": "e1",
    }
    urge = {"action_id": "e2:urge", "event_id": "e2", "kind": "urge", "ts": T0 + 9}
    post(site, [wire("e1")[0], wire("e2")[0], merge, urge])
    settle(redis_client)
    rows = {row["action_id"]: row["result"] for row in ask(site)["outcomes"]}
    assert rows["e2:urge"] == "forwarded"
    assert rows["e2:urge>e1"] == "applied"


def test_the_metrics_count_by_source_and_reason(site: str, redis_client: redis.Redis) -> None:
    post(site, [*wire("e1", 0, 4), {"action_id": "a", "sender_phone": "1"}, {"action_id": "b"}])
    post(site, wire("e1", 0), OTHERS)
    fold_all(redis_client)
    found = set(httpx.get(f"{site}/metrics").text.splitlines())
    assert {
        'gridwall_intake_items_total{field="",result="accepted",source="api"} 2.0',
        'gridwall_intake_items_total{field="unknown",result="invalid",source="api"} 1.0',
        'gridwall_outcomes_total{reason="",result="applied",source="api"} 1.0',
        'gridwall_outcomes_total{reason="status",result="refused",source="api"} 1.0',
        'gridwall_outcomes_total{reason="",result="repeated",source="closing"} 1.0',
    } <= found


def test_the_stream_is_bounded(redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commit, "OUTCOMES_KEPT", 210)
    monkeypatch.setattr(commit, "_OUTCOMES_LEAST", 30)
    for n in range(250):
        for action in life(f"e{n}"):
            redis_client.xadd(G0.actions, {"a": encode(action)})
    fold_all(redis_client, batch=7)
    # in whole nodes of the stream, a hundred entries each
    assert 30 <= redis_client.xlen(G0.outcomes) <= 130
