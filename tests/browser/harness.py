"""The wall on fixed data: the real layout, wiring and assets; a stream the test holds the reins of.

``Fixture(city)`` serves ``/wall`` on a free port of the loopback. A test changes what it
sends: ``show`` a new state (as a patch), ``age`` and ``health`` of the beats, ``silent``
(no beats), ``down`` (refuses connections).
"""

from __future__ import annotations

import asyncio
import json
import socket
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import uvicorn
from dash import Input, Output, dcc, html
from dash.development.base_component import Component
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse

from callbacks import wall as wall_callbacks
from dashboard import ROOT
from dashboard.config.cities import City, load
from dashboard.config.scenes import Scenes
from dashboard.web.answers.asset_urls import assets_version
from dashboard.web.answers.static_cache import StaticCache
from dashboard.web.api import map as places_api
from dashboard.web.api import map as tiles_api
from dashboard.web.dash_app import ReviewDash
from layouts.look.city import CityView
from layouts.look.theme import theme_name
from layouts.screens.pairing import with_old_first
from layouts.styleguide import page as guide
from layouts.styleguide.frame import frame as guide_frame
from layouts.wall import page as wall
from tests.support.merge_patch import merged

from .frames import NOW, Panels, panels
from .places import placed

ASSETS = ROOT / "assets"
CSP = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; script-src 'self' {hashes}"
)


def city_view(city: City) -> CityView:
    """The pack as the wall needs it."""
    both = {
        kind: {code: {"zh": one.zh, "en": one.en} for code, one in getattr(city, kind).items()}
        for kind in ("departments", "categories", "places")
    }
    return CityView(
        id=city.id,
        name={"zh": city.zh, "en": city.en},
        title={"zh": city.title_zh, "en": city.title_en},
        simulated=city.simulated,
        zone=city.zone,
        bounds=city.bounds,
        areas_url="/city/areas.geojson",
        credit={"zh": "公开数据，仅供演示", "en": "public data, for demonstration"},
        **both,
    )


