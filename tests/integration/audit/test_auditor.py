"""The auditor in the background: soon, cheap, one at a time, and heard when something differs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
import redis

from data_sources.audit.auditor import Auditor, Pace, Stopped, duty_for, last
from data_sources.store.connection import connect
from tests.support.processes import wait_until
from tests.support.stores.audited import fill
from tests.support.stores.engine import G0, RULES


@contextmanager
def auditing(url: str, duty: float = 0.5) -> Iterator[Thread]:
    stop = Event()
    with connect(url) as r:
        auditor = Auditor(r, [G0], RULES, duty)
        thread = Thread(target=auditor.run, args=(stop,), kwargs={"first_s": 0.05})
        thread.start()
        try:
            yield thread
        finally:
            stop.set()
            thread.join(10)
            assert not thread.is_alive()


def test_what_it_finds_is_kept(redis_url: str, redis_client: redis.Redis) -> None:
    fill(redis_client, count=2)
    assert last(redis_client) is None
    with auditing(redis_url):
        wait_until(lambda: last(redis_client))
    found = last(redis_client)
    assert found is not None
    assert found.differences == 0
    assert found.actions == redis_client.xlen(G0.actions)
    assert found.events == redis_client.hlen(G0.trails)
    assert abs(found.checked_at - time.time() * 1000) < 20_000
    assert found.position == {"g0": redis_client.hget(G0.meta, "position").decode()}
    assert not redis_client.exists(G0.lease("auditor"))


def test_a_difference_is_named(redis_url: str, redis_client: redis.Redis) -> None:
    fill(redis_client, count=2)
    redis_client.hincrby(G0.view("count"), "all|open", 1)
    with auditing(redis_url):
        wait_until(lambda: last(redis_client))
    found = last(redis_client)
    assert found is not None
    assert found.differences == 1
    assert (found.first[0].kind, found.first[0].field) == ("counter", "all|open")


def test_one_at_a_time(redis_url: str, redis_client: redis.Redis) -> None:
    fill(redis_client, count=1)
    redis_client.set(G0.lease("auditor"), "another", px=60_000)
    with auditing(redis_url):
        time.sleep(0.5)
        assert last(redis_client) is None


def test_other_rules_are_waited_out(redis_url: str, redis_client: redis.Redis) -> None:
    """A rebuild under new rules is under way: no alarm, and an audit once it is over."""
    fill(redis_client, count=1)
    redis_client.hset(G0.meta, "rules", "others")
    with auditing(redis_url):
        time.sleep(0.5)
        assert last(redis_client) is None
        redis_client.hdel(G0.meta, "rules")
        wait_until(lambda: last(redis_client))


class Rests(Event):
    """An event that counts how long it was to wait, and how long it waited, s."""

    asked = waited = 0.0

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        began = time.monotonic()
        found = super().wait(timeout)
        self.asked += timeout
        self.waited += time.monotonic() - began
        return found


def test_work_is_followed_by_rest_in_proportion() -> None:
    rests = Rests()
    pace = Pace(rests, 0.2)
    while pace.worked < 0.1:
        busy = time.thread_time() + 0.01
        while time.thread_time() < busy:
            pass
        pace.rest()
    # a fifth is work, so four times as long is rest; a wait that lasts too long shortens the next
    owed = 4 * pace.worked
    assert rests.waited > 0.9 * owed
    assert 0 < rests.asked < 1.01 * owed


def test_a_stop_is_heeded_at_rest() -> None:
    stop = Event()
    stop.set()
    with pytest.raises(Stopped):
        Pace(stop).rest()


@pytest.mark.parametrize(
    ("actions", "share"), [(0, 0.03), (10_000, 0.03), (50_000, 0.1), (50_001, 0.03)]
)
def test_small_stores_are_looked_at_once_a_minute(actions: int, share: float) -> None:
    assert duty_for(actions) == pytest.approx(share)
