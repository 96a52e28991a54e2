"""Steering screens for a while: show, look, end; for managers only, and recorded."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import msgspec
import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from dashboard.config.scenes import SceneFile
from dashboard.core.wall.steering import Order, Wish, parse, unknown_event
from dashboard.core.wall.steering_answers import Report
from dashboard.web.answers.bodies import from_json, from_json_as
from dashboard.web.answers.errors import PROBLEMS, Refused
from dashboard.web.people.model import DEVICE, Capability, Person, current, require, within
from dashboard.web.people.record import note
from dashboard.web.security.access import remote
from data_sources.store.actions import ActionLog
from data_sources.walls.register import ScreenRegister
from data_sources.walls.steering import Steering

audit = structlog.get_logger("audit")

_RECORD = 10


def router(
    steering: Steering,
    screens: ScreenRegister,
    log: Callable[[], ActionLog],
    scenes: Callable[[], SceneFile],
    places: Collection[str],
) -> APIRouter:
    """``GET``, ``POST`` and ``DELETE /api/v1/steer``, and what walls answer."""
    routes = APIRouter(responses=PROBLEMS)

    @routes.get("/api/v1/steer")
    async def look(request: Request) -> JSONResponse:
        """``{"now", "active", "log", "devices"}``: orders in force, last lines, paired screens.

        Each order has its ``answer``: ``shown`` once every connected wall has confirmed it.
        """
        who = require(Capability.STEER)

        def found() -> dict[str, Any]:
            own = _own(screens, who)
            active, lines = steering.answered(), steering.record(_RECORD)
            if not who.area:
                # a screen that the scene file names need not be paired
                own = sorted({*own, *scenes().screens})
            if who.area:
                active = [order for order in active if order.device in own]
                lines = [line for line in lines if line.order.device in own]
            return {
                "now": steering.now(),
                "active": msgspec.to_builtins(active),
                "log": msgspec.to_builtins(lines),
                "devices": own,
            }

        return await _answer(found)

    @routes.post("/api/v1/steer")
    async def show(request: Request) -> JSONResponse:
        """Show something: body ``{"device", "scene", "area", "event", "seconds", "id"}``.

        Answers the order; 422 names the invalid ``field``. The same ``id`` again changes nothing
        and answers the first order with ``repeated``.
        """
        who = require(Capability.STEER)
        asked = from_json(await request.body())

        def granted() -> dict[str, Any]:
            wish = parse(asked, scenes().scenes, places)
            state = log().states([wish.event])[wish.event] if wish.event else None
            if wish.event and state is None:
                raise unknown_event(wish.event)
            if who.area:
                _inside(who, wish, _own(screens, who), state.place if state else ())
            order, repeated = steering.show(wish, who.name, remote(request))
            audit.info("steered", by=who.name, client=remote(request), **_words(order))
            if not repeated:
                note("steered", order.device, _summary(order))
            return {**msgspec.to_builtins(order), "repeated": repeated}

        return await _answer(granted)

    @routes.post("/api/v1/steer/heard")
    async def heard(request: Request) -> JSONResponse:
        """Take a wall page's report: it shows an order, or what is before it.

        Answers ``{"again_ms"}``: when to report again; 0 if no such order is in force for it.
        """
        report = from_json_as(await request.body(), Report)
        who = current()
        own = who.name if who.how == DEVICE else ""

        def kept() -> dict[str, Any]:
            paired = [device.name for device in screens.paired()]
            return {"again_ms": steering.hear(report, own, paired)}

        return await _answer(kept)

    @routes.delete("/api/v1/steer")
    async def end(request: Request, device: str | None = None, id: str = "") -> JSONResponse:
        """End orders: of a ``device`` ("" is every wall), of one ``id``, else all."""
        who = require(Capability.STEER)

        def ended() -> dict[str, Any]:
            ends = [(device, id)]
            if who.area:
                own = _own(screens, who)
                active = [order for order in steering.active() if order.device in own]
                ends = [
                    (order.device, order.id)
                    for order in active
                    if device in (None, order.device) and id in ("", order.id)
                ]
            orders = [
                order
                for one, name in ends
                for order in steering.end(who.name, remote(request), one, name)
            ]
            for order in orders:
                audit.info("steering ended", by=who.name, **_words(order))
                note("steering-ended", order.device, _summary(order))
            return {"ended": msgspec.to_builtins(orders)}

        return await _answer(ended)

    return routes


def _own(screens: ScreenRegister, who: Person) -> list[str]:
    """Names of the paired screens that a user may steer."""
    return [device.name for device in screens.paired() if within(device.area, who)]


def _inside(who: Person, wish: Wish, own: Collection[str], place: tuple[str, ...]) -> None:
    """Refuse a wish for a screen, an area or an event outside the user's area."""
    beyond = wish.device not in own or (wish.area and not within(wish.area, who))
    if beyond or (wish.event and who.area not in place):
        raise Refused(403, "other area", f"you may steer the screens of {who.area} only")


async def _answer(make: Callable[[], dict[str, Any]]) -> JSONResponse:
    return JSONResponse(await run_in_threadpool(make), headers={"Cache-Control": "no-store"})


def _summary(order: Order) -> str:
    return " ".join(part for part in (order.scene, order.area, order.event) if part)


def _words(order: Order) -> dict[str, str]:
    # not "event": structlog's own name for the line
    return {
        "order": order.id,
        "device": order.device,
        "scene": order.scene,
        "area": order.area,
        "event_id": order.event,
    }
