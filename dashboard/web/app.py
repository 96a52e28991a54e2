"""Builds the app of a web worker in three steps: its sources, its routes, its life.

Comes in: settings. Goes out: a Dash app on FastAPI (`app.server` is what gunicorn runs).
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from dash import Dash
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from callbacks import wall as wall_callbacks
from dashboard.config.settings import Settings, load
from dashboard.web.answers import static_cache
from dashboard.web.answers.asset_urls import asset, assets_version
from dashboard.web.api import errors, sign_in
from dashboard.web.contract.document import documented
from dashboard.web.dash_app import ReviewDash, make_dash
from dashboard.web.pages.register import register as register_pages
from dashboard.web.pages.table import PAGES
from dashboard.web.routes import routes
from dashboard.web.screens import add_steering, add_wall, look_of
from dashboard.web.security import access, bodies, crowds, guard, headers, rights
from dashboard.web.sources import Sources, connect_sources
from data_sources.store.workers import end_process
from layouts.screens import pairing

RIGHTS = rights.Table(rights.ROWS, pages=[page.row for page in PAGES])

#: how long a thread may keep Python for itself, s; Python's own 0.005 adds up, several times a tick
_TURN_S = 0.001


def create_app(settings: Settings | None = None) -> Dash:
    """The app, ready to serve; raises :class:`GridwallError` if there is no Redis to use."""
    sources = connect_sources(settings or load())
    server = FastAPI(
        title="Gridwall",
        lifespan=lifespan(sources),
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
    )
    decisions = access.Access(
        sources.settings,
        sources.screens,
        sources.people.register,
        sources.people.record,
        sources.city.path,
        sources.place_of,
    )
    server.state.access = decisions
    errors.install(server)
    for router in routes(sources):
        server.include_router(router)
    server.openapi = documented(server, RIGHTS)  # type: ignore[method-assign]
    app = make_dash(server)
    # the lifespan prepares it, and is handed the server alone
    server.state.dash = app
    _add_pages(app, sources)
    _add_middleware(app, server, sources, decisions)
    return app


def lifespan(sources: Sources) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What runs with the server: the streams, and the tasks that follow what changes."""

    @asynccontextmanager
    async def run(server: FastAPI) -> AsyncIterator[None]:
        app: ReviewDash = server.state.dash
        await app.prepare()
        # What exists now exists for good. Without this, every tick's garbage makes the collector
        # walk through the whole of Dash again: a third of the worker's time.
        gc.collect()
        gc.freeze()
        # The loop of the walls gets its turn in time while questions are answered in threads.
        sys.setswitchinterval(_TURN_S)
        stop = asyncio.Event()
        works = {
            "streams": sources.topics.run(stop),
            "screens": sources.screens.keep(stop),
            "people": sources.people.register.keep(stop),
            "scenes": sources.scenes.watch(stop),
        }
        tasks = [asyncio.create_task(work, name=name) for name, work in works.items()]
        for task in tasks:
            task.add_done_callback(partial(_ended, stop))
        yield
        stop.set()
        for task in tasks:
            await task
        if sources.site.desk is not None:
            await run_in_threadpool(sources.site.desk.close)

    return run


def _ended(stop: asyncio.Event, task: asyncio.Task[None]) -> None:
    """End a worker that has lost one of its tasks: it would go on serving what no longer moves."""
    # cancelled: the server is being stopped
    if not stop.is_set() and not task.cancelled():
        end_process(task.get_name(), task.exception())


def _add_pages(app: Dash, sources: Sources) -> None:
    """The wall, the steering page and the leaders' pages."""
    lang = sources.settings.lang
    add_wall(app, sources.view, lang, sources.scenes)
    add_steering(sources.view, sources.city, lang, sources.scenes)
    register_pages(app, sources.site)
    wall_callbacks.register(app)
    app.index_string = pairing.with_old_first(app.index_string, asset)


def _add_middleware(app: Dash, server: FastAPI, sources: Sources, decisions: access.Access) -> None:
    """From the inside out: the guard sees a request last, and only it can let one through."""
    lang = sources.settings.lang
    server.add_middleware(
        guard.Guard,
        access=decisions,
        rights=RIGHTS,
        pairing=partial(pairing.page, lang, asset),
        notice=partial(sign_in.notice, partial(look_of, sources.city, lang)),
        callbacks=app.callback_map,
        crowds=crowds.Crowds(sources.settings),
    )
    server.add_middleware(static_cache.StaticCache, version=assets_version())
    server.add_middleware(bodies.Bodies, most=RIGHTS.most)
    server.add_middleware(headers.SecurityHeaders, script_hashes=app.csp_hashes)
    server.add_middleware(headers.Peer, proxies=sources.settings.proxies)
