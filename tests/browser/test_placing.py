"""Where marks and names go, as the browser's module decides it: properties over made-up maps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Page

from dashboard import ROOT

pytestmark = pytest.mark.browser

SOURCE = (ROOT / "assets/wall/map/placing.mjs").read_text()
LOAD = "async (source) => { window.placing = await import('data:text/javascript,' + source); }"
#: a mark is a square, a group is as wide as its number is long
ARRANGE = """([tiers, room]) => {
  const wide = (one) => (one.n === 1 ? 10 : 24 + 8 * String(one.n).length);
  const measure = (one) => ({ w: wide(one) + (one.newest ? 20 : 0), h: one.n === 1 ? 10 : 20 });
  return placing.arrange(tiers, measure, 40, room);
}"""
NAMEABLE = """([items, taken, room, held]) => {
  const found = placing.nameable(items, taken, room, 40, new Map(held));
  return { placed: [...found.placed], hidden: found.hidden };
}"""
LOOK = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
Box = dict[str, float]


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.evaluate(LOAD, SOURCE.replace("%", "%25").replace("#", "%23"))
    yield page
    context.close()


def over(a: Box, b: Box) -> bool:
    across = a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"]
    return across and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"]


def within(box: Box, room: Box) -> bool:
    across = room["x"] <= box["x"] and box["x"] + box["w"] <= room["x"] + room["w"]
    return across and room["y"] <= box["y"] and box["y"] + box["h"] <= room["y"] + room["h"]


def apart(boxes: list[Box]) -> bool:
    return not any(over(a, b) for n, a in enumerate(boxes) for b in boxes[:n])


@st.composite
def tiers(draw: st.DrawFn) -> list[list[dict[str, Any]]]:
    """Four tiers of marks on a map that is small or large for them; some at the very same place."""
    side = draw(st.sampled_from([30, 120, 600]))
    at = st.integers(-side, side)
    one = st.tuples(at, at, st.integers(1, 3), st.integers(0, 3))
    number = 0
    out: list[list[dict[str, Any]]] = []
    for tier in range(4):
        out.append([])
        for x, y, n, level in draw(st.lists(one, max_size=40)):
            levels = [0, 0, 0, 0]
            levels[level] = n
            mark = {"x": x, "y": y, "n": n, "levels": levels, "urgent": tier < 2, "newest": False}
            out[tier].append({"key": f"e{number}", **mark})
            number += 1
    if out[0]:
        out[0][-1]["newest"] = True
    return out


@LOOK
@given(tiers(), st.sampled_from([None, 60, 200]))
def test_marks(page: Page, given_: list[list[dict[str, Any]]], side: int | None) -> None:
    room = side and {"x": -side, "y": -side, "w": 2 * side, "h": 2 * side}
    found = page.evaluate(ARRANGE, [given_, room])
    placed = found["placed"]
    assert apart([one["box"] for one in placed])
    assert page.evaluate(ARRANGE, [given_, room]) == found
    # the edge cuts nothing that is inside
    if room:
        inside = [one for one in placed if max(abs(one["x"]), abs(one["y"])) <= side]
        assert all(within(one["box"], room) for one in inside)
    # no event is lost: each is in a mark or named as hidden
    events = sum(one["n"] for tier in given_ for one in tier)
    assert sum(one["n"] for one in placed) + found["hidden"] == events
    assert all(sum(one["levels"]) == one["n"] for one in placed)
    # the first tier is always shown, whole and in the middle of its events
    alone = page.evaluate(ARRANGE, [[given_[0], [], [], []], room])
    assert alone["hidden"] == 0
    assert placed[: len(alone["placed"])] == alone["placed"]
    # what comes later moves nothing that came before
    without = page.evaluate(ARRANGE, [[*given_[:3], []], room])["placed"]
    assert placed[: len(without)] == without


@st.composite
def named(draw: st.DrawFn) -> tuple[list[Any], list[Box], Box, list[Any]]:
    side = draw(st.sampled_from([100, 400]))
    at = st.integers(-30, side)
    box = st.builds(lambda x, y, w, h: {"x": x, "y": y, "w": w, "h": h}, at, at,
                    st.integers(5, 60), st.integers(5, 20))  # fmt: skip
    lists = draw(st.lists(st.lists(box, max_size=6), max_size=25))
    items = [{"key": f"n{n}", "choices": choices} for n, choices in enumerate(lists)]
    held = draw(st.dictionaries(st.integers(0, 25).map(lambda n: f"n{n}"), st.integers(0, 9)))
    taken = draw(st.lists(box, max_size=15))
    return items, taken, {"x": 0, "y": 0, "w": side, "h": side}, list(held.items())


@LOOK
@given(named())
def test_names(page: Page, given_: tuple[list[Any], list[Box], Box, list[Any]]) -> None:
    items, taken, room, _ = given_
    found = page.evaluate(NAMEABLE, list(given_))
    assert page.evaluate(NAMEABLE, list(given_)) == found
    choices = {one["key"]: one["choices"] for one in items}
    placed = {key: choices[key][n] for key, n in found["placed"]}
    assert sorted([*placed, *found["hidden"]]) == sorted(choices)
    assert apart(list(placed.values()))
    assert not any(over(box, other) for box in placed.values() for other in taken)
    assert all(
        box["x"] >= 0 <= box["y"] and box["x"] + box["w"] <= room["w"]
        and box["y"] + box["h"] <= room["h"]
        for box in placed.values()
    )  # fmt: skip
    # asked again with what was placed, nothing moves
    assert page.evaluate(NAMEABLE, [items, taken, room, found["placed"]]) == found
    # the first is hidden only if none of its boxes is free
    if items and items[0]["key"] in found["hidden"]:
        here = [b for b in items[0]["choices"] if not any(over(b, other) for other in taken)]
        assert not any(
            b["x"] >= 0 <= b["y"] and b["x"] + b["w"] <= room["w"]
            and b["y"] + b["h"] <= room["h"]
            for b in here
        )  # fmt: skip
