"""The events around an event, as the desk finds them and as a plain search does."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt
from urllib.parse import parse_qsl

import redis

from dashboard.config.rules.book import rules_for
from dashboard.core.model.rules import HOUR
from dashboard.core.questions.ask import Ask, Known, parse
from dashboard.core.questions.behind.opened import address, of_window
from dashboard.core.questions.behind.opened import opened as opened_of
from dashboard.core.questions.story import NEAR_M
from data_sources.desk.behind.opened import opened
from data_sources.desk.copy.reader import Reader
from data_sources.desk.desk import Desk, DeskLoading
from data_sources.desk.near import near, same_grid
from data_sources.store.actions import STATE
from data_sources.store.keys import shards
from tests.integration.past.test_asof import CHIFENG, fill, simulated
from tests.support.processes import wait_until
from tests.support.stores.desks import asked

KNOWN = Known(areas=frozenset(), departments=frozenset())


def away(a: tuple[float, float], b: tuple[float, float]) -> float:
    (north, east), (lat, lon) = ((radians(x), radians(y)) for x, y in (a, b))
    half = sin((lat - north) / 2) ** 2 + cos(north) * cos(lat) * sin((lon - east) / 2) ** 2
    return 2 * 6_371_000 * asin(sqrt(half))


def loaded(desk: Desk) -> bool:
    try:
        desk.ask("", lambda reader: reader.now_ms)
    except DeskLoading:
        return False
    return True


def ids_behind(desk: Desk, address: str) -> set[str]:
    asked = opened_of(parse(dict(parse_qsl(address.partition("?")[2])), KNOWN))
    found = desk.ask("", lambda reader: opened(reader, asked, 1000)).value
    assert found.figure == len(found.rows)
    return {one.event_id for one in found.rows}


def test_around_an_event(redis_client: redis.Redis) -> None:
    fill(redis_client, CHIFENG, simulated(1.5, 0.008), 1, 800)
    parts = shards(CHIFENG.shards)
    states = [
        STATE.decode(raw) for keys in parts for raw in redis_client.hgetall(keys.events).values()
    ]
    desk = Desk(redis_client, parts, rules_for(CHIFENG))
    wait_until(lambda: loaded(desk), 60)
    found = shared = 0
    for state in sorted((s for s in states if s.lat and s.grid), key=lambda s: s.event_id)[:30]:
        since, until = state.reported_at - 12 * HOUR, state.reported_at + 12 * HOUR
        assert state.lat is not None
        assert state.lon is not None
        here = state.lat, state.lon
        others = [
            s for s in states if s.event_id != state.event_id and since <= s.reported_at <= until
        ]
        close = {
            s.event_id: away(here, (s.lat, s.lon))
            for s in others
            if s.category == state.category and s.lat is not None and s.lon is not None
        }
        close = {e: d for e, d in close.items() if d <= 15_000}
        grid = {s.event_id for s in others if s.grid == state.grid}

        def both(reader: Reader, s: object = state, a: int = since, b: int = until) -> object:
            return near(reader, s, 15_000, a, b, 5), same_grid(reader, s, a, b, 5)  # type: ignore[arg-type]

        (rows, total), (same, all_same) = asked(desk, redis_client, CHIFENG.shards, both).value
        assert total == len(close)
        assert [row["event_id"] for row in rows] == sorted(close, key=lambda e: close[e])[:5]
        assert all(abs(row["metres"] - close[row["event_id"]]) <= 1 for row in rows)
        assert all_same == len(grid)
        assert {row["event_id"] for row in same} <= grid
        assert len(same) == min(5, len(grid))
        ways = {
            kind: address(
                Ask(), "reported", around=f"{kind}:{state.event_id}",
                **of_window(since, until + 1, "Asia/Shanghai"),
            )
            for kind in ("near", "grid")
        }  # fmt: skip
        listed = {kind: ids_behind(desk, way) for kind, way in ways.items()}
        assert listed["grid"] == grid
        assert listed["near"] == {e for e, d in close.items() if d <= NEAR_M}
        found, shared = found + total, shared + all_same
    assert found > 5
    assert shared > 0
