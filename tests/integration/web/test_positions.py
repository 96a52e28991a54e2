"""A position that is not in or near the city: the same rule for what is posted and what is read."""

from __future__ import annotations

import httpx
import pytest
import redis

from dashboard.config.cities import load
from data_sources.intake.columns import Point
from data_sources.intake.formats import usable_point
from data_sources.store.actions import ActionLog
from tests.support.served import TOKEN, served
from tests.support.stores.engine import RULES, T0, fold_all

AUTH = {"Authorization": f"Bearer {TOKEN}"}
CHIFENG = load("chifeng")
NEAR, SWAPPED, NULL = (42.27, 118.96), (-42.27, 118.96), (0.0, 0.0)


@pytest.mark.parametrize("where", [NEAR, SWAPPED, NULL, (39.9, 116.4)])
def test_one_rule(where: tuple[float, float], redis_url: str, redis_client: redis.Redis) -> None:
    lat, lon = where
    item = {"action_id": "e1:report", "event_id": "e1", "kind": "report", "ts": T0, "actor": "grid"}
    item |= {"level": "blue", "category": "c1", "lat": lat, "lon": lon}
    with (
        served(redis_url, rules_file=None) as url,
        httpx.Client(base_url=url, headers=AUTH) as http,
    ):
        (result,) = http.post("/api/v1/actions", json=item).json()["results"]
        fold_all(redis_client, RULES)
        (again,) = http.post("/api/v1/actions", json=item).json()["results"]
        lines = httpx.get(f"{url}/metrics", timeout=20).text.splitlines()
    kept = usable_point(Point(lat, lon), CHIFENG, [])
    state = ActionLog(redis_client).states(["e1"])["e1"]
    assert state is not None
    assert (state.lat, state.lon) == kept
    assert (result["result"], again["result"]) == ("accepted", "repeated")
    left = kept == (None, None)
    assert result.get("left_out") == ("lat/lon" if left else None)
    field = "lat/lon" if left else ""
    name = f'gridwall_intake_items_total{{field="{field}",result="accepted",source="api"}} 1.0'
    assert name in lines
