"""One poisoned item stops no part of the engine: it is set aside, counted, named; the rest goes on.

Each test writes something into Redis that no part would write, and asks the part for the others.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
import redis
from structlog.testing import capture_logs

from dashboard.core.model.actions import Action, Kind, Level
from dashboard.core.model.rules import HOUR
from data_sources.audit.inspection import audit
from data_sources.briefs.store import BriefStore
from data_sources.fold import clock as clocks
from data_sources.fold.clock import DeadlineClock
from data_sources.fold.linker import Linker
from data_sources.past.keeper import keep_all
from data_sources.past.rewinder import Rewinder
from data_sources.store import aside, domain_clock, keys
from data_sources.store.actions import ActionLog
from data_sources.store.keys import recurrence_index
from data_sources.surges.warnings import read_open
from tests.integration.test_surge_watcher import NOW, fill, say, surge, watcher
from tests.support.processes import wait_until
from tests.support.receivers import Receiver
from tests.support.stores.archives import archive, desk_of
from tests.support.stores.couriers import carrying, count, hook, put, states
from tests.support.stores.desks import asked, rows_of
from tests.support.stores.engine import G0, RULES, T0, fold_all, life, settle, wall_of

DAY = 24 * HOUR
#: no MessagePack of a state, and not even one value
BROKEN = b"\xc1 poison"


def put_aside(r: redis.Redis, part: str) -> list[tuple[str, str]]:
    """What the part has set aside, as (item, reason); and checks the count."""
    found = [(one.item, one.reason) for one in aside.newest(r, [G0], 100) if one.part == part]
    counted = aside.counts([r.hgetall(G0.meta)])
    assert counted.get(part, 0) == len(found)
    return found


def later(event_id: str, kind: str, at: int = T0 + DAY) -> Action:
    name = f"{event_id}:{kind}:{at}"
    return Action(action_id=name, event_id=event_id, kind=Kind(kind), ts=at, actor="")


def test_the_clock_goes_on(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(life("e1", close=False, level=Level.RED)[:3])
    fold_all(redis_client)
    odd = {b"\xff\xfe": 1.0, "x" * 300: 2.0, "before time": -5.0, "for ever": float("-inf")}
    redis_client.zadd(G0.deadlines, odd)
    domain_clock.publish(redis_client, mode="replay", virtual_ms=T0 + DAY, speed=0.0)
    clock = DeadlineClock(redis_client, G0, log)
    with capture_logs() as lines:
        while clock.tick():
            fold_all(redis_client)
    state = log.states(["e1"])["e1"]
    assert state is not None
    assert (state.step, state.overdue) == (4, True)
    found = put_aside(redis_client, "clock")
    assert len(found) == len(odd), "each once"
    assert len([one for one in lines if one["event"] == "set aside"]) == len(odd)


def test_deadlines_that_stay_do_not_hide_those_behind_them(
    redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of events without a report the deadline stays, whatever is written for it."""
    monkeypatch.setattr(clocks, "_LIMIT", 5)
    monkeypatch.setattr(clocks, "_PAGES", 3)
    log = ActionLog(redis_client)
    log.append(life("e1", close=False, level=Level.RED)[:3])
    fold_all(redis_client)
    redis_client.zadd(G0.deadlines, {f"ghost{n}": 10 + n for n in range(100)})
    domain_clock.publish(redis_client, mode="replay", virtual_ms=T0 + DAY, speed=0.0)
    clock = DeadlineClock(redis_client, G0, log)
    for _ in range(200):
        clock.tick()
        fold_all(redis_client)
    state = log.states(["e1"])["e1"]
    assert state is not None
    assert state.step == 4
    written = redis_client.xlen(G0.actions)
    for _ in range(50):
        clock.tick()
    assert redis_client.xlen(G0.actions) == written, "none is written twice"


def test_long_ids_escalate(redis_client: redis.Redis) -> None:
    """188 characters and the deadline were more than 200: refused, and nobody was notified."""
    log, long = ActionLog(redis_client), "E" * 188
    for event_id in (long, "e1"):
        log.append(life(event_id, close=False, level=Level.RED)[:3])
    fold_all(redis_client)
    domain_clock.publish(redis_client, mode="replay", virtual_ms=T0 + DAY, speed=0.0)
    clock = DeadlineClock(redis_client, G0, log)
    while clock.tick():
        fold_all(redis_client)
    found = log.states([long, "e1"]).values()
    assert [(s is not None and s.step, s is not None and s.overdue) for s in found] == 2 * [
        (4, True)
    ]
    assert not redis_client.exists(G0.rejected)


