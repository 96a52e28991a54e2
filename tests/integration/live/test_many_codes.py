"""Codes that no city has, written past the intake: what a wall reads, and sends, stays small."""

from __future__ import annotations

import asyncio

import redis

from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action, Kind, Level
from dashboard.core.wall.bounds import FRAME_BYTES
from data_sources.live.wiring import make_composer, read_wall
from data_sources.store.actions import ActionLog
from tests.support.stores.engine import T0, fold_all, life

CODES = 20_000
#: bytes that may be read of a store for one wall
READ = 2_000_000


def written(r: redis.Redis) -> None:
    """20,000 open events, each with a department, a category, places and a cell of its own."""
    log = ActionLog(r)
    for start in range(0, CODES, 1000):
        batch: list[Action] = []
        for n in range(start, start + 1000):
            place = (f"c{n}", f"t{n}", f"m{n}", f"g{n}")
            more = {"place": place, "category": f"k{n}", "level": Level.BLUE}
            where = {"lat": 42.0 + n / 2e5, "lon": 118.0 + n % 100 / 50}
            batch += [
                Action(
                    action_id=f"{kind}", event_id=f"e{n}", kind=Kind(kind), ts=T0 + n, **extra
                )  # type: ignore[arg-type]
                for kind, extra in (
                    ("report", more | where), ("register", {}),
                    ("dispatch", {"department": f"d{n}"}),
                )
            ]  # fmt: skip
        log.append(batch)
    # and two of the city itself
    for event_id, city_place in (("own1", "150402"), ("own2", "150402")):
        log.append(life(event_id, close=False, place=(city_place,), category="gas-leak"))
    fold_all(r, batch=2000)


def sent(r: redis.Redis) -> int:
    """How many bytes the server has sent so far."""
    return int(r.info("stats")["total_net_output_bytes"])


def test_20000_codes_of_each_kind(redis_url: str, redis_client: redis.Redis) -> None:
    """The first frame was 6 MB, the wall of the API 11 MB, in 4 s: it is less that is read."""
    written(redis_client)
    settings = Settings(city="chifeng", redis_url=redis_url)

    async def first() -> tuple[int, object]:
        composer = make_composer(settings, redis_url)
        frames = await composer.tick()
        full = composer.full()
        held = composer._held
        await composer.close()
        assert full is not None
        assert [frame.plain for frame in frames] == [full.plain]
        return len(full.plain), held

    before = sent(redis_client)
    size, held = asyncio.run(first())
    assert size <= FRAME_BYTES
    assert sent(redis_client) - before < READ
    assert held.kpi.all.open == CODES + 2  # type: ignore[attr-defined]
    before = sent(redis_client)
    wall = read_wall(settings, redis_url)
    assert sent(redis_client) - before < READ
    assert wall.all.open == CODES + 2
    assert wall.by_place["150402"].open == 2, "what the city knows is always there"
    assert len(wall.by_place) < 3000
    assert len(wall.by_department) < 300
    assert sum(cell.blue for cell in wall.map.cells.values()) == CODES + 2
