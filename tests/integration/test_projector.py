"""The projector against a real Redis: exactly once, one writer, nothing lost."""

from __future__ import annotations

import random

import pytest
import redis

from dashboard.core.events import Action, Kind
from dashboard.core.state import EventState
from dashboard.core.views import part
from data_sources.errors import LeaseLost, WrongCity
from data_sources.projector import Projector
from data_sources.site import claim_city
from data_sources.stream import STATE, ActionLog
from tests.integration.engine import G0, RULES, T0, dump, fold_all, life


def counts(r: redis.Redis) -> dict[str, int]:
    return {k.decode(): int(v) for k, v in r.hgetall(G0.view("count")).items()}


def test_a_life_is_counted_once(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(life("e1") + life("e2", close=False))
    assert fold_all(redis_client) == 11
    assert counts(redis_client)["all|reported"] == 2
    assert counts(redis_client)["all|open"] == 1
    assert counts(redis_client)["all|closed"] == 1
    assert counts(redis_client)["department|D1|closed"] == 1


def test_a_repeat_changes_nothing(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(life("e1"))
    fold_all(redis_client)
    before = dump(redis_client)
    assert log.known(life("e1")) == [True] * 7
    log.append(life("e1"))
    fold_all(redis_client)
    after = dump(redis_client)
    assert after.pop(G0.meta) != before.pop(G0.meta)
    assert after == before


def test_batches_of_any_size_give_the_same_views(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    actions = [a for n in range(40) for a in life(f"e{n}", T0 + n * 7000, close=n % 3 > 0)]
    random.Random(5).shuffle(actions)
    log.append(actions)
    found = []
    for batch in (1, 7, 1000):
        for key in redis_client.scan_iter("{g0}:*"):
            if key != G0.actions.encode():
                redis_client.delete(key)
        fold_all(redis_client, batch=batch)
        found.append(dump(redis_client))
    assert found[0] == found[1] == found[2]


def test_views_are_the_sum_of_the_states(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    actions = [a for n in range(60) for a in life(f"e{n}", T0 + n * 9000, close=n % 2 > 0)]
    log.append(actions)
    fold_all(redis_client, batch=50)
    states: list[EventState] = [STATE.decode(s) for s in redis_client.hvals(G0.events)]
    want: dict[str, int] = {}
    for state in states:
        for (view, field), n in part(RULES, state).items():
            if view == "count":
                want[str(field)] = want.get(str(field), 0) + n
    assert counts(redis_client) == want


def test_a_refused_action_is_kept_with_its_reason(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(
        [
            *life("e1"),
            Action(action_id="x", event_id="e1", kind=Kind.ACCEPT, ts=T0 + 9_000_000),
            Action(action_id="y", event_id="nobody", kind=Kind.CLOSE, ts=T0),
        ]
    )
    fold_all(redis_client)
    kept = [fields for _, fields in redis_client.xrange(G0.rejected)]
    assert [k[b"reason"] for k in kept] == [
        b"accept is not allowed from closed",
        b"unknown event",
    ]
    assert counts(redis_client)["all|closed"] == 1


def test_an_unreadable_entry_stops_nobody(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(life("e1", close=False))
    redis_client.xadd(G0.actions, {"a": b"{broken"})
    redis_client.xadd(G0.actions, {"b": b"no action at all"})
    log.append(life("e2"))
    fold_all(redis_client)
    assert counts(redis_client)["all|reported"] == 2
    assert redis_client.xlen(G0.rejected) == 2


def test_a_second_projector_stands_by(redis_client: redis.Redis) -> None:
    first, second = (Projector(redis_client, G0, RULES) for _ in range(2))
    assert first.acquire()
    assert not second.acquire()
    ActionLog(redis_client).append(life("e1"))
    assert first.fold_once() == 7
    first.release()
    assert second.acquire()
    assert second.fold_once() == 0


def test_a_projector_that_overslept_is_refused(redis_client: redis.Redis) -> None:
    """Its lease ran out and another took over: what it had read must not be written."""
    sleeper, other = (Projector(redis_client, G0, RULES) for _ in range(2))
    assert sleeper.acquire()
    ActionLog(redis_client).append(life("e1"))
    redis_client.delete(G0.lease("projector"))
    assert other.acquire()
    with pytest.raises(LeaseLost):
        sleeper.fold_once()
    assert counts(redis_client) == {}
    assert other.fold_once() == 7
    assert counts(redis_client)["all|closed"] == 1


def test_a_projector_behind_the_committed_position_is_refused(redis_client: redis.Redis) -> None:
    projector = Projector(redis_client, G0, RULES)
    assert projector.acquire()
    ActionLog(redis_client).append(life("e1"))
    projector.fold_once()
    before = dump(redis_client)
    projector._position = "0-0"
    with pytest.raises(LeaseLost):
        projector.fold_once()
    assert dump(redis_client) == before


def test_a_store_belongs_to_one_city(redis_client: redis.Redis) -> None:
    claim_city(redis_client, "la")
    claim_city(redis_client, "la")
    with pytest.raises(WrongCity, match="'la', not 'chifeng'"):
        claim_city(redis_client, "chifeng")
