"""The linker on a real Redis with two shards: merges and recurrences reach other events, once."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NoReturn

import pytest
import redis

from dashboard.core.model.actions import Action, Kind, Level, Status, decode
from dashboard.core.model.rules import HOUR, MINUTE
from dashboard.core.model.state import EventState, Outcome
from data_sources.fold.linker import Linker
from data_sources.store.actions import TRAIL, ActionLog
from data_sources.store.keys import recurrence_index, shard_of, shards
from tests.support.stores.engine import RULES, T0, fold_all, life, settle

DAY = 24 * HOUR
COUNT = 2
PARTS = shards(COUNT)
GRID = "150402001001001"
#: two events on each shard
ON = [[f"e{n}" for n in range(60) if shard_of(f"e{n}", COUNT) == shard] for shard in range(COUNT)]
HERE, NEAR, FAR, FURTHER = ON[0][0], ON[0][1], ON[1][0], ON[1][1]


def report(event_id: str, ts: int = T0) -> Action:
    return life(event_id, ts)[0]


def merge(event_id: str, target: str, ts: int = T0 + MINUTE) -> Action:
    return Action(
        action_id=f"{event_id}:merge", event_id=event_id, kind=Kind.MERGE, ts=ts, target=target
    )


def urge(event_id: str, ts: int) -> Action:
    return Action(action_id=f"{event_id}:urge:{ts}", event_id=event_id, kind=Kind.URGE, ts=ts)


def send(r: redis.Redis, *actions: Action) -> None:
    ActionLog(r, COUNT).append(actions)


def states(r: redis.Redis, *event_ids: str) -> list[EventState]:
    found = ActionLog(r, COUNT).states(event_ids)
    return [state for name in event_ids if (state := found[name]) is not None]


def measures(state: EventState) -> dict[str, int]:
    out: dict[str, int] = {}
    for tally in state.tallies:
        out[tally.measure] = out.get(tally.measure, 0) + tally.amount
    return out


def received(r: redis.Redis, kind: Kind) -> list[Action]:
    """Every action of a kind in all streams, repeats too."""
    return [
        action
        for keys in PARTS
        for _, fields in r.xrange(keys.actions)
        if (action := decode(fields[b"a"])).kind is kind
    ]


def results(r: redis.Redis) -> dict[str, Any]:
    """What the fold has written, without the streams that a repeat makes longer."""
    out: dict[str, Any] = {}
    for keys in PARTS:
        out |= {f"{keys.name}:{k.decode()}": v for k, v in r.hgetall(keys.events).items()}
        for name in sorted(r.scan_iter(f"{{{keys.name}}}:view:*")):
            kind = r.type(name)
            out[name.decode()] = r.hgetall(name) if kind == b"hash" else r.get(name)
        out[keys.rejected] = [fields[b"reason"] for _, fields in r.xrange(keys.rejected)]
        out[keys.outbox] = [fields for _, fields in r.xrange(keys.outbox)]
    return out


def test_events_lie_on_both_shards() -> None:
    assert [shard_of(e, COUNT) for e in (HERE, NEAR, FAR, FURTHER)] == [0, 0, 1, 1]


@pytest.mark.parametrize("survivor", [NEAR, FAR])
def test_what_comes_for_a_merged_event_reaches_its_survivor(
    survivor: str, redis_client: redis.Redis
) -> None:
    send(redis_client, report(HERE), report(survivor), merge(HERE, survivor))
    send(redis_client, urge(HERE, T0 + HOUR), urge(HERE, T0 + 2 * HOUR))
    settle(redis_client, count=COUNT)
    gone, stays = states(redis_client, HERE, survivor)
    assert (gone.status, gone.survivor, gone.urges) == (Status.MERGED, survivor, 0)
    assert (stays.status, stays.absorbed, stays.urges) == (Status.REPORTED, 1, 2)
    copies = [action for action in received(redis_client, Kind.URGE) if action.via]
    assert [(a.event_id, a.via) for a in copies] == [(survivor, (HERE,))] * 2
    assert not any(redis_client.exists(keys.rejected) for keys in PARTS)


def test_a_chain_over_shards(redis_client: redis.Redis) -> None:
    chain = [HERE, FAR, NEAR, FURTHER]
    send(redis_client, *(report(name) for name in chain))
    for number, (name, target) in enumerate(pairwise(chain)):
        send(redis_client, merge(name, target, T0 + MINUTE + number))
    send(redis_client, urge(HERE, T0 + HOUR))
    settle(redis_client, count=COUNT)
    assert [state.urges for state in states(redis_client, *chain)] == [0, 0, 0, 1]
    (last,) = [a for a in received(redis_client, Kind.URGE) if a.event_id == FURTHER]
    assert last.via == (HERE, FAR, NEAR)


def test_a_circle_over_shards_comes_to_an_end(redis_client: redis.Redis) -> None:
    send(redis_client, report(HERE), report(FAR), merge(HERE, FAR), merge(FAR, HERE))
    send(redis_client, urge(HERE, T0 + HOUR))
    assert settle(redis_client, count=COUNT) < 20
    reasons = {
        fields[b"reason"] for keys in PARTS for _, fields in redis_client.xrange(keys.rejected)
    }
    assert reasons == {b"merged in a circle"}


def test_a_survivor_that_is_reported_later_gets_all_that_was_meant_for_it(
    redis_client: redis.Redis,
) -> None:
    send(redis_client, report(HERE), merge(HERE, FAR), urge(HERE, T0 + HOUR))
    settle(redis_client, count=COUNT)
    assert states(redis_client, FAR) == []
    send(redis_client, report(FAR))
    settle(redis_client, count=COUNT)
    (stays,) = states(redis_client, FAR)
    assert (stays.absorbed, stays.urges) == (1, 1)


def closed(event_id: str, ts: int) -> list[Action]:
    return life(event_id, ts, level=Level.BLUE)


@pytest.mark.parametrize("later", [NEAR, FAR])
@pytest.mark.parametrize("first", ["closing", "report"])
def test_a_matter_reported_again_counts_for_the_closing_before(
    later: str, first: str, redis_client: redis.Redis
) -> None:
    """In whichever order the shard of each hears of it."""
    before, after = closed(HERE, T0), life(later, T0 + DAY, close=False)
    for actions in (before, after) if first == "closing" else (after, before):
        send(redis_client, *actions)
        settle(redis_client, count=COUNT)
    (state,) = states(redis_client, HERE)
    assert (state.recurred, measures(state)["recurred"]) == (True, 1)
    assert measures(state)["closed_in_grid"] == 1
    (link,) = received(redis_client, Kind.RECUR)
    assert (link.event_id, link.until, link.target) == (HERE, T0 + DAY, later)
    (recurred,) = [t for t in state.tallies if t.measure == "recurred"]
    assert recurred.at == state.closed_at
    assert "recurred" not in measures(states(redis_client, later)[0])


@pytest.mark.parametrize(
    ("after", "more", "counts"),
    [
        (30 * DAY, {}, True),
        (30 * DAY + 1, {}, False),
        (0, {}, False),
        (1, {}, True),
        (-HOUR, {}, False),
        (DAY, {"category": "c2"}, False),
        (DAY, {"place": ("150402", "150402001", "150402001001", "150402001001002")}, False),
        (DAY, {"place": ("150402", "150402001", "150402001001", "")}, False),
    ],
)
@pytest.mark.parametrize("first", ["closing", "report"])
def test_only_the_same_matter_soon_after_is_a_recurrence(
    after: int, more: dict[str, Any], counts: bool, first: str, redis_client: redis.Redis
) -> None:
    before = closed(HERE, T0)
    later = life(FAR, before[-1].ts + after, close=False, **more)
    for actions in (before, later) if first == "closing" else (later, before):
        send(redis_client, *actions)
        settle(redis_client, count=COUNT)
    (state,) = states(redis_client, HERE)
    assert state.recurred is counts
    assert bool(received(redis_client, Kind.RECUR)) is counts


def test_each_closing_recurs_once(redis_client: redis.Redis) -> None:
    send(redis_client, *closed(HERE, T0))
    for number, name in enumerate((NEAR, FAR, FURTHER), start=1):
        send(redis_client, *life(name, T0 + number * DAY, close=False))
        settle(redis_client, count=COUNT)
    (state,) = states(redis_client, HERE)
    assert measures(state)["recurred"] == 1
    # opened and closed again: the next report in the same grid counts for the next closing
    values = {"event_id": HERE, "department": "D1"}
    for number, kind in enumerate(("reopen", "dispatch", "handle", "close")):
        ts = T0 + 5 * DAY + number * HOUR
        send(redis_client, Action(action_id=f"again:{kind}", kind=Kind(kind), ts=ts, **values))
    send(redis_client, *life(ON[1][2], T0 + 7 * DAY, close=False))
    settle(redis_client, count=COUNT)
    (state,) = states(redis_client, HERE)
    assert measures(state)["recurred"] == measures(state)["closed_in_grid"] == 2


class Killed(BaseException):
    """Imitates the end of a process between two commands."""


def _killed(*_: object, **__: object) -> NoReturn:
    raise Killed


@pytest.mark.parametrize("kills", [1, 3])
@pytest.mark.parametrize("before", ["hset", "zrem"])
def test_killed_between_append_and_position_doubles_nothing(
    before: str, kills: int, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the links stand in the streams; the position, or the index, is still the old one."""

    def play(kills: int) -> dict[str, Any]:
        redis_client.flushall()
        send(redis_client, *closed(HERE, T0), report(FAR), merge(FAR, NEAR), report(NEAR))
        send(redis_client, urge(FAR, T0 + HOUR), *life(FURTHER, T0 + DAY, close=False))
        for keys in PARTS:
            fold_all(redis_client, keys=keys)
        for _ in range(kills):
            linker = Linker(redis_client, PARTS, RULES)
            with monkeypatch.context() as patch:
                patch.setattr(redis_client, before, _killed)
                with pytest.raises(Killed):
                    linker.carry_once()
        settle(redis_client, count=COUNT)
        return results(redis_client)

    assert play(kills) == play(0)
    for raw in (raw for keys in PARTS for raw in redis_client.hvals(keys.trails)):
        marks = TRAIL.decode(raw)
        assert len({mark.name for mark in marks}) == len(marks)
        assert Outcome.REFUSED not in {mark.outcome for mark in marks}


def test_the_index_forgets_what_can_not_recur_any_more(redis_client: redis.Redis) -> None:
    def indexed() -> list[set[str]]:
        keys = (recurrence_index(kind, GRID, "c1") for kind in ("closings", "reports"))
        return [
            {m.decode().rpartition(":")[2] for m in redis_client.zrange(k, 0, -1)} for k in keys
        ]

    for event_id, ts in ((HERE, T0), (FAR, T0 + 100 * DAY)):
        send(redis_client, *closed(event_id, ts))
        settle(redis_client, count=COUNT)
        assert indexed() == [{event_id}, {event_id}]
