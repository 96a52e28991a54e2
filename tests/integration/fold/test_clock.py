"""The clock process's part: deadlines become actions, each once."""

from __future__ import annotations

import msgspec
import redis

from dashboard.core.model.actions import Channel, Level
from dashboard.core.model.notices import Notice
from dashboard.core.model.rules import HOUR, MINUTE
from data_sources.fold.clock import DeadlineClock
from data_sources.store import domain_clock
from data_sources.store.actions import ActionLog
from tests.support.stores.engine import G0, T0, fold_all, life

DAY = 24 * HOUR


def state_at(r: redis.Redis, log: ActionLog, at: int) -> tuple[int, bool, int]:
    """Let the domain's time come to ``at``; returns (actions written, overdue, step)."""
    domain_clock.publish(r, mode="replay", virtual_ms=at, speed=0.0)
    written = 0
    clock = DeadlineClock(r, G0, log)
    while more := clock.tick():
        written += more
        fold_all(r)
    state = log.states(["e1"])["e1"]
    assert state is not None
    return written, state.overdue, state.step


def test_every_step_of_the_ladder_once(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(life("e1", close=False, level=Level.RED)[:3])  # dispatched at T0 + 2 min
    fold_all(redis_client)
    start = T0 + 2 * MINUTE
    assert state_at(redis_client, log, start) == (0, False, 0)
    # respond 15 min: 50, 80, 100 and 150 % of it
    assert state_at(redis_client, log, start + 8 * MINUTE) == (1, False, 1)
    assert state_at(redis_client, log, start + 23 * MINUTE) == (3, False, 4)
    # handle 2 h
    assert state_at(redis_client, log, start + 2 * HOUR - 1) == (2, False, 4)
    assert state_at(redis_client, log, start + 2 * HOUR) == (1, True, 4)
    assert state_at(redis_client, log, start + 9 * HOUR) == (1, True, 4)
    assert state_at(redis_client, log, start + 99 * HOUR) == (0, True, 4)


def test_a_missed_check_in_is_a_deadline_like_any_other(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(life("e1", close=False, level=Level.ORANGE, channel=Channel.PATROL)[:1])
    fold_all(redis_client)
    assert state_at(redis_client, log, T0 + 30 * MINUTE - 1) == (0, False, 0)
    assert state_at(redis_client, log, T0 + 30 * MINUTE) == (1, False, 0)
    assert state_at(redis_client, log, T0 + 99 * HOUR) == (0, False, 0)
    state = log.states(["e1"])["e1"]
    assert state is not None
    assert state.lapses == 1
    ((_, fields),) = redis_client.xrange(G0.outbox)
    assert msgspec.json.decode(fields[b"n"], type=Notice).what == "onsite_lapsed"


def test_every_step_is_notified_once_and_in_its_commit(redis_client: redis.Redis) -> None:
    """However often the clock reports a step, the notice is written where the step is taken."""
    log = ActionLog(redis_client)
    log.append(life("e1", close=False, level=Level.RED)[:3])
    fold_all(redis_client)
    domain_clock.publish(redis_client, mode="replay", virtual_ms=T0 + DAY, speed=0.0)
    for _ in range(12):
        for clock in (DeadlineClock(redis_client, G0, log) for _ in range(2)):
            clock.tick()
        fold_all(redis_client)
    notices = [
        msgspec.json.decode(fields[b"n"], type=Notice)
        for _, fields in redis_client.xrange(G0.outbox)
    ]
    assert len({notice.id for notice in notices}) == len(notices) == 9
    assert {notice.what for notice in notices} == {"alarm", "step"}
    assert not redis_client.exists(G0.rejected)


def test_a_deadline_written_twice_counts_once(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(life("e1", close=False, level=Level.RED)[:3])
    fold_all(redis_client)
    domain_clock.publish(redis_client, mode="replay", virtual_ms=T0 + 12 * MINUTE, speed=0.0)
    one, other = (DeadlineClock(redis_client, G0, log) for _ in range(2))
    assert one.tick() == other.tick() == 1
    assert one.tick() == 0
    fold_all(redis_client)
    state = log.states(["e1"])["e1"]
    assert state is not None
    assert state.step == 1


def test_now_follows_the_feed(redis_client: redis.Redis) -> None:
    feed, server = domain_clock.read(redis_client)
    assert feed.mode == "live"
    assert feed.now(server) == server
    domain_clock.publish(redis_client, mode="replay", virtual_ms=T0, speed=60.0)
    feed, server = domain_clock.read(redis_client)
    assert T0 <= feed.now(server) < T0 + 60_000
    assert feed.safe(server) == T0
    assert feed.now(server + 3_600_000) == T0 + 90_000, "carried on for a moment only"
    assert not feed.silent(server)
    assert feed.silent(server + 10_000)
    domain_clock.publish(redis_client, mode="replay", virtual_ms=T0, speed=0.0, ended=True)
    feed, server = domain_clock.read(redis_client)
    assert feed.now(server + 99_000) == T0
    assert not feed.silent(server + 99_000)


def test_steps_of_a_clock_that_ran_ahead_are_undone_by_what_was_done_before_them(
    redis_client: redis.Redis,
) -> None:
    log = ActionLog(redis_client)
    steps = life("e1", level=Level.RED)
    log.append(steps[:3])
    fold_all(redis_client)
    start = T0 + 2 * MINUTE
    assert state_at(redis_client, log, start + 99 * HOUR)[1:] == (True, 4)
    domain_clock.publish(
        redis_client, mode="replay", virtual_ms=start + 99 * HOUR, speed=0.0, ended=True
    )
    domain_clock.set_back(redis_client, start + MINUTE)
    state = log.states(["e1"])["e1"]
    assert state is not None
    assert state.overdue, "they stay until the event's next step"
    log.append(steps[3:])
    fold_all(redis_client)
    state = log.states(["e1"])["e1"]
    assert state is not None
    assert (state.status, state.late, state.slow) == ("closed", (), ())
    notices = [
        msgspec.json.decode(fields[b"n"], type=Notice)
        for _, fields in redis_client.xrange(G0.outbox)
    ]
    back = {notice.ref for notice in notices if notice.what == "withdrawn"}
    assert {notice.id for notice in notices if notice.what == "step"} <= back
