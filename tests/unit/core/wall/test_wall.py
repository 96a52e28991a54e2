"""The wall's numbers against a naive recount of the whole history."""

from __future__ import annotations

import random
from datetime import datetime
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import asdict, astuple

from dashboard.core.lifecycle import ladder
from dashboard.core.model.actions import Action, Level, Status
from dashboard.core.model.calendars import LocalTime
from dashboard.core.wall import minutes
from dashboard.core.wall import state as wall
from dashboard.core.wall.rows import TickerLine
from tests.model import model, modelclock, recount
from tests.model.histories import START, histories
from tests.support.core.shorthand import (
    DAY,
    HOUR,
    LOS_ANGELES,
    MINUTE,
    RULES,
    act,
    dispatched,
    later,
    life,
    ms,
)
from tests.support.core.wallviews import folded_until, views_of, wall_of

AT = ms("2018-03-07 09:00")
quick = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def counted(city: model.City) -> list[Any]:
    """The events that count: all but the voided ones."""
    return [event for event in city.events.values() if not event["void"]]


def between(events: Any, start: int, end: int) -> int:
    return sum(1 for at in events if start <= at <= end)


@quick
@given(histories(backwards=False), st.integers(0, 30 * 24 * 60))
def test_today_and_yesterday_against_the_whole_history(actions: list[Action], after: int) -> None:
    now = START + after * MINUTE + 20_000
    states, city = folded_until(actions, now)
    board = wall_of(views_of(states, now), now)
    then = now - DAY
    then_end = then - then % MINUTE + MINUTE - 1
    midnight = now - (now + modelclock.EIGHT) % DAY
    events = counted(city)
    closed = [e["ended"] for e in events if e["status"] == "closed"]
    facts = [fact for e in events for fact in e["facts"]]

    def rate(start: int, end: int) -> float | None:
        decided, good = (
            between([at for at, _, what, _ in facts if what.startswith(f"{name}.")], start, end)
            for name in ("decided", "on_time")
        )
        return good / decided if decided else None

    assert asdict(board.today) == {
        "reported": between([e["reported"] for e in events], midnight, now),
        "closed": between(closed, midnight, now),
        "overdue": between([a for e in events for a, _ in e["late"]], midnight, now),
        "response_overdue": between([a for e in events for a, _ in e["slow"]], midnight, now),
        "on_time_rate": rate(midnight, now),
    }
    _, before = folded_until(actions, then_end)
    # what was voided since counts for no moment
    past = [e for name, e in before.events.items() if not city.events[name]["void"]]
    if not past:
        assert set(astuple(board.yesterday)) == {None}
        return
    assert asdict(board.yesterday) == {
        "reported": between([e["reported"] for e in events], midnight - DAY, then_end),
        "closed": between(closed, midnight - DAY, then_end),
        "open": sum(map(recount.is_open, past)),
        "overdue": sum(map(recount.is_overdue, past)),
        "response_overdue": sum(map(recount.owes_answer, past)),
        "on_time_rate": rate(midnight - DAY, then_end),
    }


@quick
@given(histories(backwards=False), st.integers(0, 30 * 24 * 60))
def test_the_trend_against_the_whole_history(actions: list[Action], after: int) -> None:
    now = START + after * MINUTE
    states, city = folded_until(actions, now)
    wall = wall_of(views_of(states, now), now)
    trend = wall.trend
    assert len(trend) == 144
    events = counted(city)
    reported = [e["reported"] for e in events]
    closed = [e["ended"] for e in events if e["status"] == "closed"]
    for bucket in trend:
        start = round(datetime.fromisoformat(bucket.t).timestamp() * 1000)
        end = start + 10 * MINUTE - 1
        assert bucket.reported == between(reported, start, end)
        assert bucket.closed == between(closed, start, end)
        assert bucket.yesterday == between(reported, start - DAY, end - DAY)
    first, last = (datetime.fromisoformat(trend[i].t).timestamp() * 1000 for i in (0, -1))
    assert last <= now < last + 10 * MINUTE
    assert last - first == 143 * 10 * MINUTE
    minutes = [round(datetime.fromisoformat(one.t).timestamp() * 1000) for one in wall.last_hour]
    assert minutes == [now - now % MINUTE - n * MINUTE for n in reversed(range(60))]
    for one, start in zip(wall.last_hour, minutes, strict=True):
        assert one.reported == between(reported, start, start + MINUTE - 1)


