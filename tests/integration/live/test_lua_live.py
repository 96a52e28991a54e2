"""What a wall reads of a shard, by the scripts called directly."""

import json
import struct
from typing import Any

import pytest
import redis

from tests.support.luacalls import call, pack, unpack

OWN = ("meta", "events", "queue", "points", "recent", "alerts")
RED = 300.0


def key(name: str) -> str:
    return f"{{t}}:{name}"


@pytest.fixture
def r(redis_client: redis.Redis) -> redis.Redis:
    """Six events: e1 first in the queue; e5 and e6 are alerts, e6 a red one."""
    r = redis_client
    r.hset(key("meta"), mapping={"seq": 12, "position": "7-0"})
    r.hset(key("events"), mapping={f"e{n}": pack({"n": n}) for n in range(1, 7)})
    r.zadd(key("queue"), {f"e{n}": 100 - n for n in range(1, 5)})
    r.zadd(key("points"), {"p1": 3, "p2": 2, "p3": 1})
    r.zadd(key("alerts"), {"e4": 100, "e5": 101, "e6": RED, "e3": RED + 1})
    for n in range(1, 5):
        line = {"n": n, "path": ["A1" if n % 2 else "B2"]}
        r.lpush(key("recent"), json.dumps(line, separators=(",", ":")))
    return r


def numbers(packed: bytes) -> list[int]:
    return [unpack(state)["n"] for state in unpack(packed)]


CITY_VIEWS = ("count", "day", "month_scores", "day_scores", "cells")


def city(r: redis.Redis, **other: Any) -> tuple[list[Any], bytes, bytes, bytes]:
    named = {
        **{name: key(name) for name in ("events", "queue", "points", "recent", *CITY_VIEWS)},
        "meta_key": key("meta"),
        "alerts_key": key("alerts"),
        "queue_most": 3,
        "points_most": 10,
        "points_few": 1,
        "recent_most": 2,
        "tier_count": 2,
        "want_marks": 1,
        "want_scores": 1,
        "alerts_most": 5,
        "red_rank": repr(RED),
        "coarser_count": 0,
        "cells_most": 5,
        "packed_limits": pack([5, 5, [5, 5]]),
        "packed_known": b"",
    }
    more = other.pop("more", [key(name) for name in ("place:1", "place:2", "m1", "m2", "m3")])
    packed, *rest = call(r, "live/city_reader", more_keys=more, **(named | other))
    return unpack(packed), *rest


@pytest.fixture
def viewed(r: redis.Redis) -> redis.Redis:
    for name in (*CITY_VIEWS, "place:1", "place:2"):
        r.hset(key(name), f"{name}|x", 5)
    r.set(key("m1"), struct.pack(">3i", 1, 2, 3))
    r.set(key("m3"), struct.pack(">1i", 9))
    return r


def test_a_city_is_read_at_one_position(viewed: redis.Redis) -> None:
    found, states, minutes, waiting = city(viewed)

    assert found == [
        "12",
        "7-0",
        ["count|x", "5"],
        ["day|x", "5"],
        ["month_scores|x", "5"],
        ["day_scores|x", "5"],
        4,
        ["p1", "3", "p2", "2", "p3", "1"],
        ['{"n":4,"path":["B2"]}', '{"n":3,"path":["A1"]}'],
        [["place:1|x", "5"], ["place:2|x", "5"]],
        [],
        [12, 0, 4],
        -1,
        [],
    ]
    assert numbers(states) == [1, 2, 3]
    assert minutes == struct.pack(">4i", 1, 2, 3, 9)
    assert numbers(waiting) == [3, 6, 5, 4]


def test_alerts_of_each_level_have_room(viewed: redis.Redis) -> None:
    assert numbers(city(viewed, alerts_most=1)[3]) == [3, 5]


def test_too_many_points_show_as_cells(viewed: redis.Redis) -> None:
    found = city(viewed, points_most=2)[0]

    assert found[7] == ["p1", "3"]
    assert found[10] == ["cells|x", "5"]
    assert city(viewed, points_most=3)[0][10] == []


