"""The wall as of a moment equals a replay that stopped there, whatever came before it."""

from __future__ import annotations

import os
import random
from typing import Any

import pytest
import redis

from dashboard.config.cities import load
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action
from data_sources.intake.la311 import LA311
from data_sources.intake.simulator import stream
from data_sources.live.wiring import site_of
from data_sources.past import keeper
from data_sources.past.asof import Past, PastQueryError, moment, wall_as_of
from data_sources.past.keeper import keep_all
from data_sources.store import domain_clock
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.keys import shards
from tests.support.plans import read_plan
from tests.support.shared_data import SAMPLE
from tests.support.stores.engine import T0, fold_all, life, settle
from tests.support.stores.stopped import (
    Arrived,
    Refolded,
    arrived,
    fields_of,
    live_through,
    second,
    show,
    stop_at,
)

LA = Settings(city="la", rules_file=None)
CHIFENG = Settings(city="chifeng", rules_file=None, shards=2)
HOUR = 3_600_000
#: whole replays are slow: more of them by GRIDWALL_TEST_MOMENTS, as `make kills` does
MOMENTS = int(os.environ.get("GRIDWALL_TEST_MOMENTS", "20"))


def simulated(days: float, rate: float, seed: int = 7) -> list[Action]:
    """Lives of the made-up city, in the order of time."""
    start = 1_696_000_000_000  # 2023-09-29, with a month's end and holidays ahead
    out = []
    for action in stream(load("chifeng"), rules_for(CHIFENG), rate, seed, start):
        if action.ts > start + days * 24 * HOUR:
            return out
        out.append(action)
    return out


def delayed(actions: list[Action], share: float, seed: int = 3) -> list[Action]:
    """In an order of arrival in which some come hours late."""
    rng = random.Random(seed)

    def when(action: Action) -> float:
        return action.ts + (rng.uniform(0, 20 * HOUR) if rng.random() < share else 0)

    return [
        a
        for _, _, a in sorted(((when(a), n, a) for n, a in enumerate(actions)), key=lambda x: x[:2])
    ]


