"""Which colours meet on a screen, and how far apart they are (WCAG 2.2).

Pure: a table of pairs and the ratio. The style guide shows the values, ``docs/design-system.md``
has them by ``scripts/contrast_table.py``, the tests hold them to their limits.
"""

from __future__ import annotations

from dataclasses import dataclass

from layouts.look.theme import LEVELS, Theme

#: WCAG 1.4.3 (AA) for words, 1.4.6 (AAA) for the numbers, 1.4.11 for marks.
AA, AAA, MARK = 4.5, 7.0, 3.0


@dataclass(frozen=True, slots=True)
class Pair:
    """A colour on another, and the ratio the two must have."""

    what: str
    front: str
    behind: str
    least: float


#: Words. Everything that is read has AA; the big numbers, which are text on ground, AAA.
WORDS = (
    ("number", "text", "ground", AAA),
    ("overdue", "bright", "ground", AAA),
    ("overdue, raised", "bright", "lit", AAA),
    ("text", "text", "raised", AA),
    ("text, new row", "text", "news", AA),
    ("text, raised row", "text", "lit", AA),
    ("second line", "soft", "ground", AA),
    ("second line, new row", "soft", "news", AA),
    ("second line, raised row", "soft", "lit", AA),
    ("aside", "faint", "ground", AA),
    ("aside, new row", "faint", "news", AA),
    ("aside, raised row", "faint", "lit", AA),
    ("age, fresh", "accent", "ground", AA),
    ("banner, ageing", "text", "raised", AA),
    ("banner, stale", "bright", "notice", AA),
    ("banner, stopped", "on_alarm", "alarm", AA),
    ("map label in its halo", "text", "edge", AA),
)

#: Marks: bars, rings, steps of the ladder, lines of the trend.
MARKS = (
    ("bar", "accent", "ground", MARK),
    ("bar on its track", "accent", "track", MARK),
    ("clock's bar on its track", "faint", "track", MARK),
    ("overdue bar on its track", "bright", "track", MARK),
    ("the day before's line", "faint", "ground", MARK),
    ("step reached beside one not", "text", "pip", MARK),
    ("red's rim on the map", "rim", "edge", MARK),
)
#: What a level's mark may lie on; on the map it lies in its edge.
BEHIND_LEVELS = ("ground", "lit", "news", "edge")


def pairs(theme: Theme) -> list[Pair]:
    """Every pair of a theme, words first, then marks, then the levels."""
    found = [
        Pair(what, getattr(theme, front), getattr(theme, behind), least)
        for what, front, behind, least in (*WORDS, *MARKS)
    ]
    for level in LEVELS:
        colour = theme.levels[level]
        worst = min(
            (getattr(theme, name) for name in BEHIND_LEVELS),
            key=lambda behind: contrast(colour, behind),
        )
        found.append(Pair(f"{level}, where it shows least", colour, worst, MARK))
    return found


def luminance(colour: str) -> float:
    """WCAG's relative luminance of ``#rrggbb``."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """1 (the same) to 21 (black on white)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
