"""Closed months that other rules change: what was and what is now, on record, once."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import redis

from dashboard.config.rules.book import fingerprint
from dashboard.core.model.actions import Level
from dashboard.core.model.rules import HOUR, MINUTE, Limit, Rules
from data_sources.fold.corrections import deliver
from data_sources.fold.rebuild import needs_rebuild, rebuild
from data_sources.store.actions import ActionLog
from data_sources.store.keys import CORRECTIONS
from tests.support.stores.engine import G0, RULES, T0, life, settle

DAY = 24 * HOUR
#: what a life of a few minutes exceeds
STRICT: Rules = replace(
    RULES,
    limits=((0, {level: Limit(MINUTE, MINUTE, working=False) for level in Level}),),
)


def test_closed_months_that_change_are_recorded(redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    assert not needs_rebuild(redis_client, G0, fingerprint(RULES))
    month = [a for n in range(5) for a in life(f"e{n}", T0 + n * HOUR)]
    log.append([*month, *life("now", T0 + 60 * DAY, department="D2")])
    settle(redis_client)
    view = G0.view(f"score:d:{RULES.local.day(T0) // 100}")
    old = redis_client.hgetall(view)
    made = rebuild(redis_client, G0, STRICT, parts=[G0])
    new = redis_client.hgetall(view)
    assert old != new
    (change,) = made.closed_changes
    entries = redis_client.xrange(CORRECTIONS)
    (fields,) = [entry for _, entry in entries]
    assert fields[b"by"] == b"department"
    assert fields[b"subject"] == b"D1"
    assert fields[b"month"] == b"202311"
    assert fields[b"reason"] == b"rules changed"
    for name, view_then in ((b"from", old), (b"to", new)):
        sums = msgspec.json.decode(fields[name])
        assert {f"D1|{m}".encode(): b"%d" % n for m, n in sums.items()} == view_then
    assert change.before["on_time.blue"] == 5
    assert "on_time.blue" not in change.after
    # killed before the list was taken out of meta, it is written once all the same
    redis_client.hset(G0.meta, "corrections", msgspec.json.encode(made.closed_changes))
    assert deliver(redis_client, G0) == made.closed_changes
    assert redis_client.xrange(CORRECTIONS) == entries
    assert not redis_client.hexists(G0.meta, "corrections")
    # the same rules once more: nothing changes
    assert rebuild(redis_client, G0, STRICT).closed_changes == []
    assert redis_client.xlen(CORRECTIONS) == 1
