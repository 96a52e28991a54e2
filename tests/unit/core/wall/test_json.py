"""The JSON of a wall, its panels and its patches, key by key: screens and scripts rely on it."""

from __future__ import annotations

from typing import Any

import msgspec

from dashboard.core.model.actions import Level
from dashboard.core.model.scope import Scope
from dashboard.core.surges.incidents import SurgeRow
from dashboard.core.wall.panels import NoBrief, Panels, merge_patch, panels
from dashboard.core.wall.rows import TickerLine
from dashboard.core.wall.state import Health, Wall, WallRequest, build
from tests.support.core.shorthand import HOUR, RULES, act, later, life, ms
from tests.support.core.wallviews import views_of

AT = ms("2018-03-07 09:00")
PLACE = ("150402", "150402001", "", "g1")
SCOPE = Scope(
    name={"zh": "市", "en": "City"}, households=1000, child_tier="county", children={"150402": 500}
)
COUNTY = Scope(
    code="150402", tier="county", name={"zh": "区", "en": "District"}, path=("150402",),
    child_tier="township", children={"150402001": None},
    names={"150402001": {"zh": "镇", "en": "Town"}},
)  # fmt: skip


def wall_and_panels(scope: Scope = SCOPE, *, brief: bool = True) -> tuple[Wall, Panels]:
    """A red event an hour after its dispatch, and an orange one that was only reported."""
    where = {"lat": 42.26, "lon": 118.89}
    red = life(
        act("report", AT, level=Level.RED, place=PLACE, **where),
        act("register", AT),
        act("dispatch", AT),
    )
    orange = life(act("report", AT, "e2", level=Level.ORANGE, place=PLACE[:1]))
    states = [later(red, AT + HOUR), orange]
    views = views_of(states, AT + HOUR)
    views.alerts, views.newest_red = states, states[0]
    line = {"ts": AT, "event_id": "e1", "kind": "report", "level": "red", "category": "water"}
    line |= {"department": "", "path": PLACE, "status": "reported"}
    views.recent = [msgspec.convert({"seq": "5-0", **line}, TickerLine)]
    surge = SurgeRow(
        id="w1", tier="grid", place="g1", area="150402001", category="water", raised_at=AT,
        observed=9, expected=1.5,
    )  # fmt: skip
    request = WallRequest(
        now=AT + HOUR, age_ms=3, source="replay", city="chifeng", health=Health(),
        area_tier="county", named_tiers=("county", "township"), warnings=[surge], scope=scope,
        brief=brief,
    )  # fmt: skip
    wall = build(RULES, views, request)
    return wall, panels(wall, {"150402001": wall.by_place["150402001"]}, scope)


def plain(value: object) -> Any:
    """The value as a reader of its JSON has it, keys in the order they are written."""
    return msgspec.json.decode(msgspec.json.encode(value))


def test_the_members_of_a_wall() -> None:
    wall = plain(wall_and_panels()[0])
    assert list(wall) == [
        "version", "as_of", "now_ms", "age_ms", "position", "source", "city", "health", "checked",
        "warnings", "place", "all", "today", "yesterday", "by_level", "by_status",
        "by_department", "by_place", "trend", "last_hour", "queue", "queue_total", "alerts",
        "children", "children_total", "scores", "scores_period", "scores_of", "map", "recent",
        "brief", "others", "recorded",
    ]  # fmt: skip
    assert wall["place"] == {
        "code": "", "tier": "city", "name": {"zh": "市", "en": "City"}, "parent": "",
        "households": 1000, "path": [],
    }  # fmt: skip
    assert list(wall["all"].items()) == [
        ("reported", 2), ("open", 2), ("closed", 0), ("rejected", 0), ("merged", 0),
        ("overdue", 0), ("response_overdue", 1), ("located", 1), ("unlocated", 1), ("no_grid", 1),
    ]  # fmt: skip
    assert list(wall["today"]) == [
        "reported", "closed", "overdue", "response_overdue", "on_time_rate",
    ]  # fmt: skip
    assert list(wall["yesterday"].items()) == [
        (name, None)
        for name in ("reported", "closed", "open", "overdue", "response_overdue", "on_time_rate")
    ]
    assert list(wall["by_level"]["red"].items()) == [
        ("open", 1), ("reported", 1), ("overdue", 0), ("response_overdue", 1), ("today", 1),
    ]  # fmt: skip
    for group in (wall["by_department"]["D1"], wall["by_place"]["150402001"]):
        assert list(group.items()) == [
            ("reported", 1), ("open", 1), ("closed", 0), ("overdue", 0),
            ("response_overdue", 1), ("rejected", 0),
        ]  # fmt: skip
    assert list(wall["trend"][0]) == ["t", "reported", "closed", "yesterday"]
    assert wall["children"] == [{"code": "150402", "open": 2, "overdue": 0, "response_overdue": 1}]
    assert list(wall["health"].items()) == [
        ("state", "live"), ("stop", None), ("lag", 0), ("cause", ""), ("risks", []),
    ]  # fmt: skip
    assert wall["checked"] == {"at": 0, "differences": 0}


