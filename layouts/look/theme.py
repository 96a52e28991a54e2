"""Colours and type for what CSS cannot reach (figures), and the contrast of every pair (WCAG 2.2).

Pure. ``assets/tokens.css`` has the same values as custom properties; a test compares them. The
style guide shows the pairs, ``scripts/contrast_table.py`` writes them into docs/design-system.md,
tests hold them to their limits.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Worst first, as lists show them. Colours of levels are used for nothing else.
LEVELS = ("red", "orange", "yellow", "blue")

FONT_STACK = (
    '"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", '
    '"Microsoft YaHei", "Noto Sans", system-ui, sans-serif'
)


#: No colour: the background shows through.
CLEAR = "rgba(0,0,0,0)"


@dataclass(frozen=True, slots=True)
class Theme:
    """One palette: a ground, greys, one accent, four level colours, a ramp for the map."""

    ground: str
    #: Under a header's first notice (data grow old).
    raised: str
    #: Hairlines, the empty part of a bar: seen, never read.
    line: str
    track: str
    text: str
    soft: str
    faint: str
    #: Stronger than text: what is overdue.
    bright: str
    accent: str
    #: The accent laid thinly under a line.
    wash: str
    levels: dict[str, str]
    #: Around a mark on the map; and around a red one once more.
    edge: str
    rim: str
    #: A map cell's disc, an area's outline, the ramp.
    cell: str
    border: str
    shades: tuple[str, ...]
    #: Behind a row that just came; behind one that is past its last step.
    news: str
    lit: str
    #: A step of the ladder that is not reached yet.
    pip: str
    #: Behind the banner: data are stale; something has stopped (and the words on it).
    notice: str
    alarm: str
    on_alarm: str


DARK = Theme(
    ground="#0b0f14",
    raised="#11171e",
    line="#26313b",
    track="#222c35",
    text="#f1f5f8",
    soft="#b4c0ca",
    faint="#8797a5",
    bright="#ffffff",
    accent="#5fcfc4",
    wash="#5fcfc424",
    levels={"red": "#ff5563", "orange": "#f98b2b", "yellow": "#fbd94f", "blue": "#5aa4ff"},
    edge="#0b0f14",
    rim="#ffffff",
    cell="#c7d6e061",
    border="#3d4c58",
    shades=("#121920", "#16242c", "#1a313b", "#20404b", "#274f5c", "#30606e"),
    news="#1d2b33",
    lit="#1a222b",
    pip="#36434f",
    notice="#2a353f",
    alarm="#e8edf1",
    on_alarm="#0b0f14",
)

LIGHT = Theme(
    ground="#faf9f6",
    raised="#f3f1ea",
    line="#d6d3cb",
    track="#e2dfd7",
    text="#15181c",
    soft="#3f474f",
    faint="#5a636c",
    bright="#000000",
    accent="#08706a",
    wash="#08706a1f",
    levels={"red": "#9c0e2e", "orange": "#b34d00", "yellow": "#ad8400", "blue": "#1766c9"},
    edge="#faf9f6",
    rim="#15181c",
    cell="#3a4c5952",
    border="#a9b2b6",
    shades=("#f2f1ec", "#e3eae8", "#d2e0de", "#bfd5d3", "#abc9c7", "#95bcba"),
    news="#ecf3f0",
    lit="#f3f1ea",
    pip="#c2bfb6",
    notice="#dedad0",
    alarm="#1d2329",
    on_alarm="#ffffff",
)

THEMES = {"dark": DARK, "light": LIGHT}


def see_through(colour: str) -> str:
    """A ``#rrggbbaa`` as figures want it."""
    red, green, blue, alpha = bytes.fromhex(colour[1:])
    return f"rgba({red}, {green}, {blue}, {alpha / 255:.2f})"


def theme_name(wanted: str | None, default: str = "dark") -> str:
    """The theme asked for by an address, or the default when it is not one of ours."""
    return wanted if wanted in THEMES else default


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
    ("step reached, next to one not", "text", "pip", MARK),
    ("red's rim on the map", "rim", "edge", MARK),
)
#: Backgrounds of a level's mark; on the map it is inside its edge.
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
