"""The places below the wall's place: which are sent, and that none of a place's is cut."""

from __future__ import annotations

import msgspec
import pytest

from dashboard.core.model.scope import CITY, Scope
from dashboard.core.wall.counts import (
    CHILDREN_OF_PLACE,
    CHILDREN_SHOWN,
    AreaCounts,
    child_rows,
)
from dashboard.core.wall.state import Health, Views, Wall, WallRequest, build
from tests.support.core.shorthand import RULES

#: thirteen places; the last one by number of open events has 35
AREAS = {
    f"1504021{n:02d}": AreaCounts(open=47 - n, overdue=0, response_overdue=0, rate=None)
    for n in range(13)
}
THIRTEENTH = "150402112"


def test_the_thirteenth_place_of_a_place_has_the_number_that_the_map_has() -> None:
    rows = {row.code: row.open for row in child_rows(AREAS, CHILDREN_OF_PLACE)}
    assert rows == {code: counts.open for code, counts in AREAS.items()}
    assert rows[THIRTEENTH] == 35


@pytest.mark.parametrize(("most", "sent"), [(CHILDREN_SHOWN, 12), (CHILDREN_OF_PLACE, 13)])
def test_only_the_least_are_cut(most: int, sent: int) -> None:
    codes = [row.code for row in child_rows(AREAS, most)]
    assert codes == sorted(AREAS)[:sent]


PLACE = Scope(
    code="150402",
    tier="county",
    child_tier="township",
    path=("150402",),
    children=dict.fromkeys(AREAS),
)
NOON = 1_515_038_400_000


def wall_of(scope: Scope, **found: object) -> Wall:
    tier = "township"
    views = Views(version=1, places={tier: {f"{c}|open": a.open for c, a in AREAS.items()}})
    request = WallRequest(
        now=NOON, age_ms=0, source="live", city="chifeng", health=Health(), area_tier=tier,
        named_tiers=(tier,), scope=scope,
    )  # fmt: skip
    return build(RULES, msgspec.structs.replace(views, **found), request)


@pytest.mark.parametrize(("scope", "sent"), [(CITY, 12), (PLACE, 13)])
def test_a_wall_says_how_many_places_there_are_with_those_it_cuts(scope: Scope, sent: int) -> None:
    wall = wall_of(scope)
    assert len(wall.children) == sent
    assert wall.children_total == 13
    assert (THIRTEENTH in {row.code for row in wall.children}) is (sent == 13)


@pytest.mark.parametrize("scope", [CITY, PLACE])
def test_an_areas_categories_none(scope: Scope) -> None:
    brief = wall_of(scope).brief
    assert brief is not None
    assert (brief.categories.order, brief.categories.rows) == ([], {})


@pytest.mark.parametrize(("version", "recorded"), [(0, False), (1, True)])
def test_a_store_without_a_commit_has_no_records(version: int, recorded: bool) -> None:
    wall = wall_of(CITY, version=version, places={})
    assert wall.recorded is recorded
    assert wall.all.open == 0
