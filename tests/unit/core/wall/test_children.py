"""The places below the wall's place: which are sent, and that none of a place's is cut."""

from __future__ import annotations

import pytest

from dashboard.core.wall.counts import (
    CHILDREN_OF_PLACE,
    CHILDREN_SHOWN,
    AreaCounts,
    child_rows,
)

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
