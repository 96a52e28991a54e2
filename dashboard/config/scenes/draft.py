"""A change of a scene file, as `/scenes` sends it: what a wall does, and one scene's layouts.

Only shapes and lengths are checked here. Whether the names in a draft exist, and whether a layout
can be drawn, is for the reader alone: it reads the file as the draft would make it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import msgspec

from dashboard.config.scenes.model import Layout, Scene, Shape, Wall

#: of a screen, a scene, a place
Name = Annotated[str, msgspec.Meta(max_length=80)]
_Cell = Annotated[str, msgspec.Meta(pattern=r"^([a-z]{1,20}|\.)$")]
_Share = Annotated[float, msgspec.Meta(ge=0, le=100_000)]
_Row = Annotated[tuple[_Cell, ...], msgspec.Meta(max_length=24)]
_Seam = Annotated[int, msgspec.Meta(ge=0, le=24)]


class WallDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a screen does; "" is every screen."""

    screen: Name = ""
    rotate: float = 0.0
    scenes: Annotated[tuple[Name, ...], msgspec.Meta(max_length=60)] = ()
    theme: Name = "dark"
    profile: Name = ""
    area: Name = ""
    lang: Name = ""


class LayoutDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A grid, as pages get it (`dashboard/config/scenes/page.py`)."""

    columns: Annotated[tuple[_Share, ...], msgspec.Meta(max_length=24)]
    rows: Annotated[tuple[_Share, ...], msgspec.Meta(max_length=24)]
    cells: Annotated[tuple[_Row, ...], msgspec.Meta(max_length=24)]
    #: of columns, of rows
    seams: tuple[tuple[_Seam, ...], tuple[_Seam, ...]] = ((), ())


class SceneDraft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A scene with the shapes that change; a scene that the file lacks needs all it shall have."""

    id: Name
    name: Mapping[Name, Name]
    area: Name = ""
    layouts: Mapping[Shape, LayoutDraft] = msgspec.field(default_factory=dict)


class Draft(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes in the file; all else stays as it is."""

    wall: WallDraft | None = None
    scene: SceneDraft | None = None
    #: scenes to take out of the file
    gone: Annotated[tuple[Name, ...], msgspec.Meta(max_length=60)] = ()


def of_wall(wall: Wall, screen: str = "") -> WallDraft:
    """The draft that changes nothing of what a screen does."""
    kept = (name for name in WallDraft.__struct_fields__ if name != "screen")
    return WallDraft(screen=screen, **{name: getattr(wall, name) for name in kept})


def of_scene(scene: Scene) -> SceneDraft:
    """The draft that changes nothing of a scene, in all its shapes."""
    shapes: tuple[Shape, ...] = ("landscape", "wide", "tall")
    return SceneDraft(
        id=scene.id,
        name=dict(scene.name),
        area=scene.area,
        layouts={shape: _of_layout(scene.layout(shape)) for shape in shapes},
    )


def _of_layout(layout: Layout) -> LayoutDraft:
    return LayoutDraft(
        columns=layout.columns,
        rows=layout.rows,
        cells=layout.cells,
        seams=(layout.column_seams, layout.row_seams),
    )
