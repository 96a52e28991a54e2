"""Dash, with two things of ours: pages are waited for, and a page gets only files of its kind.

Dash writes every registered script and style into every page. A wall must not load the desks'
component libraries (its first load is what it has to fetch after each restart), and the desks'
pages must not start the wall's scripts.
"""

from __future__ import annotations

import re
from typing import Any

from dash import Dash

#: Pages made for walls; all others are the leaders'.
WALL_PATHS = ("/wall", "/steer", "/styleguide")
_DESK_FILES = ("dash_mantine_components", "dash_ag_grid", "/assets/review/")
#: what stands in assets/ and is good for both
_SHARED = ("/assets/tokens.css", "/assets/plotly.js")
_ADDRESS = re.compile(r'(?:src|href)="([^"]+)"')


class ReviewDash(Dash):
    """The app, for walls and desks."""

    def enable_pages(self) -> None:
        """Dash's router with `async def` layouts. Its plain one, like each plain callback, would
        run in the event loop, where the walls' streams are; it is only chosen by a package that
        FastAPI does not need."""
        self._use_async = True
        super().enable_pages()

    def interpolate_index(self, *args: Any, **parts: Any) -> str:
        """The page without the files of the other kind."""
        request = self.backend.request_adapter()
        path = str(getattr(request, "path", "/"))
        parts["css"] = keep(parts.get("css", ""), path)
        parts["scripts"] = keep(parts.get("scripts", ""), path)
        return str(super().interpolate_index(*args, **parts))


def for_walls(path: str) -> bool:
    """Whether a path shows a wall or what belongs to it."""
    return any(path == one or path.startswith(one + "/") for one in WALL_PATHS)


def keep(tags: str, path: str) -> str:
    """The lines of tags that a page at `path` needs."""
    wall = for_walls(path)
    return "\n".join(line for line in tags.split("\n") if _wanted(line, wall))


def _wanted(line: str, wall: bool) -> bool:
    found = _ADDRESS.search(line)
    if found is None:
        return True
    address = found.group(1)
    if any(part in address for part in _DESK_FILES):
        return not wall
    return wall or "/assets/" not in address or address.startswith(_SHARED)
