"""A clock read by its base is the clock read by its calendar, at any moment."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.lifecycle import clocks
from dashboard.core.lifecycle.clocks import base
from dashboard.core.model.state import Clock
from tests.support.core.shorthand import DAY, RULES, ms

AT = ms("2018-03-07 09:00")


@given(
    st.integers(-900 * DAY, 900 * DAY), st.integers(0, 40 * DAY), st.integers(0, DAY), st.booleans()
)
def test_the_same_at_every_moment(start: int, later: int, spent: int, working: bool) -> None:
    since = AT + start
    clock = Clock(DAY, since, spent, working=working)
    found = base(RULES, clock)
    assert found is not None
    now = since + later
    assert found + RULES.calendar(working).total(now) == clocks.used(RULES, clock, now)


def test_before_the_anchor() -> None:
    since = ms("2014-12-30 09:00")
    clock = Clock(DAY, since, 5, working=True)
    found = base(RULES, clock)
    assert found is not None
    now = ms("2015-01-06 12:00")
    assert found + RULES.work.total(now) == clocks.used(RULES, clock, now)


def test_a_stopped_clock_has_none() -> None:
    assert base(RULES, None) is None
    assert base(RULES, Clock(DAY, None, 7)) is None