def fill(r: redis.Redis, settings: Settings, actions: list[Action], parts: int, every: int) -> None:
    """Append and fold in ``parts``, links and clock included; the keeper follows each."""
    rules, log = rules_for(settings), ActionLog(r, settings.shards)
    size = -(-len(actions) // parts)
    for start in range(0, len(actions), size):
        chunk = actions[start : start + size]
        log.append(chunk)
        settle(r, rules, settings.shards, 2000)
        domain_clock.publish(
            r, mode="replay", virtual_ms=max(a.ts for a in actions[: start + size]), speed=0.0
        )
        keep_all(r, shards(settings.shards), rules, every)


def moments(received: list[Arrived], count: int, seed: int = 5) -> list[int]:
    """Random times of the history, among them times of actions and around them."""
    rng = random.Random(seed)
    times = sorted(action.ts for part in received for _, action in part)
    picked = [rng.choice(times) + rng.choice((0, 0, -1, 1, 400_000)) for _ in range(count // 2)]
    picked += [rng.randrange(times[0], times[-1]) for _ in range(count - len(picked))]
    return sorted({min(at, times[-1]) for at in picked})


def compare(url: str, r: redis.Redis, settings: Settings, times: list[int]) -> None:
    """As of each time, against whole replays shown by a second store's views."""
    rules, parts = rules_for(settings), shards(settings.shards)
    past = Past(r, parts, site_of(settings))
    with connect(second(url)) as other:
        other.flushdb()
        stores = [Refolded(other, keys, rules, arrived(r, keys)) for keys in parts]
        for at in times:
            for store in stores:
                store.to(at)
            want = fields_of(show(other, second(url), settings, at), "recent")
            same(fields_of(past.wall(at), "recent"), want, at)


def same(got: dict[str, Any], want: dict[str, Any], at: int) -> None:
    for name in want:
        assert got[name] == want[name], (at, name)
    assert got.keys() == want.keys()


@pytest.mark.timeout(400)
def test_moments_of_a_real_month(redis_url: str, redis_client: redis.Redis) -> None:
    # every second event of the sample: whole replays are what takes the time here
    every = [action for action, _ in read_plan(SAMPLE, LA311).in_time()]
    wanted = set(sorted({action.event_id for action in every})[::2])
    actions = [action for action in every if action.event_id in wanted]
    assert len(actions) > 24_000
    fill(redis_client, LA, actions, 3, 2500)
    assert len(redis_client.hgetall(shards(1)[0].checkpoints)) >= 8
    received = [arrived(redis_client, keys) for keys in shards(1)]
    times = moments(received, MOMENTS)
    compare(redis_url, redis_client, LA, times)
    past = Past(redis_client, shards(1), site_of(LA))
    with connect(second(redis_url)) as other:
        for at in times[2:20:8]:
            want = fields_of(stop_at(other, second(redis_url), LA, received, at), "recent")
            same(fields_of(past.wall(at), "recent"), want, at)


@pytest.mark.timeout(400)
def test_moments_with_merges_and_late_arrivals(
    redis_url: str, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper, "LATE", 60)  # so that checkpoints are brought up to date, too
    actions = delayed(simulated(8, 0.006), 0.04)
    fill(redis_client, CHIFENG, actions, 6, 800)
    parts = shards(2)
    received = [arrived(redis_client, keys) for keys in parts]
    kinds = {str(action.kind) for part in received for _, action in part}
    assert {"merge", "absorb", "revisit"} <= kinds
    assert all(len(redis_client.hgetall(keys.checkpoints)) >= 5 for keys in parts)
    times = moments(received, MOMENTS)
    compare(redis_url, redis_client, CHIFENG, times)
    past = Past(redis_client, parts, site_of(CHIFENG))
    with connect(second(redis_url)) as other:
        for at in times[1:20:7]:
            want = fields_of(stop_at(other, second(redis_url), CHIFENG, received, at), "recent")
            same(fields_of(past.wall(at), "recent"), want, at)


@pytest.mark.timeout(200)
def test_the_whole_wall_of_a_store_that_lived_through_it(
    redis_url: str, redis_client: redis.Redis
) -> None:
    settings = CHIFENG.model_copy(update={"shards": 1})
    actions = simulated(3, 0.004)
    fill(redis_client, settings, actions, 2, 400)
    times = moments([[("", action) for action in actions]], 40)
    past = Past(redis_client, shards(1), site_of(settings))
    with connect(second(redis_url)) as other:
        other.flushdb()
        for at, wall in live_through(other, second(redis_url), settings, actions, times).items():
            got, want = fields_of(past.wall(at)), fields_of(wall)
            for line in (*got["recent"], *want["recent"]):
                line.pop("seq")
            same(got, want, at)


def test_times_as_people_write_them() -> None:
    zone = load("la").tz
    at = moment("2018-01-02 14:05", zone)
    assert at == moment("2018-01-02T14:05:00-08:00", zone) == moment("2018-01-02T22:05Z", zone)
    assert moment("2018-01-02 14:05:07", zone) == at + 7000
    assert moment("2018-01-02", zone) == at - (14 * 60 + 5) * 60_000
    # came twice when summer time ended: the first, unless an offset names the second
    assert moment("2018-11-04 01:30", zone) == moment("2018-11-04T01:30:00-07:00", zone)
    assert moment("2018-11-04T01:30:00-08:00", zone) == moment("2018-11-04 01:30", zone) + HOUR
    for text in ("", "yesterday", "2018-13-01", "1969-01-01", "0001-01-01T00:00+10:00", "9" * 300):
        with pytest.raises(PastQueryError, match="as_of=") as caught:
            moment(text, zone)
        assert len(str(caught.value)) < 250


def test_the_future_and_the_time_before_the_first_action(
    redis_url: str, redis_client: redis.Redis
) -> None:
    settings = CHIFENG.model_copy(update={"shards": 1})
    assert wall_as_of(settings, redis_url, "2020-01-01").all.reported == 0
    ActionLog(redis_client).append(life("e1"))
    fold_all(redis_client)
    end = T0 + 6 * 60_000
    domain_clock.publish(redis_client, mode="replay", virtual_ms=end, speed=0.0, ended=True)
    with pytest.raises(PastQueryError, match="lies in the future; it is 2023-11-15T06:19:20"):
        wall_as_of(settings, redis_url, end + 1)
    assert wall_as_of(settings, redis_url, end).all.closed == 1
    before = wall_as_of(settings, redis_url, T0 - 1)
    assert (before.all.reported, before.queue, before.recent) == (0, [], [])
    assert before.as_of == "2023-11-15T06:13:19.999+08:00"
    assert (before.source, before.age_ms, before.health.state) == ("replay", 0, "live")
