"""kill -9 of the projector at random moments: views as if nothing had happened.

The killed run folds a replayed file while other projectors stand beside it. Then the same
actions are folded once more, undisturbed, and everything written is compared byte for byte.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from threading import Event, Thread

import pytest
import redis

from data_sources.connection import connect
from data_sources.intake.plan import format_of, read_plan
from data_sources.keys import CITY
from data_sources.stream import ActionLog
from tests.integration.engine import G0, dump
from tests.processes import ROOT, gridwall, wait_until

SAMPLE = ROOT / "dashboard" / "cities" / "la" / "sample.csv.gz"
KILLS = 20


def projector(url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        gridwall("projector", "--city", "la"),
        cwd=ROOT,
        env={**os.environ, "GRIDWALL_REDIS_URL": url},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def position(r: redis.Redis) -> bytes | None:
    found = r.hget(G0.meta, "position")
    assert not isinstance(found, str)
    return found


def fold_undisturbed(r: redis.Redis, url: str) -> None:
    """Fold what waits with one projector; ends when nothing waits and the lease is given back."""
    one = projector(url)
    log = ActionLog(r)
    wait_until(lambda: log.lag() == 0 and r.exists(G0.meta), 60)
    one.send_signal(signal.SIGTERM)
    assert one.wait(10) == 0


def replay(url: str, done: Event) -> None:
    """Append a real file's actions little by little, while projectors come and go."""
    log = ActionLog(connect(url))
    plan = read_plan(SAMPLE, format_of("la311"))
    actions = [action for action, _ in plan.in_time()]
    for start in range(0, len(actions), 500):
        log.append(actions[start : start + 500])
        time.sleep(0.02)
    done.set()


@pytest.mark.timeout(300)
def test_twenty_kills_change_nothing(redis_url: str, redis_client: redis.Redis) -> None:
    rng = random.Random(20)
    log, fed = ActionLog(redis_client), Event()
    feed = Thread(target=replay, args=(redis_url, fed))
    feed.start()
    positions = []
    for _ in range(KILLS):
        running = [projector(redis_url), projector(redis_url)]
        before = position(redis_client)
        wait_until(lambda before=before: position(redis_client) != before, 30)
        time.sleep(rng.uniform(0.0, 0.06))
        for process in running:
            process.kill()
            process.wait()
        positions.append(position(redis_client))
        assert log.lag() > 0, "killed at rest, not at work"
        # whoever comes next need not wait until the dead one's lease runs out
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
    for name in undisturbed:
        assert killed[name] == undisturbed[name], name
    assert redis_client.hget(G0.view("count"), "all|reported") == b"10000"
