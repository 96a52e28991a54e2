"""Saved views of the queue over HTTP: the user's own, and those that managers share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from dashboard.core.questions.ask import AskError, parse
from dashboard.core.questions.queue import queue_ask
from dashboard.web.answers.bodies import from_json_as
from dashboard.web.answers.errors import PROBLEMS
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Capability, Person, current, require, within
from dashboard.web.people.record import note
from data_sources.accounts.saved_views import MAX_NAME, SavedView, SavedViews

_MAX_QUERY = 800


class _Wish(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    query: str = ""
    shared: bool = False


def router(site: ReviewSite) -> APIRouter:
    """``GET``, ``POST`` and ``DELETE /api/v1/views``."""
    routes = APIRouter(responses=PROBLEMS)
    views = SavedViews(site.store)

    @routes.get("/api/v1/views")
    async def listed() -> JSONResponse:
        """``{"views": [{"name", "query", "by", "shared"}]}``: shared ones and the user's own."""

        def found() -> dict[str, Any]:
            who = require(Capability.SEE)
            seen = [one for one in views.of(who.name) if _concerns(one, who)]
            return {"views": msgspec.to_builtins(seen)}

        return await _answer(found)

    @routes.post("/api/v1/views")
    async def save(request: Request) -> JSONResponse:
        """Save a view: body ``{"name", "query", "shared"}``; only managers may share."""
        body = await request.body()

        def saved() -> dict[str, Any]:
            asked = _wish(body)
            who = _writer(views, asked.name, shared=asked.shared)
            view = SavedView(
                name=asked.name,
                query=_checked(site, asked.query),
                by=who.name,
                shared=asked.shared,
                area=who.area if asked.shared else "",
            )
            view = views.save(who.name, view)
            note("save_view", view.name, "shared" if asked.shared else "")
            return {"view": msgspec.to_builtins(view)}

        return await _answer(saved)

    @routes.delete("/api/v1/views")
    async def remove(name: str, shared: bool = False) -> JSONResponse:
        """Remove a view."""

        def removed() -> dict[str, Any]:
            who = _writer(views, name, shared=shared)
            done = views.remove(who.name, name, shared=shared)
            if done:
                note("remove_view", name, "shared" if shared else "")
            return {"removed": done}

        return await _answer(removed)

    return routes


def _writer(views: SavedViews, name: str, *, shared: bool) -> Person:
    """The user, if they may write under this name; a shared view only from inside its area."""
    if not shared:
        return require(Capability.SEE)
    found = views.shared(name)
    return require(Capability.BRIEF, None if found is None else found.area)


def _concerns(view: SavedView, who: Person) -> bool:
    """Whether a shared view's area is inside the user's, or contains it."""
    if not view.shared or not view.area or within(view.area, who):
        return True
    return within(who.area, replace(who, area=view.area))


def _wish(body: bytes) -> _Wish:
    asked = from_json_as(body, _Wish)
    asked.name = asked.name.strip()
    if not 1 <= len(asked.name) <= MAX_NAME or not asked.name.isprintable():
        raise AskError("name", "…", f"expected 1 to {MAX_NAME} characters")
    return asked


def _checked(site: ReviewSite, query: str) -> str:
    """The query of a view's address, without language and theme; raises `AskError`."""
    if len(query) > _MAX_QUERY:
        raise AskError("query", "…", f"longer than {_MAX_QUERY} characters")
    ask = parse(dict(parse_qsl(query.lstrip("?"))), site.known).but(lang=None, theme=None)
    queue_ask(ask)
    require(Capability.SEE, ask.area or current().area or None)
    return ask.url("").lstrip("?")


async def _answer(make: Callable[[], dict[str, Any]]) -> JSONResponse:
    return JSONResponse(await run_in_threadpool(make), headers={"Cache-Control": "no-store"})