class Fixture:
    """A served wall; use as a context manager."""

    def __init__(
        self, city_id: str = "chifeng", kind: str = "live", scenes: Path | None = None
    ) -> None:
        self.city = load(city_id)
        self.scenes = Scenes(scenes, self.city)
        #: where tiles of a server are kept
        self.cache = Path(tempfile.gettempdir()) / "gridwall-fixture"
        self.state: Panels = panels(self.city, kind)
        self.version = 1
        self.log: list[tuple[int, Panels]] = []
        self.age = 400
        self.health: dict[str, Any] = {"state": "live", "stop": None, "lag": 0}
        #: ms since each part of the engine was last seen
        self.parts: dict[str, int | None] = {
            "projector": 100,
            "clock": 100,
            "feed": 300,
            "watcher": 2000,
            "auditor": 12_000,
        }
        self.checked_ago = 12_000
        self.build = "one"
        #: where the beats say that this wall is steered to
        self.steer: list[dict[str, Any]] = []
        self.speed = 1.0
        self.silent = False
        self.down = False
        #: the next patch claims to follow on a version that no client has
        self.lie = False
        self.connections = 0
        #: the errors that pages reported
        self.errors: list[dict[str, Any]] = []
        #: what pages answered to orders
        self.heard: list[dict[str, Any]] = []
        self.began = time.monotonic()
        self.app = self._app()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.server = uvicorn.Server(
            uvicorn.Config(self.app, host="127.0.0.1", port=self.port, log_level="warning")
        )
        self.thread = threading.Thread(target=self.server.run, daemon=True)

    def url(self, lang: str = "zh", **more: str) -> str:
        query = urlencode({"lang": lang, **more})
        return f"http://127.0.0.1:{self.port}/wall?{query}"

    def show(self, patch: Panels) -> None:
        """Send a patch; the state a newcomer gets moves with it."""
        self.state = merged(self.state, patch)
        self.version += 1
        self.log.append((self.version, patch))

    def replace(self, kind: str) -> None:
        """Set another whole state for every client that connects from now on."""
        self.state = panels(self.city, kind)
        self.version += 1

    def __enter__(self) -> Fixture:
        self.thread.start()
        while not self.server.started:
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self.server.should_exit = True
        self.server.force_exit = True
        self.thread.join(5)

    def _app(self) -> FastAPI:
        server = FastAPI()

        @server.get("/stream")
        async def stream(area: str = "") -> Response:
            if self.down:
                return Response(status_code=503)
            return StreamingResponse(
                self._events(area),
                media_type="text/event-stream",
                headers={"Cache-Control": "no-store"},
            )

        @server.get("/api/v1/scenes")
        async def scenes() -> JSONResponse:
            return JSONResponse(self.scenes.page())

        @server.get("/healthz")
        async def healthz() -> Response:
            return Response(status_code=503 if self.down else 200)

        @server.post("/api/v1/steer/heard")
        async def heard(request: Request) -> JSONResponse:
            self.heard.append(await request.json())
            return JSONResponse({"again_ms": 1000})

        @server.post("/api/v1/wall-errors")
        async def wall_error(request: Request) -> Response:
            self.errors.append(await request.json())
            return Response(status_code=204)

        server.include_router(places_api.places_router(self.city))
        ground = tiles_api.Ground(lambda: self.scenes.current, "", self.cache, self.city)
        server.include_router(tiles_api.tiles_router(ground))

        @server.get("/city/areas.geojson")
        async def areas() -> JSONResponse:
            return JSONResponse(self.city.areas)

        app = ReviewDash(
            "wall",
            server=server,
            assets_folder=str(ASSETS),
            include_assets_files=False,
            suppress_callback_exceptions=True,
            update_title="",
            title="Gridwall",
        )
        app.index_string = with_old_first(app.index_string, "/assets/{}".format)
        view = city_view(self.city)
        app.layout = html.Div([dcc.Location(id="at"), html.Div(id="page")])

        @app.callback(Output("page", "children"), Input("at", "pathname"), Input("at", "search"))
        def page(path: str, search: str) -> Component:
            query = {k: v[0] for k, v in parse_qs((search or "").lstrip("?")).items()}
            if path.startswith(guide.PATH):
                return guide_frame(**query) if path.endswith("/frame") else guide.page(**query)
            theme = theme_name(query.get("theme"), self.scenes.current.wall.theme)
            return wall.layout(view, query.get("lang", "zh"), theme, scenes=self.scenes.page())

        wall_callbacks.register(app)
        server.add_middleware(StaticCache, version=assets_version())
        # Dash collects the assets before its first own request; a page that is asked for
        # first would come without them.
        app._setup_server()
        policy = CSP.format(hashes=" ".join(app.csp_hashes()))

        @server.middleware("http")
        async def secure(request: Any, call_next: Any) -> Any:
            response = await call_next(request)
            response.headers["Content-Security-Policy"] = policy
            return response

        return server

    def _beat(self) -> dict[str, Any]:
        passed = round((time.monotonic() - self.began) * 1000)
        self.scenes.refresh()
        return {
            "now": NOW + round(passed * self.speed),
            "speed": self.speed,
            "wall": NOW + passed,
            "age": self.age,
            "health": self.health,
            "checked": {"at": NOW + passed - self.checked_ago, "differences": 0},
            "parts": self.parts,
            "recount": 400,
            "build": self.build,
            "steer": self.steer,
            "scenes": self.scenes.fingerprint,
        }

    async def _events(self, area: str = "") -> AsyncIterator[str]:
        self.connections += 1
        version = self.version
        state = {**self.state, **placed(self.city, area)} if area else self.state
        if area:
            state["head"] = {**self.state["head"], **state["head"]}
        yield _event("frame", {"v": version, "base": None, "panels": state}, version)
        at = 0.0
        sent = len(self.log)
        while not self.down:
            if not self.silent and time.monotonic() - at >= 1:
                at = time.monotonic()
                yield _event("beat", self._beat())
            for v, patch in self.log[sent:]:
                base = version - 1 if self.lie else version
                self.lie = False
                yield _event("frame", {"v": v, "base": base, "panels": patch}, v)
                version = v
            sent = len(self.log)
            await asyncio.sleep(0.05)


def _event(kind: str, data: object, id_: int | None = None) -> str:
    head = f"event: {kind}\n" + (f"id: {id_}\n" if id_ is not None else "")
    return head + f"data: {json.dumps(data, separators=(',', ':'))}\n\n"
