"""The reporter on site of an orange or red event: checks in every 30 minutes until it is stable."""

from __future__ import annotations

import pytest

from dashboard.core.lifecycle import due
from dashboard.core.model.actions import Channel, Level, Status
from dashboard.core.model.state import EventState, Outcome
from tests.support.core.memory_store import Store
from tests.support.core.shorthand import DAY, HOUR, MINUTE, RULES, act, later, life, ms, took

AT = ms("2018-03-07 09:00")
HALF = 30 * MINUTE


def seen(level: Level = Level.ORANGE, channel: Channel = Channel.PATROL) -> EventState:
    return life(act("report", AT, level=level, channel=channel))


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("channel", [None, *Channel])
def test_who_has_seen_an_urgent_event_stays(level: Level, channel: Channel | None) -> None:
    state = life(act("report", AT, level=level, channel=channel))
    stays = level.urgent and channel in (Channel.HANDHELD, Channel.PATROL)
    assert state.watch_until == (AT + HALF if stays else 0)
    assert due.next_moment(RULES, state) == (AT + HALF if stays else None)


def test_each_check_in_gives_half_an_hour_more() -> None:
    state = seen()
    for after in (10 * MINUTE, 40 * MINUTE, 41 * MINUTE):
        state = life(act("check_in", AT + after), state=state)
        assert (state.watch_until, state.lapses) == (AT + after + HALF, 0)
    assert state.status is Status.REPORTED


def test_the_county_is_notified_once_of_a_missed_check_in() -> None:
    store = Store()
    store.take(act("report", AT, level=Level.RED, channel=Channel.HANDHELD))
    store.take(act("escalate", AT + HALF - 1))
    assert (store.state().lapses, store.notices) == (0, [])
    assert store.deadlines == {"e1": AT + HALF}
    store.take(act("escalate", AT + HALF))
    (notice,) = store.notices
    assert (notice.id, notice.what, notice.to, notice.at) == (
        f"e1:onsite_lapsed:{AT + HALF}", "onsite_lapsed", "county", AT + HALF,
    )  # fmt: skip
    assert (notice.level, notice.status, notice.not_before) == ("red", "reported", 0)
    assert (store.state().lapses, store.state().watch_until, store.deadlines) == (1, 0, {})
    store.take(act("escalate", AT + DAY))
    assert len(store.notices) == 1
    # a reporter who comes back begins again, and may be missed again
    store.take(act("check_in", AT + 2 * DAY), act("escalate", AT + 3 * DAY))
    assert store.state().lapses == 2
    assert len(store.notices) == 2


def test_a_check_in_at_the_very_moment_is_in_time() -> None:
    for after, lapses in ((HALF - 1, 0), (HALF, 0), (HALF + 1, 1)):
        assert life(act("check_in", AT + after), state=seen()).lapses == lapses


def test_a_check_in_that_comes_late_takes_the_lapse_back() -> None:
    store = Store()
    store.take(act("report", AT, level=Level.RED, channel=Channel.PATROL))
    store.take(act("escalate", AT + 45 * MINUTE))
    assert store.state().lapses == 1
    changes = store.take(act("check_in", AT + 20 * MINUTE))
    assert (store.state().lapses, store.state().watch_until) == (0, AT + 50 * MINUTE)
    (back,) = changes.notices
    assert (back.what, back.to, back.ref) == (
        "withdrawn", "county", f"e1:onsite_lapsed:{AT + HALF}",
    )  # fmt: skip
    assert store.deadlines == {"e1": AT + 50 * MINUTE}


def test_a_stable_scene_needs_no_reporter() -> None:
    state = life(act("check_in", AT + MINUTE, stable=True), state=seen())
    assert (state.stable_at, state.watch_until) == (AT + MINUTE, 0)
    assert later(state, AT + DAY) == state
    # a later check-in is noted, and held to nothing
    again, verdict = took(state, act("check_in", AT + HOUR))
    assert verdict.outcome is Outcome.APPLIED
    assert again is not None
    assert (again.watch_until, again.stable_at, again.lapses) == (0, AT + MINUTE, 0)
    twice = life(act("check_in", AT + 2 * HOUR, stable=True), state=state)
    assert twice.stable_at == AT + MINUTE


