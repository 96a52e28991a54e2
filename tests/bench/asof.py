"""The past: the wall as of a moment costs the same with 50,000 and with 1,000,000 actions."""

from __future__ import annotations

import random
import statistics
import time

import msgspec

from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from data_sources.live.wiring import site_of
from data_sources.past.asof import Past
from data_sources.past.checkpoints import known
from data_sources.past.keeper import keep_all
from data_sources.past.reel import Reel
from data_sources.store.connection import connect
from data_sources.store.keys import shards
from tests.bench.bench import Bench
from tests.bench.folding import fold_past, server
from tests.bench.past import DAYS
from tests.bench.table import Line

TITLE = "the past: the wall as of a moment"
#: an event of the made-up past has five actions
_LIFE = 5
FEW = 50_000
_SHARDS = 2
_ROUNDS = 30
_FILL_BATCH = 5000
_DAY_MS = 86_400_000


def measure(bench: Bench) -> list[Line]:
    bench.quiet()
    many = bench.options.events
    with server() as few_url, server() as many_url:
        pasts, kept = [], 0.0
        for url, actions in ((few_url, FEW), (many_url, many)):
            bench.say(f"folding {actions:,} actions, {_SHARDS} projectors")
            fold_past(url, actions // _LIFE, shards=_SHARDS, batch=_FILL_BATCH)
            bench.say("making checkpoints")
            began = time.monotonic()
            pasts.append(_kept(url))
            kept = time.monotonic() - began
        size, count = _size(many_url)
        took = _compare(pasts)
        bench.say("playing")
        frames = {speed: _played(pasts[1], speed) for speed in (60, 600)}
    return [
        Line(f"indexing {many:,} actions, making {count} checkpoints", kept, "s"),
        Line("the checkpoints, all shards", size / 1e6, "MB", most=128),
        Line(f"the wall as of a moment, {FEW:,} actions", took[0], "ms"),
        Line(f"the wall as of a moment, {many:,} actions", took[1], "ms"),
        Line(f"its cost, {many:,} ÷ {FEW:,}", took[1] / took[0], "×", most=1.3),
        *[
            Line(f"time machine: a frame at ×{speed}, {many:,} actions", ms, "ms", most=500)
            for speed, (ms, _) in frames.items()
        ],
        *[
            Line(f"time machine: sent for a frame at ×{speed}", size / 1000, "kB")
            for speed, (_, size) in frames.items()
        ],
    ]


def _kept(url: str) -> Past:
    settings = Settings(city="chifeng", redis_url=url, shards=_SHARDS)
    r = connect(url, timeout=60)
    keep_all(r, shards(_SHARDS), rules_for(settings))
    return Past(r, shards(_SHARDS), site_of(settings))


def _size(url: str) -> tuple[int, int]:
    with connect(url) as r:
        found = [a for keys in shards(_SHARDS) for a in known(r.hgetall(keys.checkpoints))]
    return sum(about.size for about in found), len(found)


def _compare(pasts: list[Past]) -> list[float]:
    """Medians in ms, measured in turns at the same moments, spread over all of history."""
    rng = random.Random(1)
    now = round(time.time() * 1000) - 4 * 3_600_000
    times: list[list[float]] = [[] for _ in pasts]
    for _ in range(_ROUNDS):
        at = now - rng.randrange((DAYS - 1) * _DAY_MS)
        for past, took in zip(pasts, times, strict=True):
            began = time.perf_counter()
            past.wall(at)
            took.append((time.perf_counter() - began) * 1000)
    return [statistics.median(took) for took in times]


def _played(past: Past, speed: int) -> tuple[float, float]:
    """Medians of a day played, a frame a second: ms to make one, bytes of its patch as JSON."""
    reel, before = Reel(past), None
    start = round(time.time() * 1000) - DAYS // 2 * _DAY_MS
    took, sizes = [], []
    for number in range(_ROUNDS):
        began = time.perf_counter()
        still = reel.frame(start + number * speed * 1000)
        took.append((time.perf_counter() - began) * 1000)
        sizes.append(len(msgspec.json.encode(still.after(before))))
        before = still
    return statistics.median(took[1:]), statistics.median(sizes[1:])
