"""Colours and type of the wall, for what CSS can't reach (the figure) and for tests.

The same values stand in ``assets/wall.css`` as custom properties; a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Worst first, as lists show them. Colours of levels are used for nothing else.
LEVELS = ("red", "orange", "yellow", "blue")

FONT_STACK = (
    '"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", '
    '"Microsoft YaHei", "Noto Sans", system-ui, sans-serif'
)


@dataclass(frozen=True, slots=True)
class Theme:
    """One palette: calm near-black, greys, one accent, four level colours."""

    ground: str
    line: str
    text: str
    soft: str
    faint: str
    accent: str
    levels: dict[str, str]


DARK = Theme(
    ground="#0b0f14",
    line="#26313b",
    text="#f1f5f8",
    soft="#b4c0ca",
    faint="#8797a5",
    accent="#5fcfc4",
    levels={"red": "#ff5c6a", "orange": "#ff9440", "yellow": "#f0c63c", "blue": "#5aa4ff"},
)

THEMES = {"dark": DARK}