@quick
@given(histories(backwards=False))
def test_totals_agree_with_each_other_and_with_the_model(actions: list[Action]) -> None:
    now = max(a.ts for a in actions)
    states, city = folded_until(actions, now)
    board = wall_of(views_of(states, now), now)
    events = counted(city)
    total = asdict(board.all)
    assert total["reported"] == len(events)
    assert total["open"] == sum(map(recount.is_open, events))
    assert total["overdue"] == sum(map(recount.is_overdue, events))
    assert total["response_overdue"] == sum(map(recount.owes_answer, events))
    assert total["reported"] == sum(total[k] for k in ("open", "closed", "rejected", "merged"))
    assert total["reported"] == total["located"] + total["unlocated"]
    assert board.by_status == {str(s): sum(1 for e in events if e["status"] == s) for s in Status}
    for fact in ("open", "reported", "overdue", "response_overdue"):
        assert sum(getattr(level, fact) or 0 for level in board.by_level.values()) == total[fact]
    assert sum(level.today or 0 for level in board.by_level.values()) == board.today.reported
    assert list(board.by_level) == [str(level) for level in Level]
    for department, sums in board.by_department.items():
        owned = [e for e in events if e["department"] == department]
        assert sums.reported == len(owned)
        assert sums.open == sum(map(recount.is_open, owned))
    assert {code: facts.open for code, facts in board.map.areas.items()} == {
        code: n
        for code in ("150402", "150403")
        if (n := sum(recount.is_open(e) for e in events if e["place"][:1] == (code,)))
    }
    assert len(board.map.points) == sum(
        recount.is_open(e) and e["at"][0] is not None for e in events
    )
    assert sum(sum(astuple(cell)[2:]) for cell in board.map.cells.values()) == len(board.map.points)


@quick
@given(histories(backwards=False), st.randoms(use_true_random=False), st.integers(0, 600))
def test_the_queue_is_in_a_total_order(
    actions: list[Action], chance: random.Random, more: int
) -> None:
    now = max(a.ts for a in actions) + more * MINUTE
    states, _ = folded_until(actions, now)
    found = views_of(states, now)
    rows = wall_of(found, now).queue
    chance.shuffle(found.queue)
    assert wall_of(found, now).queue == rows
    keys = [ladder.queue_key(RULES, s, now) for s in found.queue]
    assert len(set(keys)) == len(keys)
    assert [row.event_id for row in rows] == [key[3] for key in sorted(keys)][:12]
    ranks = [(row.level.rank, row.used) for row in rows]
    alarms = {state.event_id for state in states if state.alarm}
    rings = [row.event_id in alarms for row in rows]
    assert rings == sorted(rings, reverse=True)
    assert {row.level for row, loud in zip(rows, rings, strict=True) if loud} <= {"red"}
    for loud in (True, False):
        one = [rank for rank, r in zip(ranks, rings, strict=True) if r is loud]
        assert one == sorted(one, reverse=True)


def test_the_queue_shows_some_of_many_with_ties_by_name() -> None:
    states = []
    for i in range(30):
        name = f"e{i:02d}"
        states.append(life(*(act(k, AT, name) for k in ("report", "register", "dispatch"))))
    found = views_of(reversed(states), AT)
    board = wall_of(found, AT)
    assert [row.event_id for row in board.queue] == [f"e{i:02d}" for i in range(24)]
    assert board.queue_total == 30


def test_a_row_of_the_queue() -> None:
    place = ("150402", "150402001", "", "g1")
    state = life(
        act("report", AT, level=Level.ORANGE, place=place),
        act("register", AT),
        act("dispatch", AT),
        act("accept", AT + MINUTE),
    )
    now = AT + 8 * HOUR + 48 * MINUTE
    (row,) = wall_of(views_of([later(state, now)], now), now).queue
    assert asdict(row) == {
        "event_id": "e1", "level": "orange", "status": "accepted", "department": "D1",
        "place": "g1", "county": "150402", "area": "150402001", "category": "water",
        "clock": "handle", "due": AT + 8 * HOUR, "used": 1.1, "step": 3,
        "owner": "county", "acknowledged": False,
    }  # fmt: skip


def test_the_pressing_clock_is_the_one_of_which_more_is_used() -> None:
    state = later(dispatched(Level.RED, AT), AT + 8 * MINUTE)
    (row,) = wall_of(views_of([state], AT + 8 * MINUTE), AT + 8 * MINUTE).queue
    assert (row.clock, row.due, row.used) == ("respond", AT + 15 * MINUTE, 0.53)