def test_it_may_be_stable_after_it_was_missed() -> None:
    state = life(act("check_in", AT + HOUR, stable=True), state=seen())
    assert (state.lapses, state.stable_at, state.watch_until) == (1, AT + HOUR, 0)


def test_opened_again_it_may_be_watched_again() -> None:
    state = life(
        act("check_in", AT + MINUTE, stable=True),
        act("reject", AT + 2 * MINUTE),
        act("reopen", AT + HOUR),
        state=seen(),
    )
    assert (state.stable_at, state.watch_until) == (0, 0)
    watched = life(act("check_in", AT + 2 * HOUR), state=state)
    assert watched.watch_until == AT + 2 * HOUR + HALF


@pytest.mark.parametrize("level", Level)
def test_a_check_in_may_begin_the_watch_where_a_reporter_is_needed(level: Level) -> None:
    state = life(act("report", AT, level=level, channel=Channel.HOTLINE))
    after, verdict = took(state, act("check_in", AT + HOUR, actor="grid:g1"))
    if level.urgent:
        assert after is not None
        assert after.watch_until == AT + HOUR + HALF
    else:
        assert verdict.reason == "nobody needs to stay on site"


@pytest.mark.parametrize("then", ["handle", "reject", "merge", "close"])
def test_the_watch_ends_with_the_work(then: str) -> None:
    state = life(act("register", AT + 1), act("dispatch", AT + 2), state=seen())
    more = {"target": "e2"} if then == "merge" else {}
    if then == "close":
        state = life(act("handle", AT + 3), state=state)
    ended = life(act(then, AT + MINUTE, **more), state=state)
    assert ended.watch_until == 0
    assert later(ended, AT + DAY).lapses == 0


@pytest.mark.parametrize("then", ["handle", "verify"])
def test_after_the_work_a_check_in_is_only_noted(then: str) -> None:
    state = life(
        act("register", AT + 1), act("dispatch", AT + 2), act("handle", AT + 3), state=seen()
    )
    if then == "verify":
        state = life(act("verify", AT + 4), state=state)
    for stable in (False, True):
        noted = life(act("check_in", AT + MINUTE, stable=stable), state=state)
        assert (noted.watch_until, noted.stable_at) == (0, 0)
    # a bad result: a reporter who looks at it again is asked to stay
    again = life(act("rework", AT + HOUR), act("check_in", AT + 2 * HOUR), state=state)
    assert again.watch_until == AT + 2 * HOUR + HALF


def test_the_watch_goes_on_while_the_clocks_are_stopped() -> None:
    state = life(
        act("register", AT + 1), act("dispatch", AT + 2), act("suspend", AT + 3), state=seen()
    )
    assert due.next_moment(RULES, state) == AT + HALF
    assert later(state, AT + HOUR).lapses == 1


@pytest.mark.parametrize("level", Level)
def test_a_corrected_level_decides_whether_a_reporter_is_needed(level: Level) -> None:
    state = life(act("correct", AT + MINUTE, level=level), state=seen(Level.RED))
    assert state.watch_until == (AT + HALF if level.urgent else 0)
    # one that turns out to be urgent has no reporter on site who would know
    calm = life(act("correct", AT + MINUTE, level=level), state=seen(Level.BLUE))
    assert calm.watch_until == 0


def test_lapses_and_steps_are_taken_in_order_of_time() -> None:
    """Red, dispatched at once: half the respond time, the lapse, then half of the handling."""
    store = Store()
    store.take(act("report", AT, level=Level.RED, channel=Channel.PATROL))
    store.take(act("register", AT + 1), act("dispatch", AT + 1), act("escalate", AT + HOUR + 1))
    at = [notice.at for notice in store.notices]
    assert at == sorted(at)
    assert [n.what for n in store.notices].count("onsite_lapsed") == 1
    lapse = [n.what for n in store.notices].index("onsite_lapsed")
    assert at[lapse] == AT + HALF
    assert store.notices[lapse - 1].clock == "respond"
    assert store.notices[lapse + 1].clock == "handle"
