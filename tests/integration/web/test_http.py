"""The HTTP interface on a real Redis: health, intake, the wall's state, headers."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import redis

from dashboard.config.rules.book import rules_of
from dashboard.core.model.actions import Precision, decode, encode
from data_sources.store import domain_clock
from data_sources.store.actions import ActionLog
from data_sources.store.keys import DEAD_LETTERS
from data_sources.store.unknown_codes import UnknownCodes
from tests.support.served import TOKEN, served
from tests.support.stores.engine import G0, T0, fold_all, life, wall_of

CASES = Path(__file__).parent
AUTH = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def site(redis_url: str) -> Iterator[str]:
    with served(redis_url) as address:
        yield address


def wire(event_id: str) -> list[dict[str, Any]]:
    return [msgspec.json.decode(encode(action)) for action in life(event_id)]


def test_alive_but_not_ready_without_a_projector(site: str) -> None:
    assert httpx.get(f"{site}/healthz").json() == {"status": "ok"}
    answer = httpx.get(f"{site}/readyz")
    assert answer.status_code == 503
    assert answer.json()["stop"] == "projector"


def test_ready_with_both_leases(site: str, redis_client: redis.Redis) -> None:
    for role in ("projector", "clock"):
        redis_client.set(G0.lease(role), "somebody", px=5000)
    answer = httpx.get(f"{site}/readyz")
    assert answer.status_code == 200, answer.text
    assert answer.json()["ready"] is True


def test_an_action_is_in_redis_when_it_is_acknowledged(
    site: str, redis_client: redis.Redis
) -> None:
    answer = httpx.post(f"{site}/api/v1/actions", json=wire("e1")[0], headers=AUTH)
    assert answer.status_code == 200, answer.text
    (result,) = answer.json()["results"]
    assert result["result"] == "accepted"
    ((entry, _),) = redis_client.xrange(G0.actions)
    assert entry.decode() == result["id"]


def test_a_batch_gets_the_result_of_each_action(site: str, redis_client: redis.Redis) -> None:
    first = httpx.post(f"{site}/api/v1/actions", json=wire("e1"), headers=AUTH).json()
    assert (first["accepted"], first["repeated"], first["invalid"]) == (7, 0, 0)
    fold_all(redis_client)
    wrong: list[Any] = [
        {**wire("e2")[0], "level": "purple"},
        {**wire("e2")[0], "reporter_phone": "13800000000"},
        {**wire("e2")[0], "lat": 91.0},
        {**wire("e2")[0], "ts": int(time.time() * 1000) + 86_400_000},
        "nonsense",
    ]
    batch = [wire("e1")[3], wire("e3")[0], wire("e3")[0], *wrong]
    answer = httpx.post(f"{site}/api/v1/actions", json=batch, headers=AUTH)
    assert answer.status_code == 200
    results = answer.json()["results"]
    assert [r["result"] for r in results] == ["repeated", "accepted", "repeated"] + 5 * ["invalid"]
    assert [r["field"] for r in results[3:]] == ["level", "reporter_phone", "lat", "ts", "action"]
    assert "13800000000" not in answer.text
    assert redis_client.xlen(G0.actions) == 8


def test_codes_that_the_city_does_not_know_are_one(site: str, redis_client: redis.Redis) -> None:
    """Counted as one of their source; what was sent stays with the action, and is listed."""
    first = wire("e1")[0]
    sent = [
        {**first, "action_id": f"r{n}", "event_id": f"u{n}", "category": f"odd{n}",
         "place": ["150402", f"town{n}"]}
        for n in range(20)
    ]  # fmt: skip
    sent.append({**first, "action_id": "r", "event_id": "own", "category": "gas-leak"})
    for result in ("accepted", "repeated"):
        answer = httpx.post(f"{site}/api/v1/actions", json=sent, headers=AUTH).json()
        assert answer[result] == 21, "sent again, it is the same"
        fold_all(redis_client)
    log = ActionLog(redis_client)
    states = log.states([f"u{n}" for n in range(20)] + ["own"])
    assert {s.category for s in states.values() if s is not None} == {"unknown-api", "gas-leak"}
    assert {s.place[1] for s in states.values() if s is not None} == {
        "unknown-api", first["place"][1]
    }  # fmt: skip
    stored = [decode(fields[b"a"]) for _, fields in redis_client.xrange(G0.actions)]
    assert stored[3].as_sent == (("category", "odd3"), ("township", "town3"))
    listed = UnknownCodes(redis_client).listed()
    assert {(one.kind, one.code, one.count) for one in listed} >= {
        ("category", "odd3", 1), ("township", "town3", 1)
    }  # fmt: skip
    assert len(listed) == 40


def test_a_known_name_with_other_content_is_changed(site: str, redis_client: redis.Redis) -> None:
    """It is never 'repeated': counted, refused on record once, and the first content is kept."""

    def post(*items: dict) -> dict:
        answer = httpx.post(f"{site}/api/v1/actions", json=list(items), headers=AUTH)
        assert answer.status_code == 200
        counts = ("accepted", "repeated", "changed", "invalid")
        assert sum(answer.json()[name] for name in counts) == len(items)
        return answer.json()

    first = {**wire("e1")[0], "category": "gas-leak"}
    other = {**first, "category": "another"}
    assert post(first)["accepted"] == 1
    fold_all(redis_client)
    assert post(first)["repeated"] == 1
    done = post(other, other, first)
    assert (done["changed"], done["repeated"]) == (2, 1)
    assert "other content" in done["results"][0]["reason"]
    fold_all(redis_client)
    # within one batch too
    second = {**first, "action_id": "e2:report", "event_id": "e2"}
    assert post(second, {**second, "category": "another"}, second) | {"results": []} == {
        "results": [], "accepted": 1, "repeated": 1, "changed": 1, "invalid": 0
    }  # fmt: skip
    fold_all(redis_client)
    # sent every night it is on record once for each content
    for _ in range(3):
        post(other)
        fold_all(redis_client)
    refused = [fields for _, fields in redis_client.xrange(G0.rejected)]
    assert len(refused) == 2
    assert all(b"other content" in fields[b"reason"] for fields in refused)
    event = httpx.get(f"{site}/api/v1/events/e1").json()
    assert event["category"] == first["category"]


def test_what_names_a_person_is_accepted_and_masked(site: str, redis_client: redis.Redis) -> None:
    """In every text field; the answer says under which name an id with a number is stored."""
    name, phone = "王女士", "13812345678"
    fields = ("actor", "category", "department", "reason", "to", "text", "target")
    sent = {
        **wire("e1")[0],
        "event_id": f"12345-{phone}",
        **dict.fromkeys(fields, f"{name} {phone}"),
    }
    answers = [httpx.post(f"{site}/api/v1/actions", json=sent, headers=AUTH).json() for _ in (1, 2)]
    assert [answer["accepted"] for answer in answers] == [1, 1]
    stored = [fields[b"a"].decode() for _, fields in redis_client.xrange(G0.actions)]
    assert all(name not in raw and phone not in raw for raw in stored)
    ids = {answer["results"][0]["event_id"] for answer in answers}
    assert len(ids) == 1
    fold_all(redis_client)
    again = httpx.post(f"{site}/api/v1/actions", json=sent, headers=AUTH).json()
    assert again["repeated"] == 1
    found = httpx.get(f"{site}/api/v1/events/{ids.pop()}")
    assert phone not in found.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [({}, 401), ({"Authorization": "Bearer wrong"}, 401), ({"Authorization": TOKEN}, 401)],
)
def test_a_write_needs_the_token(
    site: str, redis_client: redis.Redis, headers: dict[str, str], status: int
) -> None:
    answer = httpx.post(f"{site}/api/v1/actions", json=wire("e1"), headers=headers)
    assert answer.status_code == status
    assert not redis_client.exists(G0.actions)


def test_without_a_token_set_every_write_is_refused(redis_url: str) -> None:
    with served(redis_url, token=None) as site:
        answer = httpx.post(
            f"{site}/api/v1/actions", json=wire("e1"), headers={"Authorization": "Bearer None"}
        )
    assert answer.status_code == 503
    assert answer.json()["error"] == "off"
    assert "GRIDWALL_INTAKE_TOKEN" in answer.json()["detail"]


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b"[" + b"1," * 1001 + b"1]"])
def test_a_body_that_is_no_batch_is_refused(site: str, body: bytes) -> None:
    answer = httpx.post(f"{site}/api/v1/actions", content=body, headers=AUTH)
    assert answer.status_code == 400
    assert (answer.json()["error"], answer.json()["field"]) == ("invalid", "body")


def test_an_action_is_stamped_with_its_source_and_how_exact_its_time_is(
    redis_url: str, redis_client: redis.Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "sources.toml"
    table = '[[source]]\nname = "closing"\ntoken_env = "CLOSING"\nprecision = "day"\nskew = "0s"'
    file.write_text(table)
    monkeypatch.setenv("CLOSING", "the-closing-systems-own")
    day, minute = "2026-11-29T00:00:00-08:00", "2026-11-29T09:15:00-08:00"
    second, exact = "2026-11-29T09:15:01-08:00", 1_764_000_000_123
    with served(redis_url, sources_file=file) as site:

        def post(token: str, **more: Any) -> httpx.Response:
            item = {**wire("e1")[0], "action_id": f"{token}{more}", **more}
            auth = {"Authorization": f"Bearer {token}"}
            return httpx.post(f"{site}/api/v1/actions", json=item, headers=auth)

        for ts in (day, minute, second, exact):
            assert post(TOKEN, ts=ts).status_code == 200
        assert post("the-closing-systems-own", ts=exact).status_code == 200
        for forged in ({"source": "closing"}, {"precision": "day"}, {"skew": 5}):
            answer = post(TOKEN, **forged)
            assert answer.status_code == 400
            assert answer.json()["results"][0]["field"] in forged
    sent = [decode(fields[b"a"]) for _, fields in redis_client.xrange(G0.actions)]
    assert [(a.source, a.precision, a.skew) for a in sent] == [
        ("api", Precision.DAY, 2000),
        ("api", Precision.MIN, 2000),
        ("api", Precision.S, 2000),
        ("api", None, 2000),
        ("closing", Precision.DAY, 0),
    ]


def test_cases_of_order_are_closed_without_any_setting(
    redis_url: str, redis_client: redis.Redis
) -> None:
    """A slow clock, whole minutes, whole days: `order.jsonl`."""
    cases = (CASES / "order.jsonl").read_text().splitlines()
    with served(redis_url, city="la") as site:
        for case in cases:
            body = msgspec.json.decode(case)["actions"]
            answer = httpx.post(f"{site}/api/v1/actions", json=body, headers=AUTH)
            assert answer.json()["accepted"] == len(body)
        fold_all(redis_client, rules_of("la", None))
        events = [httpx.get(f"{site}/api/v1/events/ord{n}").json() for n in (1, 2, 3)]
    assert [event["status"] for event in events] == ["closed"] * 3
    assert not redis_client.exists(G0.rejected)
    assert [event["handled_at"][11:19] for event in events] == ["10:00:00", "11:00:00", "09:15:00"]


def test_a_body_beyond_the_limit_is_refused(site: str, redis_client: redis.Redis) -> None:
    answer = httpx.post(f"{site}/api/v1/actions", content=b" " * 2_000_001, headers=AUTH)
    assert answer.status_code == 413
    assert not redis_client.exists(DEAD_LETTERS)


def test_the_walls_state_is_what_the_command_prints(
    site: str, redis_url: str, redis_client: redis.Redis
) -> None:
    httpx.post(f"{site}/api/v1/actions", json=wire("e1") + wire("e2")[:4], headers=AUTH)
    fold_all(redis_client)
    served_state = httpx.get(f"{site}/api/v1/wall").json()
    printed = msgspec.to_builtins(wall_of(redis_url, "chifeng"))
    for name in ("version", "all", "by_level", "by_status", "by_department", "by_place", "queue"):
        assert served_state[name] == printed[name], name
    assert served_state["all"]["reported"] == 2
    assert served_state["by_place"]["150402001001001"]["open"] == 1
    assert len(served_state["trend"]) == 144


def test_one_event_without_the_folds_own_notes(site: str, redis_client: redis.Redis) -> None:
    httpx.post(f"{site}/api/v1/actions", json=wire("a/b c"), headers=AUTH)
    fold_all(redis_client)
    event = httpx.get(f"{site}/api/v1/events/a%2Fb%20c").json()
    assert event["status"] == "closed"
    # every moment in the city's zone; one that has not come is null
    moments = {name: at for name, at in event.items() if name.endswith(("_at", "_until"))}
    assert {"reported_at", "closed_at", "acknowledged_at", "stable_at"} <= moments.keys()
    assert moments["acknowledged_at"] is None
    for name, at in moments.items():
        assert at is None or at.endswith("+08:00"), name
    assert not {"tallies", "marks", "heard", "seen"} & event.keys()
    missing = httpx.get(f"{site}/api/v1/events/nobody")
    assert missing.status_code == 404


def test_every_answer_keeps_the_page_to_its_host(site: str) -> None:
    pages = ("/wall", "/styleguide", "/styleguide/frame")
    for path in (*pages, "/healthz", "/api/v1/wall", "/assets/wall/css/wall.css", "/nowhere"):
        policy = httpx.get(site + path).headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "http:" not in policy
        assert "https:" not in policy
        assert "unsafe-eval" not in policy
        assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]


def test_scripts_come_compressed_and_cached(site: str) -> None:
    page = httpx.get(f"{site}/wall").text
    scripts = [part.split('"')[0] for part in page.split('<script src="')[1:]]
    assert any("dash_renderer" in name for name in scripts)
    for name in scripts:
        answer = httpx.get(site + name)
        assert answer.status_code == 200, name
        assert answer.headers["content-encoding"] == "gzip", name
        plain = httpx.get(site + name, headers={"Accept-Encoding": "identity"})
        assert plain.content == answer.content, name


def test_metrics(site: str) -> None:
    assert "gridwall_stream_clients" in httpx.get(f"{site}/metrics").text


def test_now_is_the_replays(site: str, redis_client: redis.Redis) -> None:
    domain_clock.publish(redis_client, mode="replay", virtual_ms=T0, speed=0.0, ended=True)
    state = httpx.get(f"{site}/api/v1/wall").json()
    assert state["now_ms"] == T0
    assert state["as_of"] == "2023-11-15T06:13:20.000+08:00"
    assert state["source"] == "replay"
