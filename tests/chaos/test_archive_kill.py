"""kill -9 of the archiver at random moments: no event lost, none twice, every answer right.

Between two kills some events come back, so that files are rewritten as well. More kills:
`make kills`.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis

from dashboard.core.model.actions import Action, Kind
from dashboard.core.questions.ask import Ask, span
from data_sources.audit.inspection import audit
from data_sources.desk.copy.reader import Reader
from data_sources.desk.desk import Desk
from data_sources.desk.figures import breakdown
from data_sources.store.actions import ActionLog
from tests.chaos.archiving import UNIT
from tests.support.processes import ROOT
from tests.support.stores.archives import archive, desk_of, whole
from tests.support.stores.audited import every_outcome, stories
from tests.support.stores.desks import asked, rows_of
from tests.support.stores.engine import G0, RULES, T0, life, settle

KILLS = int(os.environ.get("GRIDWALL_TEST_KILLS", "5"))
EVENTS = 300


def answers(reader: Reader) -> object:
    ask = Ask(range="2023")
    return rows_of(reader), breakdown(reader, ask, span(ask, RULES, reader.now_ms), by="category")


def kill_one(r: redis.Redis, url: str, directory: Path, after_s: float) -> bool:
    """Start an archiver and kill it; whether it was still at work."""
    one = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.archiving", url, str(directory)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert one.stdin is not None
    assert one.stdout is not None
    assert one.stdout.readline() == "ready\n"
    one.stdin.write("go\n")
    one.stdin.flush()
    time.sleep(after_s)
    alive = one.poll() is None
    one.kill()
    one.communicate()
    r.delete(G0.lease("archiver"))  # it would run out by itself
    return alive


def come_back(r: redis.Redis, rng: random.Random, names: list[str], number: int) -> None:
    """Two are opened again, others hear what they refuse; most of them lie in the archive."""
    log, at = ActionLog(r), T0 + (100 + number) * 86_400_000
    log.append(
        [
            Action(action_id=f"back:{number}:{e}", event_id=e, kind=kind, ts=at)
            for e, kind in zip(
                rng.sample(names, 60), [*[Kind.REOPEN] * 2, *[Kind.ACCEPT] * 58], strict=True
            )
        ]
    )
    settle(r)


@pytest.mark.timeout(300)
def test_nothing_is_lost_or_doubled(
    redis_client: redis.Redis, redis_url: str, tmp_path: Path
) -> None:
    rng, log = random.Random(20), ActionLog(redis_client)
    lives = [a for n in range(EVENTS) for a in life(f"k{n}", T0 + n * 7_000_000)]
    log.append([*every_outcome(), *stories(3, 6), *lives])
    settle(redis_client)
    names = whole(redis_client, tmp_path)
    desk: Desk = desk_of(redis_client, tmp_path)
    at_work = 0
    for number in range(KILLS):
        come_back(redis_client, rng, [f"k{n}" for n in range(EVENTS)], number)
        before = asked(desk, redis_client, 1, answers).value
        at_work += kill_one(redis_client, redis_url, tmp_path, rng.random())
        assert whole(redis_client, tmp_path) == names
        assert set(names.values()) == {1}
        assert asked(desk, redis_client, 1, answers).value == before
        if number == KILLS // 2:  # and for one that was not there meanwhile
            other = desk_of(redis_client, tmp_path)
            assert asked(other, redis_client, 1, answers).value == before
            other.close()
    assert at_work > KILLS // 2
    archive(redis_client, tmp_path, unit=100 * UNIT, grace_s=0)
    assert whole(redis_client, tmp_path) == names
    assert asked(desk, redis_client, 1, answers).value == before
    assert not list(tmp_path.glob("**/*.part"))
    assert audit(redis_client, [G0], RULES, archive=tmp_path).clean
    desk.close()
