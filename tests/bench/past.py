"""A made-up past, folded for real, in a process of its own: `python -m tests.bench.past …`.

`URL EVENTS SHARD SHARDS BATCH` reports, registers, dispatches, handles and closes that many
events (those of them that belong to the shard), appends them to the stream and folds them: the
last 3,000 in the day that ends now, so that today is the same however long the past is, the
rest over 400 days. Prints one JSON line: {"actions", "append_s", "fold_s", "peak_mb"}.
"""

from __future__ import annotations

import gc
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from itertools import islice

from dashboard.config.cities import load
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action, Channel, Kind, Level
from data_sources.fold.projector import Projector
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.keys import ShardKeys, shard_of
from tests.bench import usage
from tests.bench.city import DEPARTMENTS

DAYS = 400
TODAY = 3000
#: minutes after the report
_STEPS = ((Kind.REGISTER, 2), (Kind.DISPATCH, 5), (Kind.HANDLE, 90), (Kind.CLOSE, 120))
_LEVELS = [Level.BLUE] * 70 + [Level.YELLOW] * 22 + [Level.ORANGE] * 6 + [Level.RED] * 2
_CHUNK = 5000


def lives(events: int, shard: int, shards: int, seed: int = 1) -> Iterator[Action]:
    """Every action of the shard's events, one life after another, oldest first."""
    pack = load("chifeng")
    pick = random.Random(seed)
    grids = [p.code for p in pack.places.values() if p.tier == "grid"]
    paths = [(c[:6], c[:9], c[:12], c) for c in grids]
    categories = list(pack.categories)
    (south, west), (north, east) = pack.bounds
    now = round(time.time() * 1000) - 3 * 3_600_000
    today = min(TODAY, events)
    steps = 86_400_000 / today, DAYS * 86_400_000 / max(1, events - today)
    for number in range(events):
        event_id = f"past-{number}"
        back = events - number
        ts = now - round(min(back, today) * steps[0] + max(0, back - today) * steps[1])
        # every grid in turn: what is read is bounded by places, and all have been there
        path = paths[number % len(paths)]
        values = (pick.choice(_LEVELS), pick.choice(categories), pick.random())
        if shard_of(event_id, shards) != shard:
            continue
        level, category, where = values
        yield Action(
            action_id=f"{event_id}:report", event_id=event_id, kind=Kind.REPORT, ts=ts,
            level=level, category=category, channel=Channel.PATROL, place=path,
            lat=round(south + (north - south) * where, 5),
            lon=round(west + (east - west) * where, 5),
        )  # fmt: skip
        for kind, after in _STEPS:
            department = pick.choice(DEPARTMENTS) if kind is Kind.DISPATCH else ""
            yield Action(
                action_id=f"{event_id}:{kind}", event_id=event_id, kind=kind,
                ts=ts + after * 60_000, department=department,
            )  # fmt: skip


def main() -> None:
    url, events, shard, shards, batch = sys.argv[1], *map(int, sys.argv[2:6])
    r, keys = connect(url), ShardKeys(shard)
    log = ActionLog(r, shards)
    projector = Projector(r, keys, rules_for(Settings(city="chifeng", redis_url=url)), batch)
    assert projector.acquire()
    source = lives(events, shard, shards)
    gc.collect()
    gc.freeze()
    actions, append_s, fold_s = 0, 0.0, 0.0
    while chunk := list(islice(source, _CHUNK)):
        began = time.perf_counter()
        log.append(chunk)
        appended = time.perf_counter()
        while projector.fold_once():
            pass
        append_s += appended - began
        fold_s += time.perf_counter() - appended
        actions += len(chunk)
    projector.release()
    peak = usage.peak_mb(os.getpid())
    print(json.dumps({"actions": actions, "append_s": append_s, "fold_s": fold_s, "peak_mb": peak}))


if __name__ == "__main__":
    main()
