"""The one shape of each level, for screens and documents; no other place draws a level.

``scripts/level_shapes.py`` writes ``assets/levels.css`` (marks on walls and pages) and
``assets/levels.mjs`` (marks on the map's canvas) from it; documents take the character.
"""

from __future__ import annotations

from typing import NamedTuple


class LevelShape(NamedTuple):
    """A level's mark, in a square that reaches from -1 to 1 in both directions, y downwards."""

    word: str
    #: corners; none for a disc
    corners: tuple[tuple[float, float], ...]
    #: of a disc
    radius: float
    #: the same shape as a character of the documents' fonts
    character: str


#: worst first; the areas are about equal, so that no level looks larger than another
SHAPES: dict[str, LevelShape] = {
    "red": LevelShape("diamond", ((0, -1), (0.92, 0), (0, 1), (-0.92, 0)), 0, "◆"),
    "orange": LevelShape("triangle", ((0, -0.88), (0.96, 0.84), (-0.96, 0.84)), 0, "▲"),
    "yellow": LevelShape(
        "square", ((-0.76, -0.76), (0.76, -0.76), (0.76, 0.76), (-0.76, 0.76)), 0, "■"
    ),
    "blue": LevelShape("disc", (), 0.8, "●"),
}


def clip_path(shape: LevelShape) -> str:
    """The shape as CSS cuts a box to it."""
    if not shape.corners:
        return f"circle({50 * shape.radius:g}%)"
    corners = ", ".join(f"{_percent(x)} {_percent(y)}" for x, y in shape.corners)
    return f"polygon({corners})"


def _percent(place: float) -> str:
    """From -1 … 1 to 0 % … 100 %."""
    return f"{50 + 50 * place:g}%"
