"""History: composing the wall costs the same with 10,000 and with 1,000,000 events behind it."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable

from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action
from data_sources.fold.projector import Projector
from data_sources.live.wiring import make_composer
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.store.keys import shard_of, shards
from tests.bench.bench import Bench
from tests.bench.folding import fold_past, server
from tests.bench.past import lives
from tests.bench.table import Line

TITLE = "history: one composition of the wall"
FEW = 10_000
_SHARDS = 2
_ROUNDS = 150
_FILL_BATCH = 5000


class Store:
    """A server with a past, a projector at its end and a composer that reads it."""

    def __init__(self, url: str) -> None:
        settings = Settings(city="chifeng", redis_url=url, shards=_SHARDS)
        self._r = connect(url)
        self._log = ActionLog(self._r, _SHARDS)
        rules = rules_for(settings)
        self._projectors = [Projector(self._r, keys, rules) for keys in shards(_SHARDS)]
        for projector in self._projectors:
            assert projector.acquire()
        self.composer = make_composer(settings, url)
        self._number = 0

    def change(self) -> None:
        """Report one more event and fold it."""
        self._number += 1
        template = next(lives(1, shard_of("past-0", _SHARDS), _SHARDS))
        event_id = f"now-{self._number}"
        values = {name: getattr(template, name) for name in template.__struct_fields__}
        now = round(time.time() * 1000)
        values.update(action_id=event_id, event_id=event_id, ts=now)
        self._log.append([Action(**values)])
        for projector in self._projectors:
            projector.fold_once()


def measure(bench: Bench) -> list[Line]:
    bench.quiet()
    many = bench.options.events
    with server() as few_url, server() as many_url:
        fold_past(few_url, FEW, shards=_SHARDS, batch=_FILL_BATCH)
        bench.say(f"folding the lives of {many:,} events, {_SHARDS} projectors")
        filled = fold_past(many_url, many, shards=_SHARDS, batch=_FILL_BATCH)
        bench.say(f"{filled.actions:,} actions in {filled.took:.0f} s")
        ticks, walls = asyncio.run(_compare(Store(few_url), Store(many_url)))
    return [
        Line(f"filling with {many:,} closed events", filled.took, "s"),
        Line(f"folded meanwhile, {_SHARDS} projectors", filled.rate, "actions/s"),
        Line(f"a tick with a change, {FEW:,} events", ticks[0], "ms"),
        Line(f"a tick with a change, {many:,} events", ticks[1], "ms"),
        Line(f"a tick's cost, {many:,} ÷ {FEW:,}", ticks[1] / ticks[0], "×", most=1.3),
        Line(f"the whole state, {FEW:,} events", walls[0], "ms"),
        Line(f"the whole state, {many:,} events", walls[1], "ms"),
        Line(f"the state's cost, {many:,} ÷ {FEW:,}", walls[1] / walls[0], "×", most=1.3),
    ]


async def _compare(few: Store, many: Store) -> tuple[list[float], list[float]]:
    """Medians in ms of a tick and of a whole state, few and many, measured in turns."""
    stores = (few, many)
    ticks: tuple[list[float], list[float]] = ([], [])
    walls: tuple[list[float], list[float]] = ([], [])
    for number in range(_ROUNDS):
        for index, store in enumerate(stores):
            store.change()
            took = await _timed(store.composer.tick), await _timed(store.composer.wall)
            if number:  # the first frame is a full one
                ticks[index].append(took[0])
                walls[index].append(took[1])
    return [statistics.median(t) for t in ticks], [statistics.median(w) for w in walls]


async def _timed(what: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await what()
    return (time.perf_counter() - began) * 1000
