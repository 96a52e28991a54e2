"""Panels and their patches: applying a patch to the old gives the new."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.model.actions import Level
from dashboard.core.wall.counts import GroupCounts
from dashboard.core.wall.panels import merge_patch, panels
from tests.support.core.shorthand import HOUR, MINUTE, act, dispatched, later, life, ms
from tests.support.core.wallviews import views_of, wall_of
from tests.support.merge_patch import merged

AT = ms("2018-03-07 09:00")
NAMES = {
    "head", "kpi", "levels", "trend", "areas", "points", "cells", "places", "queue", "scores",
    "recent", "surges", "brief", "alerts", "departments", "area",
}  # fmt: skip


_keys = st.sampled_from(["a", "b", "c", "d"])
_leaves = st.integers(-2, 2) | st.sampled_from(["", "x", "y"]) | st.lists(st.integers(0, 2))
_values = st.recursive(_leaves, lambda inner: st.dictionaries(_keys, inner), max_leaves=12)
_objects = st.dictionaries(_keys, _values)


@given(_objects, _objects)
def test_a_patch_makes_the_new_of_the_old(old: dict[str, Any], new: dict[str, Any]) -> None:
    kept = copy.deepcopy((old, new))
    patch = merge_patch(old, new)
    assert merged(old, patch) == new
    assert (old, new) == kept
    assert bool(patch) == (old != new)


@given(_objects)
def test_from_nothing_and_to_nothing(new: dict[str, Any]) -> None:
    assert merge_patch({}, new) == new
    assert merge_patch(new, {}) == dict.fromkeys(new)
    assert merge_patch(new, copy.deepcopy(new)) == {}


@given(st.lists(_objects, min_size=1, max_size=4))
def test_patches_follow_one_another(states: list[dict[str, Any]]) -> None:
    held: Any = {}
    for before, after in zip(({}, *states), states, strict=False):
        held = merged(held, merge_patch(before, after))
    assert held == states[-1]


def test_a_patch_holds_only_what_changed() -> None:
    old = {"rows": {"a": {"n": 1, "m": 2}, "b": {"n": 1}}, "order": ["a", "b"], "t": 1}
    new = {"rows": {"a": {"n": 1, "m": 3}, "c": {"n": 1}}, "order": ["a", "c"], "t": 1}
    assert merge_patch(old, new) == {
        "rows": {"a": {"m": 3}, "b": None, "c": {"n": 1}},
        "order": ["a", "c"],
    }


def test_no_data_and_removed_are_one_and_cost_nothing() -> None:
    assert merge_patch({}, {"rate": None}) == {}
    assert merge_patch({"rate": None}, {"rate": None}) == {}
    assert merge_patch({"rate": 0.5}, {"rate": None}) == {"rate": None}
    assert merge_patch({"rate": None}, {"rate": 0}) == {"rate": 0}


def some_panels(now: int, places: Mapping[str, dict[str, int]] = {}) -> dict[str, Any]:
    """The panels of two events as a client reads them."""
    red = dispatched(Level.RED, AT)
    states = [
        later(red, now),
        life(act("report", AT, "e2", lat=42.0, lon=119.0, place=("150402",))),
    ]
    wall = wall_of(views_of(states, now), now)
    counts = {
        code: GroupCounts(reported=0, closed=0, rejected=0, **n) for code, n in places.items()
    }
    found: dict[str, Any] = msgspec.to_builtins(panels(wall, counts))
    return found


def test_every_panel_is_an_object_that_json_can_hold() -> None:
    board = some_panels(AT + HOUR)
    assert set(board) == NAMES
    for name, payload in board.items():
        assert isinstance(payload, dict), name
        # keys are texts on the wire; an int among them would come back as another key
        assert msgspec.json.decode(msgspec.json.encode(payload)) == json.loads(
            json.dumps(payload)
        ), name
        assert all(isinstance(key, str) for key in payload)


def test_the_trend_counts_by_bucket() -> None:
    now = AT + HOUR
    trend = some_panels(now)["trend"]
    assert (trend["step"], trend["t0"] + 143 * 600_000) == (600_000, now)
    for name in ("reported", "closed", "yesterday"):
        assert list(trend[name]) == [str(i) for i in range(144)]
    assert trend["reported"]["137"] == 2
    assert sum(trend["reported"].values()) == 2
    assert datetime.fromtimestamp(trend["t0"] / 1000).minute % 10 == 0


def test_the_last_hour_is_a_ring_of_minutes() -> None:
    """A minute keeps its place while others come: of 60 counts two change in a minute."""
    early, late = (some_panels(AT + n * MINUTE)["trend"] for n in (20, 21))
    assert (early["minute"], late["minute"]) == (AT + 20 * MINUTE, AT + 21 * MINUTE)
    assert len(early["minutes"]) == 60
    assert sum(early["minutes"].values()) == 2
    assert early["minutes"][str(AT // MINUTE % 60)] == 2
    assert early["minutes"] == late["minutes"]


def test_rows_and_orders_agree() -> None:
    board = some_panels(AT + 8 * MINUTE)
    for name in ("queue", "scores", "places", "recent", "alerts", "departments"):
        assert sorted(board[name]["order"]) == sorted(board[name]["rows"])
    assert board["queue"]["order"] == ["e1"]
    assert (board["queue"]["total"], board["queue"]["overdue"]) == (1, 0)
    assert board["scores"]["rows"]["D1"]["n"] == 1
    assert board["areas"] == {
        "150402": {"open": 1, "overdue": 0, "response_overdue": 0, "rate": None}
    }
    assert board["points"] == {"e2": [119.0, 42.0, "red", AT]}
    assert board["kpi"]["all"]["open"] == 2


def test_the_top_places() -> None:
    rows = {
        f"p{i}": {"open": i % 5, "overdue": i % 3, "response_overdue": i % 2} for i in range(14)
    }
    places = some_panels(AT, rows)["places"]
    expected = sorted(
        (p for p in rows if rows[p]["open"]),
        key=lambda p: (-rows[p]["open"], -rows[p]["overdue"], p),
    )[:8]
    assert places["order"] == expected
    assert places["rows"] == {p: rows[p] for p in expected}


def test_a_quiet_moment_changes_little() -> None:
    first, second = some_panels(AT + 8 * MINUTE), some_panels(AT + 8 * MINUTE + 1000)
    changed = {name for name in NAMES if merge_patch(first[name], second[name])}
    assert changed <= {"queue"}
