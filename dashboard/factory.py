"""Puts the app together: Dash on FastAPI, the composer and the fan-out, the routes.

The only place where pages, data and wiring meet.
"""

from __future__ import annotations

import asyncio
import gc
import hashlib
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import dash
from dash import Dash
from fastapi import FastAPI
from fastapi.responses import FileResponse, RedirectResponse, Response

from callbacks import wall as wall_callbacks
from dashboard import compression, security
from dashboard.api import actions, health
from dashboard.api import outbox as outbox_api
from dashboard.api import past as past_api
from dashboard.api import scores as scores_api
from dashboard.api import wall as wall_api
from dashboard.api import warnings as warnings_api
from dashboard.cities import City
from dashboard.cities import load as load_city
from dashboard.errors import GridwallError
from dashboard.i18n import language
from dashboard.rulebook import rules_for
from dashboard.settings import Settings, load
from data_sources.connection import connect
from data_sources.embedded import running_url
from data_sources.hub import Hub
from data_sources.ledger import Ledgers
from data_sources.past.asof import make_past
from data_sources.scores import Scores
from data_sources.story import Stories
from data_sources.stream import ActionLog
from data_sources.wallsite import make_composer
from data_sources.warnings import read_warnings
from layouts import wall as wall_layout
from layouts.city import CityView

ROOT = Path(__file__).resolve().parents[1]


def create_app(settings: Settings | None = None) -> Dash:
    """The app, ready to serve; raises :class:`GridwallError` if there is no Redis to use."""
    settings = settings or load()
    url = settings.redis_url or running_url(settings.city_dir)
    if url is None:
        raise GridwallError(
            f"no Redis: GRIDWALL_REDIS_URL is not set and no engine runs in {settings.city_dir}"
        )
    city = load_city(settings.city)
    composer = make_composer(settings, url, _build_id())
    hub = Hub(lambda: [f for f in (composer.full(), composer.last_beat()) if f is not None])

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await _first_request(app)
        # What stands now stands for good: without this, every tick's garbage would make the
        # collector walk through the whole of Dash again, a third of the worker's time.
        gc.collect()
        gc.freeze()
        stop = asyncio.Event()
        task = asyncio.create_task(composer.run(hub.publish, stop))
        yield
        stop.set()
        await task

    server = FastAPI(
        title="Gridwall",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    log = _log_factory(url, settings.shards)
    token = settings.intake_token.get_secret_value() if settings.intake_token else None
    rules = rules_for(settings)
    local, store = rules.local, connect(url)
    server.include_router(health.router(composer, hub))
    stories, ledgers = (
        Stories(store, settings.shards, rules),
        Ledgers(store, settings.shards, local, city.places),
    )
    # before the wall's own routes: an event's path would take its actions' path as well
    server.include_router(
        past_api.router(ledgers, stories, lambda state: wall_api.shown(state, local))
    )
    past = make_past(settings, url)
    server.include_router(wall_api.router(composer, hub, log, local, past))
    server.include_router(actions.router(log, token))
    server.include_router(scores_api.router(Scores(store, settings.shards, rules)))
    server.include_router(warnings_api.router(partial(read_warnings, store), local))
    server.include_router(outbox_api.router(lambda: store, settings.shards))
    _add_files(server, city)
    app = Dash(
        __name__,
        server=server,  # type: ignore[arg-type]  # Dash's own annotation knows Flask only
        use_pages=True,
        pages_folder="",
        assets_folder=str(ROOT / "assets"),
        # the shared worker is loaded by the page's script, not as a script of the page
        assets_ignore=r"\.worker\.js$",
        assets_path_ignore=["vendor"],  # loaded when a figure needs it
        title="Gridwall",
        update_title="",
        serve_locally=True,
        suppress_callback_exceptions=True,
    )
    # pages call the server rarely; a second socket from every wall would serve nothing
    app.backend.websocket_capability = False
    _add_wall(app, city_view(city, settings), settings.lang)
    wall_callbacks.register(app)
    server.add_middleware(compression.StaticCache)
    server.add_middleware(security.SecurityHeaders, script_hashes=app.csp_hashes)
    return app


def city_view(city: City, settings: Settings) -> CityView:
    """What the screens must know of a city pack."""

    def both(item: object) -> dict[str, str]:
        return {"zh": item.zh, "en": item.en}  # type: ignore[attr-defined]

    return CityView(
        id=city.id,
        name=both(city),
        title={"zh": city.title_zh, "en": city.title_en},
        simulated=city.simulated,
        zone=settings.tz or city.zone,
        bounds=city.bounds,
        areas_url="/city/areas.geojson",
        credit={"zh": city.credit_zh, "en": city.credit_en},
        departments={code: both(d) for code, d in city.departments.items()},
        categories={code: both(c) for code, c in city.categories.items()},
        places={code: both(p) for code, p in city.places.items() if p.tier in city.named_tiers},
    )


async def _first_request(app: Dash) -> None:
    """What Dash does before its first own request (gather scripts, wire the pages), done now:
    the first page asked for would come without it."""
    hooks: list[Callable[[], object]] = vars(app.backend)["_before_request_funcs"]
    for hook in hooks:
        done = hook()
        if inspect.isawaitable(done):
            await done


def _add_wall(app: Dash, view: CityView, default_lang: str) -> None:
    def page(lang: str | None = None, **_: str) -> object:
        return wall_layout.layout(view, language(lang or default_lang))

    dash.register_page("wall", path="/wall", title="Gridwall", layout=page)
    app.layout = dash.page_container


def _add_files(server: FastAPI, city: City) -> None:
    @server.get("/city/areas.geojson", include_in_schema=False)
    async def areas() -> Response:
        """The city's outlines."""
        path = city.directory / "areas.geojson"
        return FileResponse(path, media_type="application/geo+json")

    @server.get("/", include_in_schema=False)
    async def root() -> RedirectResponse:
        """Until there are other pages, the wall is the front page."""
        return RedirectResponse("/wall")


def _log_factory(url: str, shard_count: int) -> partial[ActionLog]:
    return partial(ActionLog, connect(url), shard_count)


def _build_id() -> str:
    """Changes when the screen's files do, so that a wall knows to load itself anew."""
    digest = hashlib.blake2b(digest_size=6)
    for folder in ("assets", "layouts", "callbacks", "dashboard"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".js", ".css", ".po", ".toml"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()
