"""The style guide shows every component there is, in states that all have a word."""

from __future__ import annotations

import json

import pytest
from dash.development.base_component import Component

from dashboard.config.scenes import model
from dashboard.config.words import LANGUAGES, catalogue
from layouts.look import ids
from layouts.styleguide.city import city
from layouts.styleguide.frame import ROWS, frame
from layouts.styleguide.page import page
from layouts.styleguide.sample import panels
from layouts.styleguide.states import PANELS, STATES
from layouts.wall.map import SHADES


def parts(tree: Component) -> list[Component]:
    return [tree, *(one for one in tree._traverse() if isinstance(one, Component))]


def test_every_panel_of_the_wall_is_shown() -> None:
    assert set(PANELS) == {*model.PANELS, *ROWS}
    assert {state for shown in PANELS.values() for state in shown.states} == set(STATES)


@pytest.mark.parametrize("kind", sorted({state.kind for state in STATES.values()} - {""}))
def test_fixed_data_has_every_panel_of_the_stream(kind: str) -> None:
    held = panels(kind)
    assert set(ids.PANELS) <= set(held)
    assert held == panels(kind)
    assert len(held["areas"]) in (0, SHADES)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_guide_has_a_frame_for_every_state_in_both_themes(lang: str) -> None:
    words = catalogue(lang)
    assert {f"guide.state_{state}" for state in STATES} <= words.keys()
    frames = [one for one in parts(page(lang)) if "data-frame" in one.to_plotly_json()["props"]]
    assert len(frames) == 2 * sum(len(shown.states) for shown in PANELS.values())


def test_frame_is_the_wall_with_one_panel_and_no_stream() -> None:
    tree = frame("queue", "stopped", "light", "en")
    props = tree.to_plotly_json()["props"]
    assert json.loads(props["data-beat"])["health"]["stop"] == "redis"
    names = next(one for one in parts(tree) if getattr(one, "id", "") == ids.NAMES)
    assert names.data["scenes"]["scenes"]["one"]["landscape"]["cells"] == [["queue"]]
    assert "light" in next(o for o in parts(tree) if getattr(o, "id", "") == ids.WALL).className
    assert frame("queue", "loading").to_plotly_json()["props"]["data-beat"] == ""


def test_what_is_not_there_becomes_the_first_there_is() -> None:
    assert frame("nothing", "never", "neon", "fr").className == "guide-frame only-head"


def test_longest_department_is_as_long_as_any() -> None:
    assert max(len(name["en"]) for name in city().departments.values()) >= 38
