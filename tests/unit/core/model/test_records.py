"""A period's days with records are counted apart from those before the records begin."""

from __future__ import annotations

import pytest

from dashboard.core.model.records import Coverage, coverage


@pytest.mark.parametrize(
    ("since", "days"),
    [(20210104, 7), (20201231, 7), (20210108, 3), (20210110, 1), (20210111, 0), (None, 0)],
)
def test_the_days_of_a_week(since: int | None, days: int) -> None:
    assert coverage(20210104, 20210110, since) == Coverage(days, 7, since)
    assert coverage(20210104, 20210110, since).whole == (days == 7)
