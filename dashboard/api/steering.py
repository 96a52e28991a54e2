"""Pointing walls at something for a while: ask, look, end; only for a manager, all on record."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import msgspec
import redis
import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from dashboard.access import Refused, Viewer, manager, remote
from dashboard.core.steering import Order, SteerError, parse, unknown_event
from data_sources.devices import Devices
from data_sources.steering import Steering
from data_sources.stream import ActionLog

audit = structlog.get_logger("audit")

_MAX_BYTES = 4000
_RECORD = 10


def router(
    steering: Steering,
    devices: Devices,
    log: Callable[[], ActionLog],
    scenes: Callable[[], Collection[str]],
    places: Collection[str],
) -> APIRouter:
    """``GET``, ``POST`` and ``DELETE /api/v1/steer``."""
    routes = APIRouter()

    @routes.get("/api/v1/steer")
    async def look(request: Request) -> JSONResponse:
        """``{"now", "active", "log", "devices"}``: what holds, the last lines, known screens."""
        _manager(request)

        def found() -> dict[str, Any]:
            return {
                "now": steering.now(),
                "active": msgspec.to_builtins(steering.active()),
                "log": msgspec.to_builtins(steering.record(_RECORD)),
                "devices": [d.name for d in devices.all() if not d.revoked],
            }

        return await _answer(found)

    @routes.post("/api/v1/steer")
    async def show(request: Request) -> JSONResponse:
        """Body ``{"device", "scene", "area", "event", "seconds", "id"}``: the order as it holds.

        422 names the ``field`` that is wrong. The same ``id`` again changes nothing and answers
        what the first one did, ``repeated``.
        """
        who = _manager(request)
        body = await request.body()
        if len(body) > _MAX_BYTES:
            return JSONResponse({"error": f"more than {_MAX_BYTES} bytes"}, 413)
        try:
            asked = msgspec.json.decode(body)
        except msgspec.DecodeError as error:
            return JSONResponse({"error": f"body: not JSON: {error}"}, 400)

        def granted() -> dict[str, Any]:
            wish = parse(asked, scenes(), places)
            if wish.event and log().states([wish.event])[wish.event] is None:
                raise unknown_event(wish.event)
            order, repeated = steering.show(wish, who.name, remote(request))
            audit.info("steered", by=who.name, client=remote(request), **_words(order))
            return {**msgspec.to_builtins(order), "repeated": repeated}

        return await _answer(granted)

    @routes.delete("/api/v1/steer")
    async def end(request: Request, device: str | None = None, id: str = "") -> JSONResponse:
        """End what holds: of a ``device`` ("" is every wall), of one ``id``; else all."""
        who = _manager(request)

        def ended() -> dict[str, Any]:
            orders = steering.end(who.name, remote(request), device, id)
            for order in orders:
                audit.info("steering ended", by=who.name, **_words(order))
            return {"ended": msgspec.to_builtins(orders)}

        return await _answer(ended)

    return routes


def _manager(request: Request) -> Viewer:
    try:
        return manager(request)
    except Refused as refused:
        audit.warning(
            "steering refused", client=remote(request), method=request.method, why=refused.error
        )
        raise


async def _answer(what: Callable[[], dict[str, Any]]) -> JSONResponse:
    try:
        return JSONResponse(await run_in_threadpool(what), headers={"Cache-Control": "no-store"})
    except SteerError as error:
        return JSONResponse(
            {"error": str(error), "field": error.field, "reason": error.reason}, 422
        )
    except redis.RedisError as error:
        return JSONResponse({"error": "redis", "reason": str(error)}, 503)


def _words(order: Order) -> dict[str, str]:
    # "event" is what structlog calls the line itself
    return {
        "order": order.id,
        "device": order.device,
        "scene": order.scene,
        "area": order.area,
        "event_id": order.event,
    }
