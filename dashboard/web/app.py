"""Puts the app together: Dash on FastAPI, the composer and the fan-out, the routes.

The only place where pages, data and wiring meet.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial

from dash import Dash
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from callbacks import wall as wall_callbacks
from dashboard import ROOT
from dashboard.config.cities import load as load_city
from dashboard.config.rules.book import rules_for
from dashboard.config.scenes import Scenes
from dashboard.config.settings import Settings, load
from dashboard.errors import GridwallError
from dashboard.web import static_cache
from dashboard.web.api import actions, operations
from dashboard.web.api import briefs as briefs_api
from dashboard.web.api import devices as devices_api
from dashboard.web.api import export as export_api
from dashboard.web.api import map as places_api
from dashboard.web.api import map as scenes_api
from dashboard.web.api import map as tiles_api
from dashboard.web.api import operations as outbox_api
from dashboard.web.api import past as past_api
from dashboard.web.api import people as people_api
from dashboard.web.api import queue as queue_api
from dashboard.web.api import scores as scores_api
from dashboard.web.api import sign_in as sign_in_api
from dashboard.web.api import steering as steering_api
from dashboard.web.api import views as views_api
from dashboard.web.api import wall as wall_api
from dashboard.web.api import warnings as warnings_api
from dashboard.web.api.time_machine import frames
from dashboard.web.dash_app import ReviewDash
from dashboard.web.pages.briefs import briefing
from dashboard.web.pages.register import register as register_review
from dashboard.web.pages.site import ReviewSite, known_of
from dashboard.web.people.wiring import make_people
from dashboard.web.screens import (
    add_files,
    add_steering,
    add_wall,
    asset,
    build_id,
    city_view,
    look_of,
)
from dashboard.web.security import access, guard, headers
from data_sources.archive.listing import paths
from data_sources.desk.desk import Desk
from data_sources.engine.server import running_url
from data_sources.live.wiring import make_topics, site_of
from data_sources.past.asof import make_past
from data_sources.records.ledger import Ledgers
from data_sources.records.scores import Scores
from data_sources.records.story import Stories
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect, connect_async
from data_sources.store.keys import shards
from data_sources.surges.warnings import read_warnings
from data_sources.walls.devices import Devices
from data_sources.walls.register import Register
from data_sources.walls.steering import Steered, Steering
from layouts.screens import pairing as pairing_layout


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
    topics = make_topics(settings, url, build_id())
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
        if review.desk is not None:
            await run_in_threadpool(review.desk.close)

    server = FastAPI(
        title="Gridwall",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    token = settings.intake_token.get_secret_value() if settings.intake_token else None
    rules = rules_for(settings)
    local, store = rules.local, connect(url)
    log = partial(ActionLog, connect(url), settings.shards, rules)
    topics.beats.asks.append(
        Steered(connect_async(url), shards(settings.shards), rules, site_of(settings).named)
    )
    devices = Devices(store)
    people = make_people(settings, store, city.places)

    def place_of(event_id: str) -> tuple[str, ...] | None:
        state = log().states([event_id])[event_id]
        return None if state is None else state.place

    gate = access.Access(
        settings, Register(devices), people.known, people.record, city.path, place_of
    )
    access.install(server, gate)
    look = partial(look_of, city, settings.lang)
    server.include_router(
        sign_in_api.router(sign_in_api.Door(people.signing, people.provider, look))
    )
    server.include_router(people_api.router(people, local))
    server.include_router(devices_api.router(devices, city.places.__contains__))
    server.include_router(operations.wall_errors_router())
    server.include_router(operations.health_router(topics))
    stories, ledgers = (
        Stories(store, settings.shards, rules),
        Ledgers(store, settings.shards, local, city.places, rules),
    )
    # before the wall's own routes: an event's path would take its actions' path as well
    server.include_router(
        past_api.router(ledgers, stories, lambda state: wall_api.shown(state, local))
    )
    past = make_past(settings, url)
    server.include_router(wall_api.router(topics, log, local, past))
    server.include_router(scenes_api.scenes_router(scenes))
    server.include_router(actions.router(log, token))
    archive = settings.archive_dir
    scores = Scores(store, settings.shards, rules, archive)
    server.include_router(scores_api.router(scores))
    server.include_router(warnings_api.router(partial(read_warnings, store), local))
    server.include_router(
        steering_api.router(
            Steering(store), devices, log, lambda: scenes.current.scenes, city.places
        )
    )
    server.include_router(outbox_api.outbox_router(lambda: store, settings.shards))
    server.include_router(places_api.places_router(city))
    map_key = settings.map_key.get_secret_value() if settings.map_key else ""
    ground = tiles_api.Ground(lambda: scenes.current, map_key, settings.city_dir, city)
    server.include_router(tiles_api.tiles_router(ground))
    add_files(server, city)
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
    view = city_view(city, settings)
    add_wall(app, view, settings.lang, scenes)
    add_steering(view, city, settings.lang, scenes)
    review = ReviewSite(
        settings=settings,
        city=city,
        view=view,
        rules=rules,
        known=known_of(city),
        store=store,
        log=log,
        desk=Desk(store, shards(settings.shards), rules, archived=paths(archive), archive=archive),
        scores=scores,
        stories=stories,
        ledgers=ledgers,
        past=past,
        people=people,
        archive=archive,
    )
    register_review(app, review)
    server.include_router(export_api.router(review))
    server.include_router(queue_api.router(review))
    server.include_router(briefs_api.router(briefing(review)))
    server.include_router(frames(past, view, city))
    server.include_router(views_api.router(review))
    wall_callbacks.register(app)
    app.index_string = pairing_layout.with_old_first(app.index_string, asset)
    pairing_page = partial(pairing_layout.page, settings.lang, asset)
    notice = partial(sign_in_api.notice, look)
    server.add_middleware(guard.Guard, access=lambda: gate, pairing=pairing_page, notice=notice)
    server.add_middleware(static_cache.StaticCache)
    server.add_middleware(headers.SecurityHeaders, script_hashes=app.csp_hashes)
    server.add_middleware(headers.Peer, proxies=settings.proxies)
    return app


async def _first_request(app: Dash) -> None:
    """What Dash does before its first own request (gather scripts, wire the pages), done now:
    the first page asked for would come without it."""
    hooks: list[Callable[[], object]] = vars(app.backend)["_before_request_funcs"]
    for hook in hooks:
        done = hook()
        if inspect.isawaitable(done):
            await done