def test_the_linker_goes_on(redis_client: redis.Redis) -> None:
    first, again = life("a1"), life("a2", T0 + DAY)
    ActionLog(redis_client).append([*first, *again])
    fold_all(redis_client)
    place, category = first[0].place[3], first[0].category
    redis_client.zadd(recurrence_index("reports", place, category), {"no entry": T0 + HOUR})
    redis_client.set(recurrence_index("closings", "another", "x"), "no sorted set")
    fact = {"event_id": "z", "grid": "another", "category": "x", "reported_at": 1}
    odd = {"closed_at": 0, "ts": 5, "known": 5} | fact
    entries = [fields for _, fields in redis_client.xrange(G0.links)]
    redis_client.delete(G0.links)
    for fields in ({"f": msgspec.json.encode(odd)}, {"f": BROKEN}, {"x": ""}, *entries):
        redis_client.xadd(G0.links, fields)
    Linker(redis_client, [G0], RULES).carry_once()
    settle(redis_client)
    state = ActionLog(redis_client).states(["a1"])["a1"]
    assert state is not None
    assert state.recurred, "links behind the poisoned ones are carried"
    assert len(put_aside(redis_client, "linker")) == 3


def test_links_that_wait_are_never_cut(redis_client: redis.Redis) -> None:
    """A linker that was away for 20,000 links trimmed away half of them."""
    urge = later("gone", "urge")
    pipe = redis_client.pipeline()
    for number in range(12_000):
        action = msgspec.structs.replace(urge, action_id=f"u{number}")
        pipe.xadd(G0.links, {"a": msgspec.json.encode(action)})
    pipe.execute()
    linker = Linker(redis_client, [G0], RULES)
    while linker.carry_once():
        pass
    assert redis_client.xlen(G0.actions) == 12_000


