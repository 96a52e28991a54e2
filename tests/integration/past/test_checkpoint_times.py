"""Which checkpoints are kept, when the next one is due, and what the runs of a stream cover."""

from __future__ import annotations

import random
from itertools import pairwise

from dashboard.core.model.calendars import LocalTime
from data_sources.past.checkpoints import About, next_time, thinned
from data_sources.past.segments import Run, between, runs_of, spans
from tests.support.stores.engine import RULES, T0

HOUR, DAY = 3_600_000, 86_400_000
EVERY = 100


def test_which_checkpoints_are_kept() -> None:
    now = 100 * DAY
    old = [About(n * DAY, "0-0", n * 50, 10) for n in range(1, 90)]
    recent = [About(now - 2 * DAY + n * HOUR, "0-0", 4500 + n, 10) for n in range(1, 20)]
    gone = set(thinned([*old, *recent], now, 200, 10_000))
    left = [about for about in [*old, *recent] if about.at not in gone]
    assert set(recent) <= set(left)
    gaps = [b.folded - a.folded for a, b in pairwise(left)]
    assert max(gaps) <= 200
    assert len(left) < len(recent) + 89 / 3
    few = set(thinned([*old, *recent], now, 200, 100))
    assert len(old) + len(recent) - len(few) == 10
    assert recent[-1].at not in few


def test_when_the_next_checkpoint_is_due() -> None:
    local = LocalTime(RULES.local.zone)
    midnight = local.start_of_day(20231120)
    runs = [
        Run(f"{n}-0", f"{n}-9", midnight + n * HOUR, midnight + n * HOUR + 9, 40)
        for n in range(-4, 4)
    ]
    last = midnight - 5 * HOUR

    def ask(until: int, every: int, *, more: bool = False) -> int | None:
        return next_time(local, runs, last, until, every, more=more)

    assert ask(midnight + 5 * HOUR, 100) == runs[2].high
    assert ask(midnight - 3 * HOUR + 5, 100) is None
    assert ask(midnight + 5 * HOUR, 1000) == midnight - 1, "the day is over"
    assert ask(midnight - 1, 1000) is None, "nothing happened the day before"
    assert ask(midnight + 5 * HOUR, 1000, more=True) == runs[-1].high


def test_runs_cover_every_entry_once() -> None:
    rng = random.Random(3)
    entries = []
    for number in range(3000):
        late = rng.random() < 0.02
        ts = T0 + number * 9000 - (rng.randrange(50 * HOUR) if late else 0)
        entries.append((number, f"{1000 + number // 3}-{number % 3}", ts))
    runs = runs_of(entries)
    assert sum(run.count for run in runs) == 3000
    assert all(run.low // HOUR == run.high // HOUR for run in runs)
    order = {entry: number for number, entry, _ in entries}
    covered = [
        number for first, last in spans(runs) for number in range(order[first], order[last] + 1)
    ]
    assert covered == list(range(3000))
    since, until = T0 + 2 * HOUR, T0 + 3 * HOUR
    wanted = {entry for _, entry, ts in entries if since < ts <= until}
    found = {
        number
        for first, last in spans(between(runs, since, until))
        for number in range(order[first], order[last] + 1)
    }
    assert {order[entry] for entry in wanted} <= found
    assert len(found) < 3 * len(wanted)
