"""A voided event is out of every count, as if it had not been; put back, all is as before."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

import pytest
import redis

from dashboard.config.cities import load
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action, Kind
from data_sources.audit.desks import with_desk
from data_sources.audit.inspection import audit
from data_sources.fold.clock import DeadlineClock
from data_sources.intake.simulator import stream
from data_sources.live.wiring import site_of
from data_sources.past.asof import Past
from data_sources.past.keeper import keep_all
from data_sources.store import domain_clock
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.keys import ShardKeys, shards
from tests.support.stores.engine import T0, fold_all, life, settle, wall_of
from tests.support.stores.stopped import fields_of, second

CHIFENG = Settings(city="chifeng", rules_file=None, shards=2)
RULES = rules_for(CHIFENG)
PARTS = shards(2)
HOUR = 3_600_000
START = 1_696_000_000_000


def simulated(days: float, rate: float) -> list[Action]:
    out = []
    for action in stream(load("chifeng"), RULES, rate, 7, START):
        if action.ts > START + days * 24 * HOUR:
            return out
        out.append(action)
    return out


def voiding(event_id: str, at: int, kind: Kind = Kind.VOID) -> Action:
    return Action(
        action_id=f"{event_id}:{kind}:{at}",
        event_id=event_id,
        kind=kind,
        ts=at,
        actor="city",
        reason="entered twice",
    )


def fill(r: redis.Redis, actions: list[Action], now: int, *, every: int = 300) -> None:
    """Append, fold, carry links and keep checkpoints, in pieces; the clock is at ``now`` then."""
    log, size = ActionLog(r, 2), max(1, len(actions) // 4)
    for start in range(0, len(actions), size):
        log.append(actions[start : start + size])
        settle(r, RULES, 2, 100)
        at = max(a.ts for a in actions[: start + size])
        domain_clock.publish(r, mode="replay", virtual_ms=at, speed=0.0)
        keep_all(r, PARTS, RULES, every)
    domain_clock.publish(r, mode="replay", virtual_ms=now, speed=0.0, ended=True)


def pass_time(r: redis.Redis) -> None:
    """Have the deadline clock take every step that is due."""
    clocks = [DeadlineClock(r, keys, ActionLog(r, 2)) for keys in PARTS]
    while sum(clock.tick() for clock in clocks):
        settle(r, RULES, 2, 100)


def counted(r: redis.Redis) -> dict[str, Any]:
    """All that is counted or ranked, by key; minutes without their trailing zeros."""
    out: dict[str, Any] = {}
    for keys in PARTS:
        for pattern in ("view:*", "queue*", "points*", "alerts*", "ledger:*", "deadlines"):
            for raw in r.scan_iter(f"{keys.prefix}{pattern}", count=1000):
                kind, name = r.type(raw), raw.decode()
                if kind == b"hash":
                    out[name] = r.hgetall(raw)
                elif kind == b"zset":
                    out[name] = r.zrange(raw, 0, -1, withscores=True)
                elif dense := r.get(raw).rstrip(b"\0"):
                    out[name] = dense + b"\0" * (-len(dense) % 4)
    return out


def walls(r: redis.Redis, times: list[int]) -> list[dict[str, Any]]:
    past = Past(r, PARTS, site_of(CHIFENG))
    return [fields_of(past.wall(at), "recent") for at in times]


def same(found: list[dict[str, Any]], want: list[dict[str, Any]]) -> None:
    for one, other in zip(found, want, strict=True):
        # that something was recorded stays true of what was voided
        for name in other.keys() - {"recorded"}:
            assert one[name] == other[name], (other["as_of"], name)


def clean(r: redis.Redis) -> bool:
    found = audit(r, PARTS, RULES)
    found = with_desk(found, r, PARTS, RULES, None)
    assert found.count == 0, found.differences[:5]
    return True


@dataclass(frozen=True)
class Story:
    """What a store receives: actions, and what voids a part of the events."""

    actions: list[Action]
    #: voided in the middle of things, and at the end
    early: list[Action]
    late: list[Action]
    now: int
    times: list[int]

    @property
    def gone(self) -> list[str]:
        return sorted(v.event_id for v in (*self.early, *self.late))

    def voided(self, r: redis.Redis) -> None:
        """Fill a store with everything, and void."""
        fill(r, sorted([*self.actions, *self.early], key=lambda a: a.ts), self.now)
        ActionLog(r, 2).append(self.late)
        settle(r, RULES, 2, 100)

    def without(self, r: redis.Redis) -> None:
        """Fill a store with the events that were not voided."""
        r.flushdb()
        gone = set(self.gone)
        fill(r, [a for a in self.actions if a.event_id not in gone], self.now)

    def put_back(self, r: redis.Redis) -> None:
        """Put every voided event back."""
        back = [
            voiding(v.event_id, max(self.now, v.ts + 1), Kind.UNVOID)
            for v in (*self.early, *self.late)
        ]
        ActionLog(r, 2).append(back)
        settle(r, RULES, 2, 100)


@pytest.fixture(scope="module")
def story() -> Story:
    """Two weeks of a simulated city, a quarter of it voided, merged events among them."""
    actions = simulated(14, 0.0004)
    merged = {a.event_id for a in actions if a.kind is Kind.MERGE}
    for number in range(8):  # and some that are certainly merged, a few reported again
        one, start = f"twin{number}", START + number * 26 * HOUR
        target = f"twin{number + 1}"
        twin = life(one, start, level="yellow", category="c1", close=number % 2 == 1)
        actions += twin
        if number % 2 == 0:
            more = {"event_id": one, "actor": "centre", "ts": start + 2 * HOUR}
            actions.append(Action(action_id=f"{one}:m", kind=Kind.MERGE, target=target, **more))
            more["ts"] += HOUR
            actions.append(Action(action_id=f"{one}:u", kind=Kind.URGE, **more))
            merged.add(one)
    actions.sort(key=lambda a: a.ts)
    ids = sorted({a.event_id for a in actions})
    rng = random.Random(3)
    gone = {*rng.sample(ids, len(ids) // 4), *sorted(merged)[::2]}
    now = max(a.ts for a in actions) + 1000
    voids = [voiding(event_id, now - 500 + n % 400) for n, event_id in enumerate(sorted(gone))]
    # half of them in the middle of things: what comes later for them does not count either
    early, late = voids[::2], voids[1::2]
    first = {a.event_id: a.ts for a in reversed(actions)}
    early = [voiding(v.event_id, first[v.event_id] + 2 * HOUR) for v in early]
    times = [START + rng.randrange(1, now - START) for _ in range(12)]
    return Story(actions, early, late, now, times)


@pytest.mark.timeout(400)
def test_a_store_with_voided_events_is_one_that_never_had_them(
    redis_url: str, redis_client: redis.Redis, story: Story
) -> None:
    story.voided(redis_client)
    assert counted(redis_client)
    with connect(second(redis_url)) as other:
        story.without(other)
        want, found = counted(other), counted(redis_client)
    for name in sorted({*want, *found}):
        assert found.get(name) == want.get(name), name
    assert clean(redis_client)


@pytest.mark.timeout(400)
def test_every_moment_of_the_past_is_as_if_they_had_not_been(
    redis_url: str, redis_client: redis.Redis, story: Story
) -> None:
    story.voided(redis_client)
    with connect(second(redis_url)) as other:
        story.without(other)
        same(walls(redis_client, story.times), walls(other, story.times))
        keep_all(redis_client, PARTS, RULES, 300)
        same(walls(redis_client, story.times), walls(other, story.times))


@pytest.mark.timeout(400)
def test_put_back_all_is_as_it_was(redis_url: str, redis_client: redis.Redis, story: Story) -> None:
    story.voided(redis_client)
    story.put_back(redis_client)
    pass_time(redis_client)
    with connect(second(redis_url)) as other:
        other.flushdb()
        fill(other, story.actions, story.now)
        pass_time(other)
        want, found = counted(other), counted(redis_client)
        for name in sorted({*want, *found}):
            assert found.get(name) == want.get(name), name
        same(walls(redis_client, story.times), walls(other, story.times))
    assert clean(redis_client)


def test_a_recurrence_by_a_voided_report_is_none(redis_client: redis.Redis) -> None:
    def score(keys: ShardKeys = PARTS[0]) -> int:
        return sum(int(r.hget(k.view("score:d:202311"), "D1|recurred") or 0) for k in PARTS)

    r, day = redis_client, 86_400_000
    log = ActionLog(r, 2)
    log.append(life("d1", T0))
    settle(r, RULES, 2, 100)
    log.append(life("e1", T0 + 2 * day, close=False))
    settle(r, RULES, 2, 100)
    log.append(life("f1", T0 + 4 * day, close=False))
    settle(r, RULES, 2, 100)
    assert score() == 1
    log.append([voiding("e1", T0 + 5 * day)])
    settle(r, RULES, 2, 100)
    assert score() == 1  # the next report takes its place
    log.append([voiding("f1", T0 + 5 * day + 1)])
    settle(r, RULES, 2, 100)
    assert score() == 0
    log.append(life("g1", T0 + 6 * day, close=False))
    settle(r, RULES, 2, 100)
    assert score() == 1  # the closing waits for a report again
    log.append([voiding("g1", T0 + 6 * day + HOUR)])
    log.append([voiding("e1", T0 + 6 * day + HOUR, Kind.UNVOID)])
    settle(r, RULES, 2, 100)
    assert score() == 1
    log.append([voiding("d1", T0 + 6 * day + 2 * HOUR)])
    settle(r, RULES, 2, 100)
    assert score() == 0
    assert clean(r)


def test_a_voided_event_stays_on_record_and_notifies_no_one(
    redis_url: str, redis_client: redis.Redis
) -> None:
    r, keys = redis_client, shards(1)[0]
    log = ActionLog(r)
    log.append(life("e1", close=False, level="red"))
    fold_all(r, RULES)
    sent = r.xlen(keys.outbox)
    assert sent > 0
    log.append([voiding("e1", T0 + HOUR)])
    fold_all(r, RULES)
    state = log.states(["e1"])["e1"]
    assert state is not None
    assert state.void is not None
    assert (state.void.by, state.void.why) == ("city", "entered twice")
    assert not state.open
    whats = [fields[b"n"] for _, fields in r.xrange(keys.outbox)][sent:]
    assert whats
    assert all(b'"what":"withdrawn"' in what for what in whats)
    wall = wall_of(redis_url, "chifeng")
    assert (wall.all.reported, wall.queue_total, wall.alerts, wall.map.points) == (0, 0, [], {})
    # without a reason, or twice, it is refused
    log.append([voiding("e1", T0 + HOUR + 1)])
    fold_all(r, RULES)
    assert b"already voided" in r.xrevrange(keys.rejected)[0][1][b"reason"]