def test_marks_and_scores_are_left_out(viewed: redis.Redis) -> None:
    found = city(viewed, points_most=2, want_marks=0)[0]
    assert (found[7], found[10], found[4]) == ([], [], ["month_scores|x", "5"])

    found = city(viewed, want_scores=0)[0]
    assert (found[4], found[5], found[7][0]) == ([], [], "p1")


def test_a_store_without_a_commit_has_nothing(redis_client: redis.Redis) -> None:
    found, states, minutes, waiting = city(redis_client)

    assert found[:2] == ["0", "0-0"]
    assert found[2:] == [[], [], [], [], 0, [], [], [[], []], [], [0, 0, 0], -1, []]
    assert (unpack(states), minutes, unpack(waiting)) == ([], b"", [])


def test_an_array_of_many_states_is_whole(r: redis.Redis) -> None:
    r.hset(key("events"), mapping={f"m{n}": pack({"n": n}) for n in range(600)})
    r.delete(key("queue"))
    r.zadd(key("queue"), {f"m{n}": 1000 - n for n in range(600)} | {"gone": 1001})

    assert numbers(city(r, queue_most=601)[1]) == list(range(600))


def test_a_hash_with_too_many_fields_is_read_by_the_known_ones(viewed: redis.Redis) -> None:
    for name in ("count", "month_scores", "place:2"):
        viewed.hset(key(name), mapping={f"odd{n}": n for n in range(10)})
    found = city(viewed)[0]
    assert (found[2], found[4], found[9]) == ([], [], [["place:1|x", "5"], []])
    assert found[13] == ["place:2", "count", "month"]
    known = pack([["count|x", "gone"], ["month_scores|x"], [[], ["place:2|x"]]])
    found = city(viewed, packed_known=known)[0]
    assert (found[2], found[4], found[5]) == (
        ["count|x", "5"], ["month_scores|x", "5"], ["day_scores|x", "5"]
    )  # fmt: skip
    assert found[9] == [["place:1|x", "5"], ["place:2|x", "5"]]


def test_cells_are_those_of_a_zoom_with_few_enough(viewed: redis.Redis) -> None:
    viewed.hset(key("cells"), mapping={f"{n}/1|red": n for n in range(10)})
    viewed.hset(key("up1"), mapping={f"{n}/1|red": n for n in range(6)})
    viewed.hset(key("up2"), "0/0|red", 45)
    more = [key(name) for name in ("up1", "up2", "place:1", "place:2", "m1", "m2", "m3")]
    found = city(viewed, points_most=1, coarser_count=2, more=more)[0]
    assert (found[10], found[12]) == (["0/0|red", "45"], 2)
    found = city(viewed, points_most=1, coarser_count=1, more=[more[0], *more[2:]])[0]
    assert (found[10], found[12]) == ([], -1), "the points and all counts are still there"


PLACE_VIEWS = ("places", "levels", "day_levels", "child_places", "month_scores", "day_scores")
ASK: dict[str, Any] = {
    "facts": ["A1|open"],
    "levels": ["A1|red", "A1|none"],
    "today": [],
    "children": [f"c{n}" for n in range(2500)],
    "measures": ["m"],
    "quoted": '"A1"',
    "cells": True,
    "cells_most": 100,
    "recent": 1,
    "queue": 2,
    "alerts": 5,
    "red": repr(RED),
    "marks": True,
    "scores": True,
    "series": 0,
    "most": 10,
    "few": 1,
    "spans": [],
}


def place(
    r: redis.Redis, more: tuple[str, ...] = (), **other: Any
) -> tuple[list[Any], bytes, bytes, bytes]:
    packed, *rest = call(
        r,
        "live/place_reader",
        **{name: key(name) for name in ("events", "queue", "points", "cells", *PLACE_VIEWS)},
        meta_key=key("meta"),
        recent_key=key("recent"),
        alerts_key=key("alerts"),
        more_keys=[key(name) for name in more],
        packed_ask=pack(ASK | other),
    )
    return unpack(packed), *rest