def test_no_data_yesterday_is_null_and_none_reported_is_zero() -> None:
    state = life(act("report", AT))
    first = wall_of(views_of([state], AT + HOUR), AT + HOUR)
    assert set(astuple(first.yesterday)) == {None}
    assert asdict(first.today) == {
        "reported": 1, "closed": 0, "overdue": 0, "response_overdue": 0, "on_time_rate": None,
    }  # fmt: skip
    # a minute before the report's own minute came round again
    before = wall_of(views_of([state], AT + DAY - 1), AT + DAY - 1)
    assert set(astuple(before.yesterday)) == {None}
    second = wall_of(views_of([state], AT + DAY), AT + DAY)
    assert (second.yesterday.reported, second.yesterday.open) == (1, 1)
    third = wall_of(views_of([state], AT + 2 * DAY), AT + 2 * DAY)
    assert asdict(third.yesterday) == {
        "reported": 0, "closed": 0, "open": 1, "overdue": 0, "response_overdue": 0,
        "on_time_rate": None,
    }  # fmt: skip


def test_yesterday_s_open_knows_of_what_was_opened_again() -> None:
    """Closed the day before yesterday, opened again today: it was not open in between."""
    ended = ms("2018-03-05 10:00")
    state = life(
        act("report", ended - HOUR), act("reject", ended), act("reopen", ms("2018-03-07 08:00"))
    )
    board = wall_of(views_of([state], AT), AT)
    assert (board.all.open, board.yesterday.open) == (1, 0)


def test_an_empty_wall() -> None:
    board = wall_of(wall.Views(), AT)
    assert set(astuple(board.all)) == {0}
    assert set(astuple(board.yesterday)) == {None}
    assert (board.queue, board.scores, board.by_department, board.recent) == ([], [], {}, [])
    assert msgspec.to_builtins(board.map) == {"areas": {}, "points": {}, "cells": {}}
    assert (board.as_of, board.scores_period) == ("2018-03-07T09:00:00.000+08:00", "2018-03")


def test_points_and_cells_of_the_map() -> None:
    odd = "e,1|x"
    states = [
        life(act("report", AT, odd, level=Level.ORANGE, lat=42.2571, lon=118.8869)),
        life(act("report", AT, "e2", level=Level.RED, lat=-42.2571, lon=-118.8869)),
    ]
    board = wall_of(views_of(states, AT), AT)
    assert msgspec.to_builtins(board.map.points) == {
        odd: [118.8869, 42.2571, "orange", AT],
        "e2": [-118.8869, -42.2571, "red", AT],
    }
    lon, lat, *counts = astuple(board.map.cells["3400/1516"])
    assert counts == [0, 0, 1, 0]
    # a 64th of a tile, where the tile is as high as it is wide
    assert abs(lon - 118.8869) < 360 / 2**12 / 64
    assert abs(lat - 42.2571) < 360 / 2**12 / 64


def test_codes_may_hold_the_bar_that_parts_fields() -> None:
    state = life(
        act("report", AT, place=("a|b",), category="x|y"),
        act("register", AT),
        act("dispatch", AT, department="D|1"),
    )
    board = wall_of(views_of([state], AT), AT)
    assert board.by_place["a|b"].open == board.by_department["D|1"].open == 1
    assert [s.department for s in board.scores] == ["D|1"]


def test_scores_and_how_ranks_moved_since_midnight() -> None:
    found = wall.Views(
        month={
            "A|dispatched": 10, "A|dispatch_failed": 1,
            "B|dispatched": 20, "B|dispatch_failed": 1,
        },
        last_day={"B|dispatched": 10, "B|dispatch_failed": -2},
    )  # fmt: skip
    board = wall_of(found, AT)
    assert [(s.department, s.rank, s.rank_change) for s in board.scores] == [
        ("B", 1, 1), ("A", 2, -1),
    ]  # fmt: skip


def test_recent_lines_name_their_places() -> None:
    line = TickerLine(
        seq="5-0", ts=AT, event_id="e1", kind="report", level="red", category="water",
        department="D1", path=("150402", "150402001", "", "g1"), status="reported",
    )  # fmt: skip
    found = wall.Views(recent=[line] * 20)
    shown = wall_of(found, AT).recent
    assert len(shown) == 12
    assert asdict(shown[0]) == {
        "seq": "5-0", "ts": AT, "event_id": "e1", "kind": "report", "level": "red",
        "category": "water", "department": "D1", "status": "reported",
        "county": "150402", "place": "g1", "area": "150402001",
    }  # fmt: skip


@pytest.mark.parametrize("now", ["2018-03-11 12:00", "2018-11-04 12:00", "2018-11-05 00:05"])
def test_the_days_that_are_read_reach_back_far_enough(now: str) -> None:
    local, at = LocalTime(LOS_ANGELES), ms(now, LOS_ANGELES)
    days = minutes.trend_days(local, at)
    assert days == sorted(days)
    assert days[-1] == local.day(at)
    for back in range(0, 2 * DAY, 5 * MINUTE):
        assert local.day(at - back) in days