def test_the_projector_goes_on(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append([*life("bad1"), *life("bad2"), *life("bad3"), *life("good", close=False)])
    fold_all(redis_client)
    redis_client.hset(G0.events, "bad1", BROKEN)
    redis_client.hset(G0.trails, "bad2", BROKEN)
    # its first action is gone from the stream, so a late one cannot be folded
    entry = next(e for e, f in redis_client.xrange(G0.actions) if b'"bad3:report"' in f[b"a"])
    redis_client.xdel(G0.actions, entry)
    late = later("bad3", "comment", T0 + 1)
    text = msgspec.structs.replace(late, text="late", actor="centre")
    log.append([later("bad1", "reopen"), later("bad2", "reopen"), text, later("good", "handle")])
    with capture_logs() as lines:
        fold_all(redis_client)
    good = log.states(["good"])["good"]
    assert good is not None
    assert good.status == "handled"
    found = dict(put_aside(redis_client, "projector"))
    assert found.keys() == {"bad1", "bad2", "bad3"}
    assert all(" in " in reason and ".py:" in reason for reason in found.values())
    assert len([one for one in lines if one["event"] == "set aside"]) == 3
    assert redis_client.hget(G0.events, "bad1") == BROKEN, "what is stored is not touched"


def test_the_keeper_and_the_past_go_on(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    for number in range(40):
        log.append(life(f"e{number}", T0 + number * HOUR, close=number % 2 > 0))
    log.append([later("e39", "reopen", T0 + 90 * HOUR)])
    fold_all(redis_client)
    domain_clock.publish(redis_client, mode="replay", virtual_ms=T0 + 5 * DAY, speed=0.0)
    redis_client.zadd(G0.runs, {"no run": T0 + HOUR})
    redis_client.xadd(G0.late, {"x": "no time"})
    redis_client.hset(G0.checkpoints, "5", BROKEN)
    before = Rewinder(redis_client, G0, RULES).at(T0 + 4 * DAY).snapshot
    redis_client.hset(G0.trails, "e3", BROKEN)
    assert keep_all(redis_client, [G0], RULES, every=50) > 2
    found = Rewinder(redis_client, G0, RULES).at(T0 + 4 * DAY).snapshot
    assert found.held.keys() >= before.held.keys() - {"e3"}
    assert ("e3", "DecodeError in") in [
        (item, reason[:14]) for item, reason in put_aside(redis_client, "keeper")
    ]


def test_the_watcher_goes_on(redis_client: redis.Redis) -> None:
    fill(redis_client, NOW)
    say(redis_client, NOW)
    surge(redis_client)
    day = RULES.local.day(NOW)
    for view in (f"surge:grid:{day}", f"surge:township:{day}"):
        odd = {"x": "1", "a|b|10": "many", "a|b|99": "3"}
        redis_client.hset(G0.view(view), mapping=odd)
    redis_client.hset(keys.WARNINGS, "odd", "no warning")
    outcome = watcher(redis_client).tick()
    assert outcome is not None
    assert outcome.raised
    assert len(read_open(redis_client)) == len(outcome.raised)
    assert {item for item, _ in put_aside(redis_client, "watcher")} >= {"count a|b|10"}


def test_the_courier_goes_on(redis_url: str, redis_client: redis.Redis, receiver: Receiver) -> None:
    redis_client.hset(G0.waiting, "hook|odd", "no delivery")
    redis_client.xadd(G0.outbox, {"n": BROKEN})
    redis_client.xadd(G0.outbox, {"x": "nothing"})
    # readable, but no words can be found for its time
    put(redis_client, "odd", due=10**17, at=10**17, clock="handle")
    with carrying(redis_url, hook(receiver)):
        put(redis_client, "good")
        wait_until(lambda: count(redis_client, "delivered:hook") >= 1)
        wait_until(lambda: states(redis_client, "odd"))
    assert set(states(redis_client, "good").values()) == {"delivered"}
    assert count(redis_client, "unreadable") == 2
    found = [item.split()[0] for item, _ in put_aside(redis_client, "courier")]
    assert sorted(found) == ["delivery", "notice", "notice"]


def test_the_archiver_goes_on(redis_client: redis.Redis, tmp_path: Path) -> None:
    ActionLog(redis_client).append([*life("e1"), *life("e2"), *life("e3")])
    fold_all(redis_client)
    redis_client.hset(G0.events, "e2", BROKEN)
    assert archive(redis_client, tmp_path) == 2
    assert redis_client.hkeys(G0.events) == [b"e2"]
    assert [item for item, _ in put_aside(redis_client, "archiver")] == ["e2"]


def test_the_audit_goes_on_and_names_it(redis_client: redis.Redis) -> None:
    ActionLog(redis_client).append([*life("e1"), *life("e2")])
    fold_all(redis_client)
    redis_client.hset(G0.events, "e2", BROKEN)
    redis_client.hset(G0.trails, "e2", BROKEN)
    report = audit(redis_client, [G0], RULES)
    assert {(one.kind, one.field) for one in report.differences} == {
        ("state", "e2"), ("trail", "e2")
    }  # fmt: skip


def test_a_brief_without_its_entry_keeps_none_waiting(redis_client: redis.Redis) -> None:
    store = BriefStore(redis_client, G0)
    redis_client.zadd(keys.BRIEFS_QUEUE, {"gone": 1, b"\xff": 2})
    made = store.ask("", "month", "2018-01")
    found = store.next()
    assert found is not None
    assert found.id == made
    assert len(put_aside(redis_client, "briefs")) == 2


def test_walls_and_tables_show_the_rest(
    redis_url: str, redis_client: redis.Redis, tmp_path: Path
) -> None:
    for number in range(4):
        ActionLog(redis_client).append(
            life(f"e{number}", close=False, level=Level.RED, lat=42.2 + number / 100, lon=118.9)[:3]
        )
    fold_all(redis_client)
    redis_client.hset(G0.events, "e2", BROKEN)
    redis_client.zadd(G0.points, {"no point": 4e13, "nan,1,5,x": 3e13, "1,2,3,far": 9e17})
    redis_client.lpush(G0.recent, "no line", '{"seq": "x", "ts": 1}')
    redis_client.hset(G0.view("count"), "all|odd", "many")
    redis_client.hset(keys.WARNINGS, "odd", "no warning")
    wall = wall_of(redis_url, "chifeng")
    assert wall.all.open == 4, "counts are counts"
    assert sorted(row.event_id for row in wall.queue) == ["e0", "e1", "e3"]
    assert sorted(row.event_id for row in wall.alerts) == ["e0", "e1", "e3"]
    assert sorted(wall.map.points) == ["e0", "e1", "e2", "e3"]
    assert len(wall.recent) == 10, "two of the twelve lines read are none"
    desk = desk_of(redis_client, tmp_path)
    try:
        rows = asked(desk, redis_client, 1, rows_of).value
    finally:
        desk.close()
    assert sorted(row[0] for row in rows["events"]) == ["e0", "e1", "e3"]
