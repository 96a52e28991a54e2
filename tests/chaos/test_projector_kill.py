"""kill -9 of the projector at random moments: views as if nothing had happened.

The killed run folds a replayed file while other projectors wait. Then the same
actions are folded once more, undisturbed, and everything written is compared byte for byte. A
second run has its actions arrive late and out of order: the notices on the way depend then
on what was known at each commit, and are left out. Eight kills a run; more by `make kills`.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest
import redis

from data_sources.intake.plan import format_of
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.keys import CITY
from tests.support.plans import read_plan
from tests.support.processes import ROOT, gridwall, wait_until
from tests.support.stores.engine import G0, dump

SAMPLE = ROOT / "dashboard" / "config" / "cities" / "la" / "sample.csv.gz"
KILLS = int(os.environ.get("GRIDWALL_TEST_KILLS", "8"))
#: actions change places with others up to this far away
DISORDER = 400


@contextmanager
def projector(url: str) -> Iterator[subprocess.Popen[bytes]]:
    """A projector that is killed at the end, so that none outlives a test that fails."""
    process = subprocess.Popen(
        gridwall("projector", "--city", "la"),
        cwd=ROOT,
        env={**os.environ, "GRIDWALL_REDIS_URL": url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def position(r: redis.Redis) -> bytes | None:
    found = r.hget(G0.meta, "position")
    assert not isinstance(found, str)
    return found


def fold_undisturbed(r: redis.Redis, url: str) -> None:
    """Fold what waits with one projector; ends when nothing waits and the lease is given back."""
    log = ActionLog(r)
    with projector(url) as one:
        wait_until(lambda: log.lag() == 0 and r.exists(G0.meta), 120)
        one.send_signal(signal.SIGTERM)
        assert one.wait(20) == 0


def replay(url: str, done: Event, disorder: int) -> None:
    """Append a real file's actions little by little, while projectors come and go."""
    log, rng = ActionLog(connect(url)), random.Random(7)
    plan = read_plan(SAMPLE, format_of("la311"))
    actions = [action for action, _ in plan.in_time()]
    for one in range(len(actions) if disorder else 0):
        other = min(one + rng.randrange(disorder), len(actions) - 1)
        actions[one], actions[other] = actions[other], actions[one]
    for start in range(0, len(actions), 500):
        log.append(actions[start : start + 500])
        time.sleep(0.02)
    done.set()


@pytest.mark.parametrize("disorder", [0, DISORDER])
@pytest.mark.timeout(600)
def test_kills_change_nothing(disorder: int, redis_url: str, redis_client: redis.Redis) -> None:
    rng = random.Random(20)
    log, fed = ActionLog(redis_client), Event()
    feed = Thread(target=replay, args=(redis_url, fed, disorder))
    feed.start()
    positions = []
    for _ in range(KILLS):
        with projector(redis_url), projector(redis_url):
            before = position(redis_client)
            wait_until(lambda before=before: position(redis_client) != before, 30)
            time.sleep(rng.uniform(0.0, 0.06))
        positions.append(position(redis_client))
        assert log.lag() > 0, "killed at rest, not at work"
        # the next process need not wait until the dead one's lease runs out
        redis_client.delete(G0.lease("projector"))
    assert len(set(positions)) == KILLS
    feed.join()
    assert fed.is_set()
    fold_undisturbed(redis_client, redis_url)
    killed = dump(redis_client)

    for key in list(redis_client.scan_iter("*")):
        if key not in (G0.actions.encode(), CITY.encode()):
            redis_client.delete(key)
    fold_undisturbed(redis_client, redis_url)
    undisturbed = dump(redis_client)
    assert killed.keys() == undisturbed.keys()
    on_the_way = {G0.rejected, G0.recent, G0.links, G0.outbox} if disorder else set()
    for name in undisturbed.keys() - on_the_way:
        assert killed[name] == undisturbed[name], name
    assert redis_client.hget(G0.view("count"), "all|reported") == b"10000"
