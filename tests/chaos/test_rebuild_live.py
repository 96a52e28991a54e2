"""Rebuilds of a wall that is live: killed at any moment, and one that comes to its end.

Whatever happens, a watching wall shows at every moment exactly what the actions up to its
position come to. `GRIDWALL_TEST_REBUILD_ACTIONS` sets how much there is to rebuild.
"""

from __future__ import annotations

import os
import random
import sys
import time

import pytest
import redis

from data_sources.audit import audit
from tests.support.processes import wait_until
from tests.support.stores.rebuildwatch import G0, fill, finish, live, rules, start_rebuild, used_mb

ACTIONS = int(os.environ.get("GRIDWALL_TEST_REBUILD_ACTIONS", "60000"))
KILLS = 4


def folded(r: redis.Redis, number: int) -> int:
    """How many actions the shadow of the rebuild that came after ``number`` others has folded."""
    token, read = r.hmget(G0.shadow.meta, "fence:rebuild", "read")
    return int(read or 0) if int(token or 0) > number else 0


@pytest.mark.timeout(120 + ACTIONS // 500)
def test_a_live_wall_is_never_wrong(redis_url: str, redis_client: redis.Redis) -> None:
    rng = random.Random(7)
    events = fill(redis_url, ACTIONS)
    before = used_mb(redis_client)
    patience = 60 + ACTIONS / 1000
    with live(redis_url, events) as watch:
        for number in range(KILLS):
            process = start_rebuild(redis_url)
            after = rng.choice((0, ACTIONS // 3))
            wait_until(lambda n=number, after=after: folded(redis_client, n) > after, patience)
            time.sleep(rng.uniform(0, 0.2))
            process.kill()
            process.communicate()
            assert folded(redis_client, number), "killed at rest, not at work"
            assert not redis_client.hexists(G0.meta, "epoch")
            # the next process need not wait until the dead one's lease runs out
            redis_client.delete(G0.lease("rebuild"))
        reads = watch.reads
        made = finish(start_rebuild(redis_url), patience)
        assert redis_client.hget(G0.meta, "epoch") == b"1"
        shown = watch.reads
        wait_until(lambda: watch.reads > shown + 20)
    assert watch.wrong == []
    assert watch.reads > reads
    assert made["actions"] >= ACTIONS
    assert not list(redis_client.scan_iter(f"{G0.shadow.prefix}*"))
    report = audit(redis_client, [G0], rules())
    assert report.clean, report.lines()
    sys.stdout.write(
        f"\n{made['actions']:,} actions rebuilt in {made['seconds']:.1f} s "
        f"({made['rate']:,.0f}/s, live wall beside it); {made['memory_mb']:.0f} MB at most, "
        f"server {before:.0f} → {made['server_mb']:.0f} MB; swapped at try {made['swaps']}, "
        f"commits held for {made['held_ms']} ms; {watch.reads:,} reads of {watch.versions:,} "
        f"versions, longest standstill {watch.stood:.2f} s; audit {report.seconds:.1f} s\n"
    )
