"""Scenes: what a wall shows, where on it, and what it rotates through.

`read(path, city)` turns a scene file (docs/scenes.md) into a checked, frozen :class:`SceneFile`
or raises :class:`SceneError` with every mistake of the file and its line. :class:`Scenes` holds
the last good one and looks whether the file changed. What a file does not say is as in
`default.toml`.
"""

from dashboard.config.scenes.holder import Scenes
from dashboard.config.scenes.model import (
    PANELS,
    Base,
    Layout,
    MapSettings,
    Overlay,
    Profile,
    Scene,
    SceneFile,
    Wall,
)
from dashboard.config.scenes.page import for_page
from dashboard.config.scenes.reader import SceneError, read

__all__ = [
    "PANELS",
    "Base",
    "Layout",
    "MapSettings",
    "Overlay",
    "Profile",
    "Scene",
    "SceneError",
    "SceneFile",
    "Scenes",
    "Wall",
    "for_page",
    "read",
]
