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

from callbacks import steer as steer_callbacks
from callbacks import wall as wall_callbacks
from dashboard import access, compression, guard, security
from dashboard.api import actions, health, wall_errors
from dashboard.api import devices as devices_api
from dashboard.api import outbox as outbox_api
from dashboard.api import past as past_api
from dashboard.api import places as places_api
from dashboard.api import scenes as scenes_api
from dashboard.api import scores as scores_api
from dashboard.api import steering as steering_api
from dashboard.api import tiles as tiles_api
from dashboard.api import wall as wall_api
from dashboard.api import warnings as warnings_api
from dashboard.cities import City
from dashboard.cities import load as load_city
from dashboard.errors import GridwallError
from dashboard.i18n import language
from dashboard.rulebook import rules_for
from dashboard.scenes import Scenes
from dashboard.settings import Settings, load
from data_sources.connection import connect, connect_async
from data_sources.devices import Devices
from data_sources.embedded import running_url
from data_sources.keys import shards
from data_sources.ledger import Ledgers
from data_sources.past.asof import make_past
from data_sources.register import Register
from data_sources.scores import Scores
from data_sources.steering import Steered, Steering
from data_sources.story import Stories
from data_sources.stream import ActionLog
from data_sources.wallsite import make_topics, site_of
from data_sources.warnings import read_warnings
from layouts import pairing as pairing_layout
from layouts import steer as steer_layout
from layouts import wall as wall_layout
from layouts.city import CityView
from layouts.styleguide import frame as guide_frame
from layouts.styleguide import page as guide
from layouts.theme import theme_name

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
    scenes = Scenes(settings.scenes_file, city)
    topics = make_topics(settings, url, _build_id())
    topics.beats.extra = lambda: {"scenes": scenes.fingerprint}

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await _first_request(app)
        # What stands now stands for good: without this, every tick's garbage would make the
        # collector walk through the whole of Dash again, a third of the worker's time.
        gc.collect()
        gc.freeze()
        stop = asyncio.Event()
        task = asyncio.create_task(topics.run(stop))
        doors = asyncio.create_task(gate.keep(stop))
        looking = asyncio.create_task(scenes.watch(stop))
        yield
        stop.set()
        await task
        await doors
        await looking

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
    topics.beats.asks.append(
        Steered(connect_async(url), shards(settings.shards), rules, site_of(settings).named)
    )
    devices = Devices(store)
    gate = access.Access(settings, Register(devices), city.path)
    access.install(server, gate)
    server.include_router(devices_api.router(devices, city.places.__contains__))
    server.include_router(wall_errors.router())
    server.include_router(health.router(topics))
    stories, ledgers = (
        Stories(store, settings.shards, rules),
        Ledgers(store, settings.shards, local, city.places),
    )
    # before the wall's own routes: an event's path would take its actions' path as well
    server.include_router(
        past_api.router(ledgers, stories, lambda state: wall_api.shown(state, local))
    )
    past = make_past(settings, url)
    server.include_router(wall_api.router(topics, log, local, past))
    server.include_router(scenes_api.router(scenes))
    server.include_router(actions.router(log, token))
    server.include_router(scores_api.router(Scores(store, settings.shards, rules)))
    server.include_router(warnings_api.router(partial(read_warnings, store), local))
    server.include_router(
        steering_api.router(
            Steering(store), devices, log, lambda: scenes.current.scenes, city.places
        )
    )
    server.include_router(outbox_api.router(lambda: store, settings.shards))
    server.include_router(places_api.router(city))
    map_key = settings.map_key.get_secret_value() if settings.map_key else ""
    ground = tiles_api.Ground(lambda: scenes.current, map_key, settings.city_dir, city)
    server.include_router(tiles_api.router(ground))
    _add_files(server, city)
    app = Dash(
        __name__,
        server=server,  # type: ignore[arg-type]  # Dash's own annotation knows Flask only
        use_pages=True,
        pages_folder="",
        assets_folder=str(ROOT / "assets"),
        # the shared worker is loaded by the page's script, not as a script of the page
        # nor are the script that runs before all others, and those of the pairing page
        assets_ignore=r"\.worker\.js$|^old\.js$|^pairing\.(js|css)$",
        assets_path_ignore=["vendor"],  # loaded when a figure needs it
        title="Gridwall",
        update_title="",
        serve_locally=True,
        suppress_callback_exceptions=True,
    )
    # pages call the server rarely; a second socket from every wall would serve nothing
    app.backend.websocket_capability = False
    view = city_view(city, settings)
    _add_wall(app, view, settings.lang, scenes)
    _add_steering(view, city, settings.lang, scenes)
    wall_callbacks.register(app)
    steer_callbacks.register(app)
    app.index_string = pairing_layout.with_old_first(app.index_string, _asset)
    pairing_page = partial(pairing_layout.page, settings.lang, _asset)
    server.add_middleware(guard.Guard, access=lambda: gate, pairing=pairing_page)
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


def _add_wall(app: Dash, view: CityView, default_lang: str, scenes: Scenes) -> None:
    def page(lang: str | None = None, theme: str | None = None, **_: str) -> object:
        look = theme_name(theme, scenes.current.wall.theme)
        return wall_layout.layout(view, language(lang or default_lang), look, scenes=scenes.page())

    dash.register_page("wall", path="/wall", title="Gridwall", layout=page)
    dash.register_page("styleguide", path=guide.PATH, title="Gridwall", layout=guide.page)
    dash.register_page(
        "styleguide_frame", path=guide.PATH + "/frame", title="Gridwall", layout=guide_frame.frame
    )
    app.layout = dash.page_container


def _add_steering(view: CityView, city: City, default_lang: str, scenes: Scenes) -> None:
    def page(lang: str | None = None, theme: str | None = None, **_: str) -> object:
        look = theme_name(theme, scenes.current.wall.theme)
        lang = language(lang or default_lang)
        return steer_layout.layout(view, lang, look, scenes.page(), city.children)

    dash.register_page("steer", path=steer_layout.PATH, title="Gridwall", layout=page)


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


def _asset(name: str) -> str:
    """The address of an asset; another one when its content is another."""
    digest = hashlib.blake2b((ROOT / "assets" / name).read_bytes(), digest_size=6)
    return f"/assets/{name}?m={digest.hexdigest()}"


def _build_id() -> str:
    """Changes when the screen's files do, so that a wall knows to load itself anew."""
    digest = hashlib.blake2b(digest_size=6)
    for folder in ("assets", "layouts", "callbacks", "dashboard"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".js", ".css", ".po", ".toml"}:
                digest.update(path.read_bytes())
    return digest.hexdigest()
