"""Scenes: what a wall shows, where on it, and what it rotates through.

`read(path, city)` turns a scene file (docs/scenes.md) into a checked, frozen :class:`SceneFile`,
or raises a `ConfigError` with every mistake of the file. :class:`Scenes` holds the last good one
and reads the file again when it changes. What a file leaves out is as in `default.toml`.
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
from dashboard.config.scenes.reader import check, read

__all__ = [
    "PANELS",
    "Base",
    "Layout",
    "MapSettings",
    "Overlay",
    "Profile",
    "Scene",
    "SceneFile",
    "Scenes",
    "Wall",
    "check",
    "for_page",
    "read",
]
