"""What walls read: the state as JSON, one event, the live stream, and the scenes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from dashboard.config.scenes import Scenes
from dashboard.core.model.calendars import LocalTime
from dashboard.core.model.state import EventState
from dashboard.web.answers.errors import PROBLEMS, Refused, problem
from dashboard.web.api.past import unknown_event
from data_sources.live.topics import Topics
from data_sources.past.asof import Past
from data_sources.store.actions import ActionLog

#: fields of an event's state that are times: shown as ISO 8601 in the city's zone
_MOMENTS = frozenset(
    {"reported_at", "updated_at", "dispatched_at", "accepted_at", "handled_at", "ended_at"}
    | {"acknowledged_at", "closed_at", "stable_at", "watch_until"}
)
#: fields that only the fold needs
_INTERNAL = frozenset({"tallies", "heard", "round", "recurred", "decided", "dispatch_failed"})


def router(
    topics: Topics,
    log: Callable[[], ActionLog],
    local: LocalTime,
    past: Past,
) -> APIRouter:
    """``/api/v1/wall``, ``/api/v1/events/{id}`` and ``/stream``."""
    routes = APIRouter(responses=PROBLEMS)
    # one at a time: folding an earlier moment may take a second
    looking_back = asyncio.Lock()

    @routes.get("/api/v1/wall")
    async def wall(as_of: str | None = None, area: str = "") -> Response:
        """The wall's state now, or as it was; 503 while Redis is out of reach.

        ``as_of`` is a local time such as ``2018-01-02 14:05``, or ISO 8601 with an offset;
        ``area`` is the code of a place, for its own wall. The past is the whole city's only.

        ``children`` are places one tier below, those with most open events first, of the whole
        city at most 12 and of a place at most 64; ``children_total`` is how many have counts.
        While ``recorded`` is false nothing has been recorded, and no 0 is a count.
        """
        if as_of is not None and area:
            raise Refused(400, "area", "as_of is answered for the whole city only", field="area")
        composer = topics.composer(area)
        if composer is None:
            return _unknown_area()
        if as_of is None:
            found = await composer.wall()
        else:
            async with looking_back:
                found = await run_in_threadpool(past.wall, as_of)
        body = await run_in_threadpool(msgspec.json.encode, found)
        return Response(body, media_type="application/json")

    @routes.get("/api/v1/events/{event_id:path}")
    async def event(event_id: str) -> JSONResponse:
        """One event's current state."""
        states = await run_in_threadpool(lambda: log().states([event_id]))
        state = states[event_id]
        if state is None:
            return unknown_event()
        return JSONResponse(shown(state, local))

    @routes.get("/stream")
    async def stream(request: Request, area: str = "") -> Response:
        """Server-sent events: a full frame first, then changes; a beat every second.

        ``area`` is the code of a place, for its own panels.
        """
        topic = topics.open(area)
        if topic is None:
            return _unknown_area()
        packed = "gzip" in request.headers.get("accept-encoding", "")
        headers = {
            "Cache-Control": "no-store",
            "X-Accel-Buffering": "no",
            "Vary": "Accept-Encoding",
        }
        if packed:
            headers["Content-Encoding"] = "gzip"
        return StreamingResponse(
            topic.hub.stream(packed=packed), media_type="text/event-stream", headers=headers
        )

    return routes


def scenes_router(scenes: Scenes) -> APIRouter:
    """``/api/v1/scenes``."""
    routes = APIRouter(responses=PROBLEMS)

    @routes.get("/api/v1/scenes")
    async def current() -> JSONResponse:
        """The last valid scene file; ``error`` lists the current file's mistakes, or is null."""
        return JSONResponse(
            {**scenes.page(), "error": scenes.error or None},
            headers={"Cache-Control": "no-cache"},
        )

    return routes


def _unknown_area() -> JSONResponse:
    return problem(404, "unknown area", "the city has no place with this code", "area")


def shown(state: EventState, local: LocalTime) -> dict[str, Any]:
    """An event's state by field name, as `/api/v1/events/{id}` returns it."""
    out: dict[str, Any] = {}
    for name in state.__struct_fields__:
        if name in _INTERNAL:
            continue
        value = msgspec.to_builtins(getattr(state, name))
        out[name] = (local.iso(value) if value else None) if name in _MOMENTS else value
    return out
