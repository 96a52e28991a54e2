"""Dash with two changes: layouts are awaited, and a page gets only the files of its kind.

Dash would write every script and style of `assets/` into every page, in the order of their paths.
A wall must not load the leaders' component libraries (it has to fetch them again after each
restart), and the leaders' pages must not start the wall's scripts. Which of our files a page loads
is listed here and nowhere else: its styles in their order, and the one module that imports all
others.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from dash import Dash
from fastapi import FastAPI

from dashboard import ROOT
from dashboard.web.answers.asset_urls import asset, module, modules

#: Pages made for walls; all others are the leaders'.
WALL_PATHS = ("/wall", "/steer", "/styleguide")
#: component libraries of the leaders' pages
_DESK_FILES = ("dash_mantine_components", "dash_ag_grid")
_WALL_STYLES = (
    "screens/steer_page.css",
    "screens/styleguide.css",
    "tokens.css",
    "levels.css",
    "signs.css",
    "wall/css/wall.css",
    "wall/css/area.css",
    "wall/css/attention.css",
    "wall/css/board.css",
    "wall/css/brief.css",
    "wall/css/header.css",
    "wall/css/kpis.css",
    "wall/css/lists.css",
    "wall/css/map.css",
    "wall/css/panels.css",
    "wall/css/side.css",
    "wall/css/layout.css",
    "wall/css/states.css",
    "wall/css/why.css",
)
_WALL_MODULE = "wall/main.mjs"
_DESK_STYLES = (
    "tokens.css",
    "levels.css",
    "signs.css",
    "pages/base.css",
    "pages/briefs.css",
    "pages/departments.css",
    "pages/event.css",
    "pages/exporting.css",
    "pages/icons.css",
    "pages/movers.css",
    "pages/overview.css",
    "pages/events.css",
    "pages/parts.css",
    "pages/past/past.css",
    "pages/people.css",
    "pages/queue/queue.css",
    "pages/search.css",
    "pages/scenes/scenes.css",
    "pages/shell.css",
)
_DESK_MODULE = "pages/main.mjs"
_ADDRESS = re.compile(r'(?:src|href)="([^"]+)"')


class ReviewDash(Dash):
    """The app, for walls and the leaders' pages."""

    async def prepare(self) -> None:
        """Do what Dash does before its first request: gather scripts, wire the pages.

        Without it, the first request would have no pages.
        """
        hooks: list[Callable[[], object]] = vars(self.backend)["_before_request_funcs"]
        for hook in hooks:
            done = hook()
            if inspect.isawaitable(done):
                await done

    def enable_pages(self) -> None:
        """Use Dash's router with `async def` layouts.

        Its plain router would run layouts and callbacks in the event loop, where the walls' streams
        are. Dash chooses the other only if a package is installed that FastAPI does not need.
        """
        self._use_async = True
        super().enable_pages()

    def _generate_renderer(self) -> str:
        """Dash's start as a module: modules run in their order, so it waits for ours."""
        return f'<script id="_dash-renderer" type="module">{self.renderer}</script>'

    def interpolate_index(self, *args: Any, **parts: Any) -> str:
        """The HTML of a page, without the files of the other kind."""
        request = self.backend.request_adapter()
        path = str(getattr(request, "path", "/"))
        wall = for_walls(path)
        parts["css"] = f"{_styles(wall)}\n{_preloads(wall)}\n{keep(parts.get('css', ''), path)}"
        parts["scripts"] = f"{keep(parts.get('scripts', ''), path)}\n{_script(wall)}"
        return str(super().interpolate_index(*args, **parts))


def make_dash(server: FastAPI) -> ReviewDash:
    """The Dash app on this server, without pages yet."""
    app = ReviewDash(
        __name__,
        server=server,  # type: ignore[arg-type]  # Dash's own annotation knows Flask only
        use_pages=True,
        pages_folder="",
        assets_folder=str(ROOT / "assets"),
        include_assets_files=False,  # ReviewDash has the list of each kind of page
        title="Gridwall",
        update_title="",
        serve_locally=True,
        suppress_callback_exceptions=True,
    )
    # pages call the server rarely; a second socket from every wall would serve nothing
    app.backend.websocket_capability = False
    return app


def for_walls(path: str) -> bool:
    """Whether a path shows a wall, the steering page or the style guide."""
    return any(path == one or path.startswith(one + "/") for one in WALL_PATHS)


def keep(tags: str, path: str) -> str:
    """The lines of `tags` that a page at `path` needs."""
    wall = for_walls(path)
    return "\n".join(line for line in tags.split("\n") if _wanted(line, wall))


def _wanted(line: str, wall: bool) -> bool:
    found = _ADDRESS.search(line)
    return found is None or not (wall and any(part in found.group(1) for part in _DESK_FILES))


@cache
def _styles(wall: bool) -> str:
    names = _WALL_STYLES if wall else _DESK_STYLES
    return "\n".join(f'<link rel="stylesheet" href="{asset(name)}">' for name in names)


@cache
def _preloads(wall: bool) -> str:
    """Links that fetch all modules of a page side by side, before any of them is read."""
    names = modules(_entry(wall))
    return "\n".join(f'<link rel="modulepreload" href="{module(name)}">' for name in names)


@cache
def _script(wall: bool) -> str:
    return f'<script type="module" src="{module(_entry(wall))}"></script>'


def _entry(wall: bool) -> str:
    return _WALL_MODULE if wall else _DESK_MODULE
