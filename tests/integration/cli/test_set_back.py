"""`gridwall clock --set-back`: a clock that ran ahead is set back, on record; nothing else is."""

from __future__ import annotations

import json
import time

import pytest
import redis

from data_sources.accounts.log import PeopleLog
from data_sources.intake.feeder import FeedClock
from data_sources.store import domain_clock
from tests.integration.cli.test_engine_commands import ask
from tests.support.core.shorthand import ms

YEAR = 31_556_952_000


def test_the_clock_is_set_back_and_on_record(redis_url: str, redis_client: redis.Redis) -> None:
    wrong = ms("2081-01-05 09:00")
    domain_clock.publish(redis_client, mode="replay", virtual_ms=wrong, speed=0.0, ended=True)
    assert json.loads(ask(redis_url, "state", "--json"))["as_of"].startswith("2081")
    said = ask(redis_url, "clock", "--set-back", "2018-01-06 10:00")
    assert "2081-01-05T09:00:00.000+08:00 > 2018-01-06T10:00:00.000+08:00" in said
    assert domain_clock.read(redis_client)[0].virtual == ms("2018-01-06 10:00")
    state = json.loads(ask(redis_url, "state", "--json"))
    assert state["as_of"] == "2018-01-06T10:00:00.000+08:00"
    (line,) = PeopleLog(redis_client).page(lambda _: True).lines
    assert (line.what, line.object, line.who) == ("clock-set-back", "replay", "command line")
    assert "2081" in line.detail


def test_what_cannot_be_set_back_is_refused(redis_url: str, redis_client: redis.Redis) -> None:
    def refused(text: str, code: int = 1) -> str:
        return ask(redis_url, "clock", "--set-back", text, code=code)

    assert "no feed has set the clock" in refused("2018-01-06 10:00")
    assert "expected a time such as" in refused("soon", code=2)
    now = round(time.time() * 1000)
    domain_clock.publish(redis_client, mode="replay", virtual_ms=now - YEAR, speed=30.0)
    assert "a feed runs (replay)" in refused("2018-01-06 10:00")
    domain_clock.publish(redis_client, mode="replay", virtual_ms=now - YEAR, speed=0, ended=True)
    assert "only be set back" in refused("2040-01-01 00:00")
    assert domain_clock.read(redis_client)[0].virtual == now - YEAR


def test_a_replays_clock_follows_plausible_times_only(redis_client: redis.Redis) -> None:
    clock = FeedClock(redis_client, "replay")
    good = ms("2018-01-06 10:00")
    clock.publish(good, 0.0)
    clock.publish(ms("2081-01-05 09:00"), 0.0)
    now = time.time() * 1000 + domain_clock.AHEAD_MS
    assert domain_clock.read(redis_client)[0].virtual == pytest.approx(now, abs=60_000)
    # what an earlier version has left in the future is not where this run goes on
    wrong = ms("2081-01-05 09:00")
    domain_clock.publish(redis_client, mode="replay", virtual_ms=wrong, speed=0.0, ended=True)
    later = FeedClock(redis_client, "replay")
    assert later.left_at == 0
    later.publish(good, 0.0, ended=True)
    assert domain_clock.read(redis_client)[0].virtual == good
