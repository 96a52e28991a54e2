"""Frames of the past equal the wall as of their moment, however a reel came there."""

from __future__ import annotations

import random
import threading
from typing import Any

import msgspec
import redis

from dashboard.config.cities import load
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.wall.panels import Panels, panels
from data_sources.live.scopes import Scopes
from data_sources.live.wiring import read_wall, site_of
from data_sources.past.asof import Past
from data_sources.past.reel import Reel, Still
from data_sources.store.connection import connect
from data_sources.store.keys import shards
from tests.integration.past.test_asof import delayed, fill, moments, simulated
from tests.support.merge_patch import merged
from tests.support.stores.stopped import arrived, fields_of, second, stop_at

CHIFENG = Settings(city="chifeng", rules_file=None, shards=2)
GROUND = Scopes(load("chifeng")).ground


def past_of(r: redis.Redis) -> Past:
    return Past(r, shards(CHIFENG.shards), site_of(CHIFENG))


def fresh(past: Past, at: int, area: str = "") -> Panels:
    """The panels of a moment, folded from a checkpoint."""
    place = GROUND(area) if area else None
    found = [rewinder.at(at) for rewinder in past.rewinders]
    scope = past.site.scope if place is None else place.scope
    return panels(*past.show(found, at, past.feed(at).mode, place), scope)


def plain(value: Any) -> Any:
    """Without nulls, which a patch cannot tell from what is not there."""
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items() if one is not None}
    return value


def test_a_reel_shows_what_as_of_does_while_more_arrives(redis_client: redis.Redis) -> None:
    actions = delayed(simulated(2, 0.006), 0.05)
    cut = len(actions) * 2 // 3
    fill(redis_client, CHIFENG, actions[:cut], 3, 800)
    past, reel = past_of(redis_client), Reel(past_of(redis_client), GROUND)
    times = moments([arrived(redis_client, keys) for keys in shards(2)], 8)
    rng = random.Random(11)
    # on, back, to and fro; then what came late meanwhile is there as well
    walk = [*times, *reversed(times), *rng.sample(times, len(times))]
    before: Still | None = None
    held: dict[str, Any] = {}
    for at in walk:
        still = reel.frame(at)
        sent = msgspec.to_builtins(still.after(before))
        held = sent["panels"] if sent["base"] is None else merged(held, sent["panels"])
        assert still.panels == fresh(past, at)
        assert plain(held) == plain(msgspec.to_builtins(still.panels))
        before = still
    fill(redis_client, CHIFENG, actions[cut:], 2, 800)
    for at in times:
        assert reel.frame(at).panels == fresh(past, at)


def test_who_asks_for_a_frame_that_is_kept_does_not_wait_for_one_that_is_made(
    redis_client: redis.Redis,
) -> None:
    """It is asked for in the loop that serves everyone; a frame takes seconds."""
    fill(redis_client, CHIFENG, simulated(0.2, 0.006), 2, 800)
    (at,) = moments([arrived(redis_client, keys) for keys in shards(2)], 1)
    reel = Reel(past_of(redis_client), GROUND)
    still = reel.frame(at)
    with reel._lock:  # as held while a frame is made
        found: list[Still | None] = []
        asking = threading.Thread(target=lambda: found.append(reel.sent(still.number)), daemon=True)
        asking.start()
        asking.join(10)
        assert found == [still]


def test_a_place_as_it_was_equals_its_own_wall_that_stopped_there(
    redis_url: str, redis_client: redis.Redis
) -> None:
    fill(redis_client, CHIFENG, simulated(1.5, 0.006), 2, 800)
    past, received = past_of(redis_client), [arrived(redis_client, keys) for keys in shards(2)]
    at = moments(received, 3)[1]
    busy = max(past.wall(at).children, key=lambda child: child.open).code
    below = [past.wall(at, GROUND(busy)).children[0].code]
    below += [past.wall(at, GROUND(below[0])).children[0].code]
    with connect(second(redis_url)) as other:
        stop_at(other, second(redis_url), CHIFENG, received, at)
        for area in (busy, *below):
            want = fields_of(read_wall(CHIFENG, second(redis_url), area), "recent", "by_place")
            got = fields_of(past.wall(at, GROUND(area)), "recent", "by_place")
            for name in want:
                assert got[name] == want[name], (area, name)
    assert rules_for(CHIFENG).local.zone.key == "Asia/Shanghai"


def test_before_the_first_record_a_zero_is_not_recorded(redis_client: redis.Redis) -> None:
    fill(redis_client, CHIFENG, simulated(0.5, 0.006), 1, 800)
    past = past_of(redis_client)
    first, reel = past.first(), Reel(past, GROUND)
    assert first is not None
    before, after = (reel.frame(first + step).panels.kpi for step in (-60_000, 3_600_000))
    assert (before.recorded, before.all.open) == (False, 0)
    assert after.recorded
    assert after.all.open > 0
