"""The wall of any place: its numbers are those of a plain count over the events in it."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from functools import partial
from typing import Any

import msgspec
import pytest
import redis

from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action, Kind, Level
from data_sources.errors import UnknownArea
from data_sources.live.city_reader import Wanted
from data_sources.live.wiring import read_wall
from data_sources.store import domain_clock
from data_sources.store.actions import STATE, ActionLog
from data_sources.store.keys import shard_of, shards
from tests.integration.past.test_asof import delayed, simulated
from tests.support.counts.areacount import (
    CITY,
    HOUR,
    MINUTE,
    RULES,
    SETTINGS,
    Store,
    check,
    check_rows,
    check_scores,
    check_sets,
    some_places,
)
from tests.support.stores.engine import settle


@pytest.fixture
def store(redis_url: str, redis_client: redis.Redis) -> Store:
    """Three days of the made-up city, late arrivals, merges and corrections among them."""
    actions = delayed(simulated(3, 0.004), 0.05)
    rng = random.Random(4)
    grids = [place for place in CITY.places.values() if place.tier == "grid"]
    reports = [action for action in actions if action.kind is Kind.REPORT]
    for number, report in enumerate(rng.sample(reports, 60)):
        changed: dict[str, Any] = {"place": CITY.path(rng.choice(grids).code)}
        if number % 2:
            changed = {"level": rng.choice(list(Level)), "lat": 42.3, "lon": 118.9}
        actions.append(
            Action(
                action_id=f"right{number}", event_id=report.event_id, kind=Kind.CORRECT,
                ts=report.ts + HOUR, actor="centre", **changed,
            )
        )  # fmt: skip
    log = ActionLog(redis_client, SETTINGS.shards)
    for start in range(0, len(actions), 900):
        log.append(actions[start : start + 900])
        settle(redis_client, RULES, SETTINGS.shards)
    now = max(action.ts for action in actions) + 17_000
    domain_clock.publish(redis_client, mode="replay", virtual_ms=now, speed=0.0, ended=True)
    states = [
        STATE.decode(raw)
        for keys in shards(SETTINGS.shards)
        for raw in redis_client.hvals(keys.events)
    ]
    kinds = {state.status for state in states}
    assert {"merged", "closed"} <= {str(kind) for kind in kinds}
    assert {shard_of(s.event_id, 2) for s in states} == {0, 1}
    return states, now


@pytest.mark.timeout(200)
def test_thirty_places_against_a_plain_count(
    redis_url: str, redis_client: redis.Redis, store: Store
) -> None:
    states, now = store
    seen: Counter[str] = Counter()
    for code in some_places(states):
        wall = read_wall(SETTINGS, redis_url, code)
        check(wall, states, code, now)
        check_rows(wall, states, code)
        check_scores(wall, states, code, now)
        check_sets(redis_client, states, code)
        lines = [
            msgspec.json.decode(raw)
            for keys in shards(SETTINGS.shards)
            for raw in redis_client.lrange(keys.recent, 0, -1)
        ]
        ids = {line["seq"] for line in lines if code in line["path"]}
        shown = [row.seq for row in wall.recent]
        assert set(shown) <= ids
        assert len(shown) >= min(12, len(ids))
        seen.update(queue=wall.queue_total, alerts=len(wall.alerts), scores=len(wall.scores))
        seen.update(recent=len(shown), yesterday=wall.yesterday.reported is not None)
    assert min(seen.values()) > 3, seen
    whole = read_wall(SETTINGS, redis_url)
    assert {row.event_id for row in whole.alerts} <= {s.event_id for s in states}
    assert (whole.place.households or 0) > 600_000
    with pytest.raises(UnknownArea, match="nowhere"):
        read_wall(SETTINGS, redis_url, "nowhere")


def test_a_place_with_too_many_points_has_cells(
    redis_url: str, redis_client: redis.Redis, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    states, _ = store
    monkeypatch.setattr("data_sources.live.composer.Wanted", partial(Wanted, max_points=3))
    county = Counter(s.place[0] for s in states).most_common(1)[0][0]
    cells = read_wall(SETTINGS, redis_url, county).map.cells
    located = [s for s in states if s.place[0] == county and s.open and s.lat is not None]
    by_level = [sum(getattr(cell, level) for cell in cells.values()) for level in Level]
    assert by_level == [sum(1 for s in located if s.level is level) for level in Level]
    assert len(cells) > 3


def test_a_red_is_known_when_it_is_reported_and_gone_when_acknowledged(
    redis_url: str, redis_client: redis.Redis
) -> None:
    settings = Settings(city="chifeng", rules_file=None)
    log, at = ActionLog(redis_client), 1_700_000_000_000
    ticks = itertools.count()
    domain_clock.publish(redis_client, mode="replay", virtual_ms=at, speed=0.0)
    path = next(CITY.path(p.code) for p in CITY.places.values() if p.tier == "grid")

    def take(kind: str, **more: Any) -> list[list[str]]:
        name, ts = f"{kind}{more}", at + MINUTE * next(ticks)
        log.append([Action(action_id=name, event_id="e1", kind=Kind(kind), ts=ts, **more)])
        settle(redis_client, rules_for(settings))
        walls = [read_wall(settings, redis_url, code) for code in ("", *path)]
        return [[row.event_id for row in wall.alerts] for wall in walls]

    assert take("report", level=Level.RED, category="x", place=path) == [["e1"]] * 5
    assert take("correct", level=Level.YELLOW) == [[]] * 5
    assert take("correct", level=Level.ORANGE) == [["e1"]] * 5
    assert take("register") == [["e1"]] * 5
    assert take("dispatch", department="cg") == [["e1"]] * 5
    assert take("acknowledge") == [[]] * 5
