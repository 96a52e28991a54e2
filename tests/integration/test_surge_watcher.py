"""The watcher against a real Redis: raised once, kept through kills, restarts and odd clocks."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from itertools import pairwise

import httpx
import numpy as np
import pytest
import redis
from fastapi import FastAPI

from dashboard.config.cities import load
from dashboard.config.rules.book import rules_of
from dashboard.core.model.calendars import LocalTime
from dashboard.core.model.rules import HOUR, MINUTE
from dashboard.core.surges.incidents import surge_row
from dashboard.core.surges.judge import RAREST
from dashboard.web.api import warnings
from dashboard.web.people.model import Person, acting
from data_sources.errors import LeaseLost
from data_sources.past.warnings import WarningsLog
from data_sources.store import domain_clock
from data_sources.store.keys import WARNINGS, WARNINGS_LOG, ShardKeys, shards
from data_sources.surges.warnings import read_warnings
from data_sources.surges.watcher import Watcher, township_of

RULES = rules_of("chifeng", None)
LOCAL: LocalTime = RULES.local
TOWN = "150402001"
GRID = "150402001001001"
#: Tuesday, 10:30 in Chifeng
NOW = round(datetime(2026, 6, 23, 10, 30, tzinfo=LOCAL.zone).timestamp() * 1000)
CATEGORY = "noise|night"


def fill(r: redis.Redis, now: int, days: int = 28, shard_count: int = 1) -> None:
    """A month of quiet days before ``now``: some twenty grids, two categories."""
    rng = np.random.default_rng(7)
    day = LOCAL.day(now)
    for _ in range(days):
        day = LOCAL.day(LOCAL.start_of_day(day) - 1)
        for number in range(60):
            grid = f"{TOWN}{1 + number % 4:03d}{1 + number // 20:03d}"
            put(r, ShardKeys(number % shard_count), day, grid, int(rng.integers(7, 20)),
                ("litter", CATEGORY)[number // 4 % 2])  # fmt: skip


def put(
    r: redis.Redis,
    keys: ShardKeys,
    day: int,
    grid: str,
    hour: int,
    category: str = CATEGORY,
    n: int = 1,
) -> None:
    for tier, code in (("township", grid[:9]), ("grid", grid)):
        r.hincrby(keys.view(f"surge:{tier}:{day}"), f"{code}|{category}|{hour:02d}", n)


def say(r: redis.Redis, now: int, *, speed: float = 1.0, ended: bool = False) -> None:
    domain_clock.publish(r, mode="replay", virtual_ms=now, speed=speed, ended=ended)


def watcher(r: redis.Redis, shard_count: int = 1) -> Watcher:
    r.delete(ShardKeys(0).lease("watcher"))
    made = Watcher(r, shards(shard_count), RULES, township_of(load("chifeng")))
    assert made.lease.acquire()
    return made


def surge(r: redis.Redis, now: int = NOW, n: int = 9, keys: ShardKeys | None = None) -> None:
    put(r, keys or ShardKeys(0), LOCAL.day(now), GRID, LOCAL.day_minute(now)[1] // 60, n=n)


def log_of(r: redis.Redis) -> list[tuple[str, str, str]]:
    """(what, tier, reason), oldest first."""
    lines = reversed(read_warnings(r, 1000).recent)
    return [(line.what, line.warning.tier, line.reason) for line in lines]


def test_a_surge_is_raised_once_and_subsides(redis_client: redis.Redis) -> None:
    r = redis_client
    fill(r, NOW)
    say(r, NOW)
    one = watcher(r)
    outcome = one.tick()
    assert outcome is not None
    assert not outcome.raised
    surge(r)
    outcome = one.tick()
    assert outcome is not None
    (raised,) = outcome.raised
    # the township's count is the grid's: the grid is the one to look at
    assert (raised.tier, raised.code, raised.category) == ("grid", GRID, CATEGORY)
    assert raised.id == f"grid:{GRID}:{CATEGORY}:{NOW}"
    proof = raised.evidence
    assert proof.observed == 9
    assert 0 < proof.expected < 1
    assert proof.high < 9
    assert proof.days == len(proof.history) == 28
    assert sum(proof.history) > 28
    assert read_warnings(r).open == [raised]
    # again, and after restarts, with the same counts: nothing new
    for _ in range(3):
        outcome = one.tick()
        one = watcher(r)
        assert outcome is not None
        assert not outcome.raised
    # more reports: the peak's evidence, the same warning
    surge(r, n=5)
    last = watcher(r)
    last.tick()
    (kept,) = read_warnings(r).open
    assert (kept.id, kept.evidence.observed) == (raised.id, 14)
    # the hour ends at 11:00; two calm hours later it is over
    for minutes, count in ((60, 1), (149, 1), (151, 0), (152, 0)):
        say(r, NOW + minutes * MINUTE)
        last.tick()
        assert r.hlen(WARNINGS) == count, minutes
    assert log_of(r) == [("raised", "grid", ""), ("ended", "grid", "subsided")]
    assert read_warnings(r).open == []


def test_one_incident_is_one_warning_through_restarts(redis_client: redis.Redis) -> None:
    """It begins in a grid, spreads over the township, and subsides as one."""
    r = redis_client
    fill(r, NOW)
    say(r, NOW)
    surge(r)
    watcher(r).tick()
    for number in range(2, 9):
        grid = f"{TOWN}{1 + number % 4:03d}{1 + number // 4:03d}"
        put(r, ShardKeys(0), LOCAL.day(NOW), grid, 10, n=6)
        watcher(r).tick()
    (one,) = read_warnings(r).open
    assert (one.id, one.code) == (f"grid:{GRID}:{CATEGORY}:{NOW}", TOWN)
    assert GRID in {place.code for place in one.folded}
    assert len(one.folded) == 8
    (row,) = (surge_row(w, lambda code: code) for w in WarningsLog(r).at(NOW))
    assert (row.id, row.place) == (one.id, TOWN), "as of then it is there, too"
    say(r, NOW + 3 * HOUR)
    watcher(r).tick()
    assert log_of(r) == [
        ("raised", "grid", ""),
        ("moved", "township", "spread"),
        ("ended", "township", "subsided"),
    ]
    assert WarningsLog(r).at(NOW + 3 * HOUR) == []


def test_the_first_day_of_the_records_is_not_a_whole_one(redis_client: redis.Redis) -> None:
    r = redis_client
    fill(r, NOW, days=10)
    say(r, NOW)
    surge(r)
    outcome = watcher(r).tick()
    assert outcome is not None
    assert [w.evidence.days for w in outcome.raised] == [9]


def test_shards_are_added_up(redis_client: redis.Redis) -> None:
    r = redis_client
    fill(r, NOW, shard_count=2)
    say(r, NOW)
    one = watcher(r, 2)
    surge(r, n=5, keys=ShardKeys(0))
    surge(r, n=4, keys=ShardKeys(1))
    outcome = one.tick()
    assert outcome is not None
    assert [w.evidence.observed for w in outcome.raised] == [9]


def test_a_replay_that_catches_up_raises_nothing(redis_client: redis.Redis) -> None:
    r = redis_client
    fill(r, NOW)
    surge(r)
    say(r, NOW, speed=0.0)
    one = watcher(r)
    assert one.tick() is None
    # it comes to its end hours later: what is long gone is not raised
    say(r, NOW + 6 * HOUR, speed=0.0, ended=True)
    outcome = one.tick()
    assert outcome is not None
    assert not outcome.raised
    assert log_of(r) == []


def test_a_feed_that_starts_over_does_not_wedge(redis_client: redis.Redis) -> None:
    r = redis_client
    fill(r, NOW)
    surge(r)
    say(r, NOW)
    one = watcher(r)
    one.tick()
    assert r.hlen(WARNINGS) == 1
    # two weeks back: the same days, with another history before them
    say(r, NOW - 14 * 24 * HOUR)
    outcome = one.tick()
    assert outcome is not None
    assert [over.reason for over in outcome.ended] == ["withdrawn"]
    assert r.hlen(WARNINGS) == 0
    say(r, NOW)
    outcome = one.tick()
    assert outcome is not None
    assert len(outcome.raised) == 1


def test_without_a_whole_day_todays_hours_are_a_wide_guess(redis_client: redis.Redis) -> None:
    r = redis_client
    say(r, NOW)
    surge(r, n=30)
    outcome = watcher(r).tick()
    assert outcome is not None
    assert not outcome.raised  # no hour is over: nothing is known
    for hour in range(6, 10):
        for number in range(1, 9):
            put(r, ShardKeys(0), LOCAL.day(NOW), f"{TOWN}001{number:03d}", hour)
    outcome = watcher(r).tick()
    assert outcome is not None
    (raised,) = outcome.raised
    assert raised.evidence.days == 0


def test_an_old_holder_writes_nothing(redis_client: redis.Redis) -> None:
    r = redis_client
    fill(r, NOW)
    say(r, NOW)
    old, new = watcher(r), watcher(r)
    surge(r)
    with pytest.raises(LeaseLost):
        old.tick()
    assert r.hlen(WARNINGS) == 0
    new.tick()
    assert r.hlen(WARNINGS) == 1
    assert len(log_of(r)) == 1


def test_views_that_are_behind_are_not_judged(redis_client: redis.Redis) -> None:
    r = redis_client
    fill(r, NOW)
    surge(r)
    say(r, NOW)
    r.hset(ShardKeys(0).meta, "fresh", 1)
    assert watcher(r).tick() is None


def test_nothing_is_learnt_before_a_hurrying_feeds_days_are_folded(
    redis_client: redis.Redis,
) -> None:
    """Views that are seconds behind such a feed lack days, and their evenings look unheard of."""
    r, meta = redis_client, ShardKeys(0).meta

    def folded(ago_ms: int) -> None:
        r.hset(meta, "fresh", domain_clock.read(r)[1] - ago_ms)

    r.xadd(ShardKeys(0).actions, {"a": b"{}"})
    one = watcher(r)
    say(r, NOW, speed=0.0)
    assert one.tick() is None
    say(r, NOW)
    assert one.tick() is None, "nothing is folded yet"
    folded(ago_ms=3000)
    assert one.tick() is None, "it hurried less than three seconds ago"
    one = watcher(r)
    assert one.tick() is None, "who just began to look does not know how long ago"
    fill(r, NOW)
    time.sleep(0.01)
    folded(ago_ms=0)
    outcome = one.tick()
    assert outcome is not None
    assert not outcome.raised
    # from then on a little behind is as good as level; hours are left out when the feed was away
    time.sleep(0.3)
    folded(ago_ms=200)
    assert one.tick() is not None
    say(r, NOW + 3 * HOUR)
    assert one.tick() is None
    time.sleep(0.01)
    folded(ago_ms=0)
    assert one.tick() is not None


def get(app: FastAPI, path: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://wall") as client:
            return await client.get(path)

    with acting(Person("Anna")):
        return asyncio.run(ask())


def test_the_api_tells_what_is_open_and_what_was(redis_client: redis.Redis) -> None:
    r = redis_client
    app = FastAPI()
    app.include_router(warnings.router(lambda limit: read_warnings(r, limit), LOCAL, odds_days=7))
    assert get(app, "/api/v1/warnings").json() == {"open": [], "recent": []}
    fill(r, NOW)
    say(r, NOW)
    surge(r)
    watcher(r).tick()
    body = get(app, "/api/v1/warnings").json()
    (shown,), (line,) = body["open"], body["recent"]
    assert shown["id"] == f"grid:{GRID}:{CATEGORY}:{NOW}"
    assert shown["raised_at"] == "2026-06-23T10:30:00.000+08:00"
    assert shown["evidence"]["start"] == "2026-06-23T10:00:00.000+08:00"
    assert shown["evidence"]["observed"] == 9
    assert shown["evidence"]["p"] == RAREST
    (township,) = shown["folded"]
    assert (township["code"], township["since"]) == (TOWN, shown["raised_at"])
    assert township["evidence"]["start"] == "2026-06-23T10:00:00.000+08:00"
    assert (line["what"], line["at"], line["warning"]) == ("raised", shown["raised_at"], shown)
    assert get(app, "/api/v1/warnings?limit=0").json()["recent"] == []
    assert get(app, "/api/v1/warnings?limit=x").status_code == 422


_ENDLESS = """
import sys
from data_sources.store.connection import connect
from tests.integration.test_surge_watcher import watcher
r = connect(sys.argv[1])
one = watcher(r)
print("up", flush=True)
while True:
    if not one.lease.token and not one.lease.acquire():
        continue
    one.tick()
