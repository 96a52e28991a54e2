"""Levels are drawn from one table: generated files agree with it, and nothing else cuts a shape."""

from __future__ import annotations

import re

import pytest

from dashboard import ROOT
from dashboard.config.levels import SHAPES
from dashboard.core.model.vocabulary import Level
from dashboard.documents import style
from layouts.look.theme import LEVELS
from scripts.level_shapes import css, module


def test_the_written_files_are_those_of_the_table() -> None:
    assert (ROOT / "assets/levels.css").read_text("utf-8") == css()
    assert (ROOT / "assets/levels.mjs").read_text("utf-8") == module()


def test_each_level_has_a_shape_of_its_own() -> None:
    assert tuple(SHAPES) == LEVELS
    assert set(SHAPES) == set(Level)
    for values in zip(*SHAPES.values(), strict=True):
        assert len(set(values)) == len(SHAPES) or set(values) >= {0}
    assert style.SHAPES == {"red": "◆", "orange": "▲", "yellow": "■", "blue": "●"}


@pytest.mark.parametrize(
    "file",
    sorted(
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "assets").rglob("*.css")
        if path.name not in ("tokens.css", "levels.css")
    ),
)
def test_no_sheet_draws_a_level_of_its_own(file: str) -> None:
    sheet = (ROOT / file).read_text("utf-8")
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        if re.search(r"background[^;]*var\(--(?:red|orange|yellow|blue)\)", body):
            assert ".bar[" in selector, f"{selector.strip()} draws a level"
            assert "clip-path" not in body