def test_the_rows_of_a_wall() -> None:
    wall = plain(wall_and_panels()[0])
    whereabouts = {"county": "150402", "place": "g1", "area": "150402001"}
    assert [list(row.items()) for row in wall["queue"]] == [list({
        "event_id": "e1", "level": "red", "status": "dispatched", "department": "D1",
        **whereabouts, "category": "water", "clock": "respond", "due": AT + HOUR // 4,
        "used": 4.0, "step": 4, "owner": "city", "acknowledged": False,
    }.items())]  # fmt: skip
    first, second = wall["alerts"]
    assert list(first.items()) == list({
        "event_id": "e1", "level": "red", "category": "water", "department": "D1",
        **whereabouts, "ts": AT, "lon": 118.89, "lat": 42.26, "step": 4, "owner": "city",
    }.items())  # fmt: skip
    assert (second["place"], second["area"], second["lon"]) == ("150402", "150402", None)
    assert [list(row.items()) for row in wall["recent"]] == [list({
        "seq": "5-0", "ts": AT, "event_id": "e1", "kind": "report", "level": "red",
        "category": "water", "department": "", "status": "reported", **whereabouts,
    }.items())]  # fmt: skip
    assert [list(row.items()) for row in wall["warnings"]] == [list({
        "id": "w1", "tier": "grid", "place": "g1", "area": "150402001", "category": "water",
        "raised_at": AT, "observed": 9, "expected": 1.5, "folded": 0,
    }.items())]  # fmt: skip
    assert list(wall["map"]) == ["areas", "points", "cells"]
    assert wall["map"]["areas"] == {
        "150402": {"open": 2, "overdue": 0, "response_overdue": 1, "rate": 4.0}
    }
    assert wall["map"]["points"] == {
        "e1": [118.89, 42.26, "red", AT, "water", "D1", "150402001", "150402"]
    }
    (cell,) = wall["map"]["cells"].values()
    assert cell[2:] == [0, 0, 0, 1]


def test_what_a_place_does_not_know_is_null_and_not_left_out() -> None:
    wall = plain(wall_and_panels(COUNTY)[0])
    assert {n: wall["all"][n] for n in ("located", "unlocated", "no_grid")} == {
        "located": None, "unlocated": None, "no_grid": None,
    }  # fmt: skip
    assert wall["by_level"]["red"] == {
        "open": 1,
        "reported": None,
        "overdue": 0,
        "response_overdue": 1,
        "today": 1,
    }
    assert wall["by_status"] == {}
    assert wall["map"]["areas"] == {
        "150402001": {"open": 1, "overdue": 0, "response_overdue": 1, "rate": None}
    }


def test_the_members_of_the_brief() -> None:
    brief = plain(wall_and_panels()[0])["brief"]
    counts = {"open": 2, "overdue": 0, "response_overdue": 1}
    assert list(brief.items()) == list({
        "day": 20180306, "at": AT + HOUR, "reported": 0, "closed": 0, "on_time_rate": None,
        "overdue": 0, "response_overdue": 1,
        "before": {
            "reported": 0, "closed": 0, "on_time_rate": None, "overdue": None,
            "response_overdue": None,
        },
        "red": 1, "orange": 1,
        "longest": {"order": [], "rows": {}, "looked": 1, "waiting": 1},
        "places": {"order": ["150402"], "rows": {"150402": counts}},
        "categories": {"order": ["water"], "rows": {"water": counts}},
        "surges": {
            "order": ["w1"], "rows": {"w1": plain(wall_and_panels()[0])["warnings"][0]},
            "total": 1,
        },
        "best": None, "improved": None, "slowest": None,
    }.items())  # fmt: skip


def test_the_members_of_the_panels() -> None:
    found = plain(wall_and_panels(COUNTY)[1])
    assert list(found["head"].items()) == list({
        "city": "chifeng", "source": "replay", "version": 7, "area": "150402",
        "place": plain(COUNTY.place()), "scores": "t",
        "names": {"150402001": {"zh": "镇", "en": "Town"}},
    }.items())  # fmt: skip
    assert list(found["kpi"]) == ["all", "today", "yesterday", "recorded"]
    assert list(found["trend"]) == [
        "t0", "step", "reported", "closed", "yesterday", "minute", "minutes",
    ]  # fmt: skip
    assert list(found["queue"]) == ["order", "rows", "total", "overdue", "response_overdue"]
    assert list(found["scores"]) == ["period", "order", "rows"]
    assert list(found["departments"]) == ["known", "order", "rows"]
    assert found["departments"]["rows"]["D1"] == {
        "open": 1, "overdue": 0, "response_overdue": 1, "reported": 1, "closed": 0,
    }  # fmt: skip
    assert list(found["area"]) == [
        "code", "tier", "name", "parent", "households", "path", "children", "total",
    ]  # fmt: skip
    for name in ("places", "alerts", "surges", "recent"):
        assert list(found[name]) == ["order", "rows"], name
    assert found["places"]["rows"] == {
        "150402001": {"open": 1, "overdue": 0, "response_overdue": 1}
    }


def test_without_a_brief_its_panel_is_an_empty_object() -> None:
    wall, found = wall_and_panels(brief=False)
    assert (plain(wall)["brief"], plain(found)["brief"]) == (None, {})
    full = wall_and_panels()[1]
    members = {name: value for name, value in plain(full)["brief"].items() if value is not None}
    assert plain(merge_patch(found, full)) == {"brief": members}
    assert isinstance(found.brief, NoBrief)


def test_a_patch_of_structs_is_the_patch_of_their_json() -> None:
    before, after = wall_and_panels()[1], wall_and_panels(COUNTY)[1]
    assert before != after
    patch = merge_patch(before, after)
    assert plain(patch) == merge_patch(plain(before), plain(after))
    assert merge_patch(after, after) == {}
