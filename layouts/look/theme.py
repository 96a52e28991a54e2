"""Colours and type of the wall, for what CSS can't reach (the figure) and for tests.

The same values stand in ``assets/tokens.css`` as custom properties; a test compares them.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Worst first, as lists show them. Colours of levels are used for nothing else.
LEVELS = ("red", "orange", "yellow", "blue")

FONT_STACK = (
    '"Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", '
    '"Microsoft YaHei", "Noto Sans", system-ui, sans-serif'
)


#: Not a colour: what lies behind shows.
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
