"""A scene file as the page gets it: plain data, every layout written out for every wall."""

from __future__ import annotations

from typing import Any

from dashboard.config.scenes.model import SHAPES, Layout, Overlay, Scene, SceneFile, Wall
from dashboard.config.scenes.shapes import fit


def for_page(file: SceneFile, fingerprint: str) -> dict[str, Any]:
    """What the browser needs; no path on the server and no address with a key in it."""
    return {
        "fingerprint": fingerprint,
        "wall": _wall(file.wall),
        "screens": {name: _wall(one) for name, one in file.screens.items()},
        "map": {
            "shade": file.map.shade,
            "heat": file.map.heat,
            "base": {"kind": file.map.base.kind, "credit": file.map.base.credit},
        },
        "overlays": [_overlay(n, one) for n, one in enumerate(file.overlays)],
        "profiles": {
            one.id: {"columns": one.columns, "rows": one.rows, "bezel": one.bezel}
            for one in file.profiles.values()
        },
        "scenes": {one.id: _scene(file, one) for one in file.scenes.values()},
    }


def _wall(wall: Wall) -> dict[str, Any]:
    return {name: _plain(getattr(wall, name)) for name in wall.__struct_fields__}


def _scene(file: SceneFile, scene: Scene) -> dict[str, Any]:
    shapes = {shape: scene.layout(shape) for shape in SHAPES}
    return {
        "name": dict(scene.name),
        "area": scene.area,
        **{
            shape: {
                **_layout(layout),
                "screens": {
                    one.id: _layout(fit(layout, one, shape)) for one in file.profiles.values()
                },
            }
            for shape, layout in shapes.items()
        },
    }


def _layout(layout: Layout) -> dict[str, Any]:
    return {
        "columns": list(layout.columns),
        "rows": list(layout.rows),
        "cells": [list(row) for row in layout.cells],
        "seams": [list(layout.column_seams), list(layout.row_seams)],
    }


def _overlay(number: int, overlay: Overlay) -> dict[str, Any]:
    return {
        "id": number,
        "name": dict(overlay.name),
        "mark": overlay.mark,
        "scenes": None if overlay.scenes is None else list(overlay.scenes),
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
