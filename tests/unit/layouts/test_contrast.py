"""Every viewer can read both themes and distinguish the levels."""

from __future__ import annotations

from itertools import pairwise

import pytest

from layouts.look.theme import AAA, DARK, LIGHT, THEMES, contrast, pairs
from scripts.colour_vision import APART, VISIONS, distances
from scripts.contrast_table import changed


@pytest.mark.parametrize("name", THEMES)
def test_every_pair_has_its_contrast(name: str) -> None:
    low = {
        pair.what: round(contrast(pair.front, pair.behind), 2)
        for pair in pairs(THEMES[name])
        if contrast(pair.front, pair.behind) < pair.least
    }
    assert low == {}


def test_measure() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ff5563", "#ff5563") == 1
    assert {pair.least for pair in pairs(DARK) if pair.what in ("number", "overdue")} == {AAA}


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("name", THEMES)
def test_levels_are_distinguishable(name: str, vision: str) -> None:
    near = {
        pair: round(distance, 1)
        for pair, distance in distances(THEMES[name].levels, vision).items()
        if distance < APART
    }
    assert near == {}


def test_simulation_finds_what_it_should() -> None:
    classic = {"red": "#b44646", "green": "#6b6b1e"}
    assert distances(classic, "normal")["red / green"] > 2 * APART
    assert distances(classic, "deuteranopia")["red / green"] < APART


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_ramp_goes_one_way(theme: object) -> None:
    shades = theme.shades  # type: ignore[attr-defined]
    ground = theme.ground  # type: ignore[attr-defined]
    steps = [contrast(shade, ground) for shade in shades]
    assert steps == sorted(steps)
    assert all(contrast(a, b) > 1.04 for a, b in pairwise(shades))


def test_documentation_has_these_values() -> None:
    assert not changed(), "run: make docs"
