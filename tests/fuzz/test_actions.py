"""Mutated actions through the served intake into a real Redis, and through the fold.

Nothing gives a fault; what was sent is what was accepted, repeated, changed and refused; what was
accepted is in the stream; and the fold takes all of it.
"""

from __future__ import annotations

import json
from random import Random
from typing import Any

import httpx
import msgspec
import pytest
import redis

from dashboard.core.model.actions import Action, Kind, decode, encode
from data_sources.store.keys import DEAD_LETTERS
from tests.fuzz.mutating import SECONDS, WORDS, budget, object_like
from tests.support.served import TOKEN, served
from tests.support.stores.engine import G0, fold_all, life

AUTH = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
FIELDS = tuple(Action.__struct_fields__)
KINDS = tuple(str(kind) for kind in Kind)
_BATCH = 40


def seeds(rng: Random, start: int) -> list[dict[str, Any]]:
    """Real actions of a few events, and of every kind."""
    events = [f"e{rng.randrange(20)}" for _ in range(6)]
    found = [msgspec.json.decode(encode(a)) for e in events for a in life(e, start)]
    for kind in KINDS:
        event = rng.choice(events)
        name = f"{event}:{kind}:{rng.randrange(9)}"
        found.append({"action_id": name, "event_id": event, "kind": kind, "ts": start})
    return found


def body_of(rng: Random, start: int) -> tuple[bytes, int | None]:
    """A body, and how many items it has; None if it is no batch."""
    known = seeds(rng, start)
    items = [object_like(rng, rng.choice(known), FIELDS) for _ in range(rng.randint(1, _BATCH))]
    # half a surrogate cannot be sent as UTF-8, only as an escape
    text = json.dumps(items, ensure_ascii=rng.random() < 0.5)
    if rng.random() < 0.05:
        at = rng.randrange(len(text))
        return (text[:at] + rng.choice(WORDS) + text[at:]).encode("utf-8", "surrogatepass"), None
    return text.encode("utf-8", "surrogatepass"), len(items)


@pytest.mark.timeout(SECONDS + 300)
def test_what_was_sent_is_what_became_of_it(redis_url: str, redis_client: redis.Redis) -> None:
    r = redis_client
    sent = taken = 0
    with served(redis_url) as address, httpx.Client(base_url=address, timeout=30) as client:
        start = int(httpx.get(f"{address}/api/v1/past/range").json()["now"]) - 7 * 86_400_000
        for number in budget(60):
            rng = Random(number)
            body, size = body_of(rng, start)
            before = r.xlen(G0.actions)
            answer = client.post("/api/v1/actions", content=body, headers=AUTH)
            assert answer.status_code in (200, 400), (number, answer.status_code, answer.text[:300])
            found = answer.json()
            if "results" not in found:
                assert {"error", "field", "detail"} <= set(found), number
                assert r.xlen(G0.actions) == before, number
                continue
            counts = {k: v for k, v in found.items() if isinstance(v, int)}
            assert sum(counts.values()) == len(found["results"]), (number, counts)
            assert size is None or len(found["results"]) == size, number
            # other content of a known name goes on record once, next to the accepted actions
            more = r.xlen(G0.actions) - before - counts["accepted"]
            assert 0 <= more <= counts["changed"], number
            for one in found["results"]:
                if one["result"] == "invalid":
                    # an unknown field may have the empty name
                    assert isinstance(one["field"], str), number
                    assert one["reason"], number
            sent += len(found["results"])
            taken += counts["accepted"]
            if number % 20 == 19:
                fold_all(r)
        fold_all(r)
        assert client.get("/api/v1/wall").status_code == 200
    stored = [decode(fields[b"a"]) for _, fields in r.xrange(G0.actions)]
    assert taken == sum(not action.differs for action in stored)
    assert sent > taken > 0
    # the projector reads everything that the intake lets through
    unread = [f for _, f in r.xrange(G0.rejected) if b"not read" in f.get(b"reason", b"")]
    assert unread == []
    assert r.xlen(DEAD_LETTERS) == 0
