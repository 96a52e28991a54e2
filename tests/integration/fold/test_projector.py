"""The projector against a real Redis: exactly once, one writer, nothing lost."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import msgspec
import pytest
import redis

from dashboard.core.fold.views import part
from dashboard.core.model.actions import Action, Kind, Level, decode
from dashboard.core.model.notices import Notice
from dashboard.core.model.rules import HOUR, MINUTE
from dashboard.core.model.state import EventState, Outcome
from data_sources.errors import LeaseLost, WrongCity
from data_sources.fold.projector import BATCH, MOST, Projector
from data_sources.store.actions import STATE, TRAIL, ActionLog
from data_sources.store.connection import claim_city
from tests.support.stores.engine import G0, RULES, T0, dump, fold_all, life

DAY = 24 * HOUR
decode_notice = msgspec.json.Decoder(Notice).decode


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


def folded_in_batches(r: redis.Redis, actions: list[Action]) -> list[dict[str, Any]]:
    """Everything that is written for the actions, with batches of several sizes."""
    ActionLog(r).append(actions)
    found = []
    for batch in (1, 7, 1000):
        for key in r.scan_iter("{g0}:*"):
            if key != G0.actions.encode():
                r.delete(key)
        fold_all(r, batch=batch)
        found.append(dump(r))
    return found


def test_batches_of_any_size_write_the_same(redis_client: redis.Redis) -> None:
    """To the last byte, as long as things come in order of time."""
    levels = list(Level)
    actions = [
        action
        for n in range(40)
        for action in life(f"e{n}", T0 + n * 7000, close=n % 3 > 0, level=levels[n % 4])
    ]
    last = max(a.ts for a in actions)
    for n in range(0, 40, 4):
        actions += [
            Action(action_id=f"x{n}", event_id=f"e{n}", kind=Kind.VERIFY, ts=last + HOUR + n),
            Action(action_id=f"u{n}", event_id=f"e{n + 3}", kind=Kind.URGE, ts=last + n),
            Action(action_id=f"m{n}", event_id=f"e{n + 2}", kind=Kind.MERGE, ts=last + 9 * HOUR,
                   target="e1"),
        ]  # fmt: skip
    found = folded_in_batches(redis_client, sorted(actions, key=lambda a: a.ts))
    for name in found[0]:
        assert found[0][name] == found[1][name] == found[2][name], name
    assert {G0.outbox, G0.links, G0.rejected, G0.trails} <= found[0].keys()


def test_batches_of_any_size_give_the_same_views_whatever_the_order(
    redis_client: redis.Redis,
) -> None:
    """Notices on the way depend on what was known then; the final views do not."""
    actions = [a for n in range(40) for a in life(f"e{n}", T0 + n * 7000, close=n % 3 > 0)]
    random.Random(5).shuffle(actions)
    found = folded_in_batches(redis_client, actions)
    on_the_way = {G0.rejected, G0.recent, G0.links, G0.outbox}
    for name in found[0].keys() - on_the_way:
        assert found[0][name] == found[1][name] == found[2][name], name
    refused = [Counter(kept[b"entry"] for kept in each.get(G0.rejected, [])) for each in found]
    trails = [TRAIL.decode(raw) for raw in found[0][G0.trails].values()]
    in_the_end = {m.entry.encode() for ms in trails for m in ms if m.outcome is Outcome.REFUSED}
    for each in refused:
        assert in_the_end <= each.keys()
    # at once, nothing is refused that will do in the end
    assert refused[2] == Counter(in_the_end)


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
    refused = Action(action_id="x", event_id="e1", kind=Kind.ACCEPT, ts=T0 + 9_000_000)
    log.append([*life("e1"), refused])
    fold_all(redis_client)
    ((_, kept),) = redis_client.xrange(G0.rejected)
    (entry, _) = redis_client.xrange(G0.actions)[-1]
    assert decode(kept[b"action"]) == refused
    assert (kept[b"reason"], kept[b"entry"]) == (b"accept is not allowed from closed", entry)
    assert counts(redis_client)["all|closed"] == 1


def test_what_comes_before_its_report_waits_for_it(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    whole = life("e1")
    for action in reversed(whole[1:]):
        log.append([action])
        fold_all(redis_client)
    assert counts(redis_client) == {}
    assert not redis_client.exists(G0.events, G0.rejected, G0.recent)
    assert log.known(whole) == [False] + [True] * 6
    assert log.states(["e1"]) == {"e1": None}
    log.append(whole[:1])
    fold_all(redis_client)
    assert counts(redis_client)["all|closed"] == 1
    late = dump(redis_client)
    redis_client.flushall()
    log.append(whole)
    fold_all(redis_client)
    straight = dump(redis_client)
    assert late[G0.events] == straight[G0.events]
    for name in straight:
        if ":view:" in name:
            assert late[name] == straight[name], name


def test_a_late_action_is_put_in_its_place(redis_client: redis.Redis) -> None:
    """The history is read back from the stream; notices that were wrong are withdrawn."""
    log = ActionLog(redis_client)
    red = life("e1", close=False, level=Level.RED)
    tick = Action(action_id="t", event_id="e1", kind=Kind.ESCALATE, ts=T0 + 5 * HOUR, actor="clock")
    log.append([*red, tick])
    fold_all(redis_client)
    assert counts(redis_client)["all|overdue"] == 1
    notices = [decode_notice(fields[b"n"]) for _, fields in redis_client.xrange(G0.outbox)]
    loud = [notice.id for notice in notices if notice.clock == "handle"]
    assert len(loud) == 4
    handle = Action(action_id="h", event_id="e1", kind=Kind.HANDLE, ts=T0 + 4 * MINUTE)
    log.append([handle])
    fold_all(redis_client)
    assert "all|overdue" not in counts(redis_client)
    state = log.states(["e1"])["e1"]
    assert state is not None
    assert (state.late, state.handled_at) == ((), handle.ts)
    after = [decode_notice(fields[b"n"]) for _, fields in redis_client.xrange(G0.outbox)]
    assert [n.ref for n in after[len(notices) :]] == loud
    assert redis_client.zscore(G0.deadlines, "e1") is None
    assert not redis_client.exists(G0.rejected)


def test_how_late_it_is_known_outlives_the_projector(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(life("e1", T0 + 9 * HOUR))
    fold_all(redis_client)
    log.append(life("e2"))
    fold_all(redis_client)
    raw = redis_client.hget(G0.trails, "e2")
    assert isinstance(raw, bytes)
    assert {mark.known for mark in TRAIL.decode(raw)} == {T0 + 9 * HOUR + 6 * MINUTE}
    assert redis_client.hget(G0.meta, "high") == str(T0 + 9 * HOUR + 6 * MINUTE).encode()


def test_the_ledger_of_a_grid(redis_client: redis.Redis) -> None:
    log, other = ActionLog(redis_client), ("150402", "150402001", "150402001001", "g2")
    log.append(life("e1", close=False) + life("e2", T0 + 5, close=False))
    fold_all(redis_client)
    ledger = G0.ledger("150402001001001")
    assert redis_client.zrange(ledger, 0, -1, withscores=True) == [[b"e1", T0], [b"e2", T0 + 5]]
    log.append([Action(action_id="c", event_id="e1", kind=Kind.CORRECT, ts=T0 + DAY, place=other)])
    fold_all(redis_client)
    assert redis_client.zrange(ledger, 0, -1) == [b"e2"]
    assert redis_client.zrange(G0.ledger("g2"), 0, -1) == [b"e1"]


def test_an_unreadable_entry_stops_no_other(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(life("e1", close=False))
    redis_client.xadd(G0.actions, {"a": b"{broken"})
    redis_client.xadd(G0.actions, {"b": b"no action at all"})
    log.append(life("e2"))
    fold_all(redis_client)
    assert counts(redis_client)["all|reported"] == 2
    assert redis_client.xlen(G0.rejected) == 2


def test_batches_grow_while_the_projector_is_behind(redis_client: redis.Redis) -> None:
    """Late actions of one event cost its whole history once a batch, not once each."""
    log, projector = ActionLog(redis_client), Projector(redis_client, G0, RULES)
    assert projector.acquire()
    log.append([action for n in range(9 * BATCH // 7) for action in life(f"e{n}")])
    sizes = []
    while read := projector.fold_once():
        sizes.append(read)
    assert sizes[:4] == [BATCH, 2 * BATCH, MOST, sum(sizes[3:])]
    assert counts(redis_client)["all|closed"] == 9 * BATCH // 7
    log.append(life("one") + life("more"))
    assert projector.fold_once() == 14
    log.append([action for n in range(BATCH // 7 + 1) for action in life(f"f{n}")])
    assert projector.fold_once() == BATCH, "one that has caught up begins small"


def test_a_second_projector_waits(redis_client: redis.Redis) -> None:
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
