"""The outbox through a server that fails three times in ten, with couriers killed meanwhile.

Every notice arrives at least once, one event's notices arrive in order, and a repeat has a
cause: an answer that was lost, or a courier that was killed before it could note the receipt.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import msgspec
import pytest
import redis

from dashboard.core.model.notices import Notice
from data_sources.courier.record import outcomes_of, overview, retry_given_up
from data_sources.store.connection import connect
from tests.support.processes import ROOT, wait_until
from tests.support.receivers import OK, Reply, Request, http_receiver
from tests.support.stores.engine import G0

EVENTS, NOTICES, KILLS, PARALLEL = 300, 3000, 6, 8
#: of the five ways to fail, and of none
WEIGHTS = (7.5, 7.5, 7.5, 6.5, 1, 70)
LEVELS = ("blue", "yellow", "orange", "red")
COURIER = (
    "import sys\n"
    "from dashboard.config.settings import load\n"
    "from dashboard.processes.roles import run_courier\n"
    "run_courier(load(), sys.argv[1])"
)
RULES = """
notify:
  - name: hook
    kind: webhook
    url: {url}/in
    secret_env: HOOK_SECRET
    timeout: 1.5
    parallel: {parallel}
    retry: {{first: 0.01, longest: 0.3, attempts: 1000}}
"""


class Unreliable:
    """Fails 30 % of the requests in five ways; remembers what it took."""

    def __init__(self) -> None:
        self.rng = random.Random(30)
        self.taken: list[str] = []
        #: ids taken whose receipt was lost
        self.lost: Counter[str] = Counter()
        self.ways: Counter[str] = Counter()

    def __call__(self, request: Request) -> Reply:
        notice_id = msgspec.json.decode(request.body)["id"]
        # slow is rare, because each takes longer than the timeout, and the timeout is long, so that
        # a busy machine loses no other receipt
        way = self.rng.choices(("500", "reset", "lost", "busy", "slow", "ok"), WEIGHTS)[0]
        self.ways[way] += 1
        if way in ("ok", "lost"):
            self.taken.append(notice_id)
        match way:
            case "500":
                return 500, {}, b"broken"
            case "busy":
                after = "1" if self.ways["busy"] % 100 == 0 else "0"
                return 429, {"Retry-After": after}, b""
            case "reset":
                return None
            case "lost":
                self.lost[notice_id] += 1
                return None
            case "slow":
                time.sleep(1.8)
                return 500, {}, b"too late"
        return OK


def courier(url: str, rules: Path) -> subprocess.Popen[bytes]:
    env = {"GRIDWALL_CITY": "chifeng", "GRIDWALL_RULES_FILE": str(rules), "HOOK_SECRET": "s"}
    return subprocess.Popen(
        [sys.executable, "-c", COURIER, url],
        cwd=ROOT,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def write_notices(url: str, written: Event) -> None:
    """Append notices of many events, mixed, while couriers come and go."""
    r, rng, steps = connect(url), random.Random(31), Counter[int]()
    for _ in range(0, NOTICES, 100):
        pipe = r.pipeline(transaction=False)
        for _ in range(100):
            event = rng.randrange(EVENTS)
            steps[event] += 1
            notice = Notice(
                id=f"e{event}:step:handle:1:{steps[event]}",
                event_id=f"e{event}",
                at=round(time.time() * 1000),
                what="step",
                to="handler",
                clock="handle",
                step=1,
                level=rng.choice(LEVELS),
            )
            pipe.xadd(G0.outbox, {"n": msgspec.json.encode(notice)})
        pipe.execute()
        time.sleep(0.15)
    written.set()


def done(r: redis.Redis) -> int:
    return int(r.hget(G0.courier, "delivered:hook") or 0)


@pytest.mark.chaos
@pytest.mark.slow
@pytest.mark.timeout(120)
def test_at_least_once_and_in_order(
    redis_url: str,
    redis_client: redis.Redis,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    server, written, rng = Unreliable(), Event(), random.Random(32)
    rules = tmp_path / "gridwall.yaml"
    with http_receiver() as receiver:
        receiver.decide = server
        rules.write_text(RULES.format(url=receiver.url, parallel=PARALLEL))
        feed = Thread(target=write_notices, args=(redis_url, written))
        feed.start()
        start = time.monotonic()
        for _ in range(KILLS):
            running = [courier(redis_url, rules), courier(redis_url, rules)]
            before = done(redis_client)
            wait_until(lambda before=before: done(redis_client) >= before + 100, 30)
            time.sleep(rng.uniform(0.0, 0.15))
            for process in running:
                process.kill()
                process.wait()
            assert done(redis_client) < NOTICES, "killed at rest, not at work"
            # the next process need not wait until the dead one's lease runs out
            redis_client.delete(G0.lease("courier"))
        last = courier(redis_url, rules)
        wait_until(lambda: done(redis_client) >= NOTICES, 60)
        took = time.monotonic() - start
        last.terminate()
        assert last.wait(10) == 0
        feed.join()
    assert written.is_set()

    counts = Counter(server.taken)
    assert len(counts) == NOTICES, "each at least once"
    first = dict.fromkeys(server.taken)
    last_step: dict[str, int] = {}
    for notice_id in first:
        event, *_, step = notice_id.split(":")
        assert int(step) == last_step.get(event, 0) + 1, f"{notice_id} out of order"
        last_step[event] = int(step)
    repeats = {name: count - 1 for name, count in counts.items() if count > 1}
    unexplained = sum(max(0, count - server.lost[name]) for name, count in repeats.items())
    assert unexplained <= KILLS * PARALLEL, "repeats without a cause"

    seen = overview(redis_client, [G0])
    assert seen["counts"]["waiting"] == seen["counts"]["given_up"] == seen["counts"]["unread"] == 0
    assert seen["counts"]["delivered"] == NOTICES
    assert redis_client.hlen(G0.waiting) == 0
    story = outcomes_of(redis_client, G0, "e7")
    assert [one.state for one in story] == ["delivered"] * last_step["e7"]
    assert retry_given_up(redis_client, G0) == 0
    sent = sum(server.ways.values())
    record_property(
        "outbox",
        f"{NOTICES} notices, {sent} requests in {took:.1f} s: {dict(server.ways)}; "
        f"{sum(repeats.values())} repeats, {unexplained} of them by {KILLS} kills",
    )
