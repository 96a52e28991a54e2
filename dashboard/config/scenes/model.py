"""The content of a scene file, as frozen values; nothing here reads a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

#: The panels of the page; a layout places some of them, each once.
PANELS = (
    "kpis",
    "levels",
    "trend",
    "map",
    "places",
    "stage",
    "queue",
    "scores",
    "departments",
    "brief",
    "area",
    "surges",
)

Shape = Literal["landscape", "wide", "tall"]
#: landscape: 16:9 and similar; wide: 12:5 and wider; tall: higher than wide.
SHAPES: tuple[Shape, ...] = ("landscape", "wide", "tall")

THEMES = ("dark", "light")
SHADES = ("open", "overdue", "rate")
KINDS = ("none", "xyz", "wmts", "mbtiles", "pmtiles")
MARKS = ("dot", "square", "triangle", "cross", "line")
LANGUAGES = ("zh", "en")

Names = Mapping[str, str]
Cells = tuple[tuple[str, ...], ...]
#: A cell of a layout that is left free.
NOTHING = "."


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """A grid: shares of its columns and rows, and the panel in each cell.

    A seam is the index of the column (row) that begins on the next screen.
    """

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    cells: Cells
    column_seams: tuple[int, ...] = ()
    row_seams: tuple[int, ...] = ()

    @property
    def panels(self) -> tuple[str, ...]:
        """The panels, in reading order."""
        return tuple(dict.fromkeys(c for row in self.cells for c in row if c != NOTHING))

    def span(self, panel: str) -> tuple[int, int, int, int]:
        """First row, first column, last row + 1 and last column + 1 of a panel."""
        at = [(y, x) for y, row in enumerate(self.cells) for x, c in enumerate(row) if c == panel]
        ys, xs = [y for y, _ in at], [x for _, x in at]
        return min(ys), min(xs), max(ys) + 1, max(xs) + 1


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """A named picture in its three shapes; `area` is a place's code, "" for that of the address."""

    id: str
    name: Names
    area: str
    landscape: Layout
    wide: Layout
    tall: Layout

    def layout(self, shape: Shape) -> Layout:
        """The layout for a screen of this shape."""
        found: Layout = getattr(self, shape)
        return found


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """A wall made of several screens; `bezel` is the gap between two, px of the design."""

    id: str
    columns: int = 1
    rows: int = 1
    bezel: float = 0.0


class Wall(msgspec.Struct, frozen=True, kw_only=True):
    """What a screen does unless its address overrides it."""

    #: seconds a scene; 0: stay
    rotate: float = 0.0
    scenes: tuple[str, ...] = ("overview",)
    theme: str = "dark"
    profile: str = ""
    #: a place's code; "": the whole city
    area: str = ""
    #: zh or en; "": the server's
    lang: str = ""
    #: "22:00-07:00" in local time: no sound; "" for never quiet
    quiet: str = "22:00-07:00"
    volume: float = 0.6
    voice: bool = True


class Base(msgspec.Struct, frozen=True, kw_only=True):
    """The base map: nothing, tiles from an address, or tiles from a file."""

    kind: str = "none"
    url: str = ""
    file: Path | None = None
    credit: str = ""


class MapSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What the map's areas are shaded by, and the base map."""

    shade: str = "open"
    heat: bool = False
    base: Base = Base()


class Overlay(msgspec.Struct, frozen=True, kw_only=True):
    """Places of the city's own on the map: a GeoJSON file and the mark it is drawn with."""

    file: Path
    name: Names
    mark: str = "dot"
    #: the scenes whose map shows it; None: every map
    scenes: tuple[str, ...] | None = None


class SceneFile(msgspec.Struct, frozen=True, kw_only=True):
    """A scene file, checked: every name in it exists."""

    wall: Wall
    #: by the name of a screen: `wall` with what is set for this screen alone
    screens: Mapping[str, Wall] = msgspec.field(default_factory=dict)
    map: MapSettings
    overlays: tuple[Overlay, ...]
    profiles: Mapping[str, Profile]
    scenes: Mapping[str, Scene]

    def of(self, screen: str) -> Wall:
        """What a screen does; "" and a name that the file lacks get what every screen does."""
        return self.screens.get(screen, self.wall)