"""


@pytest.mark.chaos
def test_kills_neither_lose_nor_double_a_warning(redis_client: redis.Redis, redis_url: str) -> None:
    r = redis_client
    fill(r, NOW)
    say(r, NOW)
    rng = np.random.default_rng(3)
    grids = [f"{TOWN}{c:03d}{g:03d}" for c in range(1, 5) for g in range(1, 4)]
    for number, grid in enumerate(grids):
        child = subprocess.Popen(
            [sys.executable, "-c", _ENDLESS, redis_url], stdout=subprocess.PIPE, cwd=os.getcwd()
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"up\n"
        put(r, ShardKeys(0), LOCAL.day(NOW), grid, 10, f"kind {number}", n=12)
        if number >= len(grids) // 2:
            put(r, ShardKeys(0), LOCAL.day(NOW), grid, 10, "kind 0", n=12)
        time.sleep(float(rng.uniform(0.0, 0.15)))
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
    watcher(r).tick()
    found = read_warnings(r, 1000)
    raised = [line.warning.id for line in found.recent if line.what == "raised"]
    ended = [line.warning.id for line in found.recent if line.what == "ended"]
    assert len(raised) == len(set(raised))
    assert {w.id for w in found.open} == set(raised) - set(ended)
    assert {w.category: w.tier for w in found.open} == {
        f"kind {number}": "grid" if number else "township" for number in range(len(grids))
    }
    assert len(raised) == len(grids), "one an incident"
    moved = [line.warning for line in found.recent if line.what == "moved"]
    assert [one.category for one in moved] == ["kind 0"], "raised in a grid, spread since"
    ids = [entry for entry, _ in r.xrange(WARNINGS_LOG)]
    assert all(a < b for a, b in pairwise(ids))
