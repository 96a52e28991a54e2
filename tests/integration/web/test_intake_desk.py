"""Refused and unreadable items: listed, corrected and sent again, dismissed; on a real Redis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import redis

from dashboard.config import cities
from dashboard.core.model.actions import decode
from data_sources.fold.rebuild import rebuild
from data_sources.store.keys import PEOPLE_LOG, SETTLED
from data_sources.store.refusals import Refusals
from tests.integration.web.test_outcomes import ask, folding, post, wire
from tests.support.served import served
from tests.support.stores.engine import G0, RULES, T0, fold_all

OURS = {"X-Gridwall": "1"}


@pytest.fixture
def site(redis_url: str) -> Iterator[str]:
    with served(redis_url) as address:
        yield address


def settle(site: str, item: str, **body: str) -> httpx.Response:
    return httpx.post(f"{site}/api/v1/intake/{item}", json=body, headers=OURS)


def listed(r: redis.Redis) -> list[str]:
    return [one.id for one in Refusals(r, 1).listed()]


@pytest.fixture
def refused(site: str, redis_client: redis.Redis) -> str:
    """An event registered, and a `handle` that came before the dispatch."""
    post(site, wire("e1", 0, 1, 4))
    fold_all(redis_client)
    (item,) = listed(redis_client)
    return item


def test_corrected_and_sent_again(site: str, redis_client: redis.Redis, refused: str) -> None:
    with folding(redis_client):
        # handled by a clock ten minutes slow: before it was dispatched
        post(site, {**wire("e1", 2)[0], "ts": T0 + 600_000})
        answer = settle(site, refused, what="send", ts=str_of(T0 + 840_000))
        assert answer.status_code == 200, answer.text
        done = answer.json()
        assert (done["done"], done["outcome"]) == ("sent", "applied")
        assert done["name"].startswith("e1:handle~")
        # the same again is refused: it is settled
        assert settle(site, refused, what="dismiss", reason="no").status_code == 409
    event = httpx.get(f"{site}/api/v1/events/e1").json()
    assert (event["status"], event["handled_at"]) == ("handled", str_of(T0 + 840_000))
    assert listed(redis_client) == []
    sent = decode(redis_client.xrevrange(G0.actions, count=1)[0][1][b"a"])
    assert (sent.source, str(sent.kind), sent.ts) == ("api", "handle", T0 + 840_000)
    # on record, and the refused one stays in its stream
    assert [fields[b"what"] for _, fields in redis_client.xrange(PEOPLE_LOG)] == [b"sent_again"]
    assert redis_client.xlen(G0.rejected) == 1
    # after a rebuild it is still settled
    rebuild(redis_client, G0, RULES)
    assert listed(redis_client) == []


def str_of(ms: int) -> str:
    from dashboard.core.model.calendars import LocalTime

    return LocalTime(RULES.local.zone).iso(ms)


def test_sent_again_as_it_is(site: str, redis_client: redis.Redis, refused: str) -> None:
    with folding(redis_client):
        post(site, {**wire("e1", 2)[0], "ts": T0 + 600_000})
        assert listed(redis_client) == [refused]
        done = settle(site, refused, what="send").json()
    # it is for its own time, at which the event was not dispatched yet
    assert done["outcome"] == "refused"
    assert done["reason"]
    assert len(listed(redis_client)) == 1


def test_dismissed_with_a_reason(site: str, redis_client: redis.Redis, refused: str) -> None:
    answer = settle(site, refused, what="dismiss", reason="sent twice, 电话 13800138000")
    assert answer.status_code == 200
    assert listed(redis_client) == []
    assert b"13800138000" not in redis_client.hget(SETTLED, refused)
    (line,) = redis_client.xrange(PEOPLE_LOG)
    assert line[1][b"what"] == b"dismissed"
    assert b"13800138000" not in b"".join(line[1].values())


def test_one_that_became_lawful_leaves_the_list(
    site: str, redis_client: redis.Redis, refused: str
) -> None:
    post(site, wire("e1", 2))
    fold_all(redis_client)
    assert listed(redis_client) == []
    assert ask(site, event_id="e1", action_id="e1:handle")["outcomes"][0]["result"] == "applied"


def test_other_content_under_a_known_name_is_taken_over(
    site: str, redis_client: redis.Redis
) -> None:
    post(site, wire("e1", 0, 1, 2))
    fold_all(redis_client)
    # the first was to a department that the city does not know
    known = next(iter(cities.load("chifeng").departments))
    other = {**wire("e1", 2)[0], "department": known, "ts": T0 + 200_000}
    assert post(site, other)["changed"] == 1
    fold_all(redis_client)
    (item,) = Refusals(redis_client, 1).listed()
    assert item.code == "changed"
    with folding(redis_client):
        done = settle(site, item.id, what="send")
        assert done.status_code == 200, done.text
        assert done.json()["outcome"] == "applied"
    assert httpx.get(f"{site}/api/v1/events/e1").json()["department"] == known


def test_an_unreadable_entry_is_completed(site: str, redis_client: redis.Redis) -> None:
    post(site, wire("e1", 0))
    redis_client.xadd(G0.actions, {"a": b'{"event_id": "e1", "note": "13800138000"'})
    fold_all(redis_client)
    (item,) = listed(redis_client)
    with folding(redis_client):
        fields = {"event_id": "e1", "kind": "register", "ts": str_of(T0 + 9), "actor": "centre"}
        done = settle(site, item, what="send", **fields).json()
    assert done["outcome"] == "applied"
    assert listed(redis_client) == []


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"what": "send", "ts": "yesterday"}, 400, "ts"),
        ({"what": "send", "kind": "void"}, 400, "kind"),
        ({"what": "send", "kind": "escalate"}, 400, "kind"),
        ({"what": "send", "lat": "north"}, 400, "lat"),
        ({"what": "send", "ts": "1970-01-02T00:00:00+00:00"}, 400, "ts"),
        ({"what": "dismiss", "reason": " "}, 400, "reason"),
        ({"what": "dismiss", "reason": "x" * 201}, 400, "reason"),
        ({"what": "forget"}, 400, "what"),
    ],
)
def test_what_cannot_be_done(
    site: str,
    redis_client: redis.Redis,
    refused: str,
    body: dict[str, Any],
    status: int,
    field: str,
) -> None:
    length = redis_client.xlen(G0.actions)
    answer = settle(site, refused, **body)
    assert (answer.status_code, answer.json()["field"]) == (status, field), answer.text
    assert redis_client.xlen(G0.actions) == length
    assert listed(redis_client) == [refused]


def test_no_such_item(site: str) -> None:
    for item in ("g0:1-1", "g7:1-1", "x", "g0:1-1:2"):
        assert settle(site, item, what="dismiss", reason="no").status_code == 404


def test_a_form_gets_the_page(site: str, redis_client: redis.Redis, refused: str) -> None:
    url = f"{site}/api/v1/intake/{refused}"
    form = {"what": "send", "ts": "soon", "lang": "en", "source": "api"}
    answer = httpx.post(url, data=form, headers=OURS)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/intake?lang=en&source=api&wrong=")
    dismissed = httpx.post(url, data={"what": "dismiss", "reason": "twice"}, headers=OURS)
    assert dismissed.headers["location"].startswith("/intake?done=dismissed")