@pytest.fixture
def placed(r: redis.Redis) -> redis.Redis:
    r.hset(key("places"), mapping={"A1|open": 4, "B2|open": 9})
    r.hset(key("levels"), mapping={"A1|red": 1, "B2|red": 2})
    r.hset(key("day_levels"), "A1|red", 3)
    r.hset(key("child_places"), mapping={"c0": 1, "c1999": 5, "c2000": 6, "c2499": 7})
    r.hset(key("month_scores"), mapping={"m": 8, "n": 9})
    r.hset(key("day_scores"), "m", 6)
    r.hset(key("cells"), "cell", 2)
    return r


def test_a_place_is_read_at_one_position(placed: redis.Redis) -> None:
    found, states, waiting, series = place(placed)

    assert found == [
        "12",
        "7-0",
        ["A1|open", "4"],
        ["A1|red", "1"],
        [],
        ["c0", "1", "c1999", "5", "c2000", "6", "c2499", "7"],
        ["m", "8"],
        ["m", "6"],
        4,
        ["p1", "3", "p2", "2", "p3", "1"],
        ['{"n":3,"path":["A1"]}'],
        [],
        [],
        [],
    ]
    assert (numbers(states), numbers(waiting), series) == ([1, 2], [3, 6, 5, 4], b"")


def test_a_place_of_a_store_without_a_commit_has_nothing(redis_client: redis.Redis) -> None:
    found, states, waiting, series = place(redis_client)

    assert found == ["0", "0-0", [], [], [], [], [], [], 0, [], [], [], [], []]
    assert (unpack(states), unpack(waiting), series) == ([], [], b"")


def test_the_levels_of_the_day_are_read(placed: redis.Redis) -> None:
    assert place(placed, today=["A1|red"])[0][4] == ["A1|red", "3"]


def test_a_places_lines_are_found_among_all(placed: redis.Redis) -> None:
    lines = place(placed, recent=5)[0][10]

    assert lines == ['{"n":3,"path":["A1"]}', '{"n":1,"path":["A1"]}']


def test_too_many_points_of_a_place_show_as_cells_if_it_has_any(placed: redis.Redis) -> None:
    found = place(placed, most=2)[0]
    assert (found[9], found[11]) == (["p1", "3"], ["cell", "2"])

    assert place(placed, most=3)[0][11] == []
    found = place(placed, most=2, cells=False)[0]
    assert (found[9], found[11]) == (["p1", "3", "p2", "2"], [])


def test_marks_and_scores_of_a_place_are_left_out(placed: redis.Redis) -> None:
    found = place(placed, most=2, marks=False)[0]
    assert (found[9], found[11], found[6]) == ([], [], ["m", "8"])

    found = place(placed, scores=False)[0]
    assert (found[6], found[7], found[10], found[9][0]) == ([], [], [], "p1")


def test_a_places_series_are_read_one_after_another(placed: redis.Redis) -> None:
    placed.set(key("s1"), b"abcd")
    placed.set(key("s2"), b"efghijkl")

    found, _, _, series = place(placed, ("s1", "none", "s2"), series=3)

    assert (found[12], series) == ([4, 0, 8], b"abcdefghijkl")


def test_ledgers_count_the_reports_of_spans(placed: redis.Redis) -> None:
    placed.set(key("s1"), b"abcd")
    placed.zadd(key("l1"), {"a": 1_500_000_000_000, "b": 1_500_000_000_001})
    placed.zadd(key("l2"), {"c": 1_500_000_000_001})
    spans = [("1500000000000", "1500000000000"), ("1500000000001", "1500000000009")]

    found, _, _, series = place(placed, ("s1", "l1", "l2"), series=1, spans=spans)

    assert (found[13], series) == ([1, 2], b"abcd")
