"""Pairing screens over HTTP: what a manager does, and what a screen does.

A manager lists, confirms and revokes screens (`/api/v1/devices`). A screen requests a code and asks
whether it is confirmed (`/api/v1/pairing`), and later what it may show (`/api/v1/screen`). The
screen has its token in an HttpOnly cookie from the start; it is valid once the code is confirmed.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from dashboard.web.answers.errors import PROBLEMS, Refused
from dashboard.web.people.model import DEMO, Capability, require, within
from dashboard.web.people.record import note
from dashboard.web.security.access import (
    COOKIE,
    COOKIE_S,
    Identity,
    access,
    digest,
    identity,
    remote,
)
from dashboard.web.security.guard import set_cookie
from dashboard.web.security.limiter import Limiter
from data_sources.walls.devices import CODE_S, Code, DeviceError, Devices, as_rows, pretty
from data_sources.walls.register import ScreenRegister

log = structlog.get_logger("devices")

NAME = re.compile(r"[^\x00-\x1f\x7f/\\]{1,40}")
SCENE = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
#: codes that an address may request in a minute; many screens may share one address
_CODES_A_MINUTE = 60


class Confirmation(BaseModel):
    """The code that a screen shows, its name, and what it may show."""

    code: Annotated[str, Field(min_length=6, max_length=12)]
    name: Annotated[str, Field(min_length=1, max_length=40)]
    area: Annotated[str, Field(max_length=40)] = ""
    scenes: Annotated[list[str], Field(max_length=50)] = []


def problem(
    name: str, area: str, scenes: list[str], known: Callable[[str], bool]
) -> tuple[str, str] | None:
    """The first wrong field of a device and what is wrong with it; None if all are right."""
    if not NAME.fullmatch(name) or name != name.strip():
        return "name", f"name {name!r}: 1 to 40 characters, no slash, no blank at either end"
    if area and not known(area):
        return "area", f"area {area!r}: no such place in this city"
    for scene in scenes:
        if not SCENE.fullmatch(scene):
            return "scenes", f"scene {scene!r}: letters, digits, - and _"
    return None


def router(devices: Devices, screens: ScreenRegister, known: Callable[[str], bool]) -> APIRouter:
    """The routes; `known` tells whether a code is a place of the city."""
    routes = APIRouter(responses=PROBLEMS)
    asked = Limiter(_CODES_A_MINUTE)

    @routes.get("/api/v1/devices")
    async def listed() -> JSONResponse:
        """Every screen: name, area, scenes, and when it was paired, seen and revoked (ms)."""
        who = require(Capability.PAIR)

        def found() -> dict[str, object]:
            rows = as_rows([d for d in screens.all() if within(d.area, who)], screens.last_seen())
            named = {row["name"] for row in rows}
            log = devices.log(50)
            return {
                "devices": rows,
                "log": [one for one in log if not who.area or one.get("name") in named],
            }

        return JSONResponse(await run_in_threadpool(found))

    @routes.post("/api/v1/devices")
    async def confirm(request: Request, body: Confirmation) -> JSONResponse:
        """Pair the screen that shows a code; 404 if none shows it, 409 if the name is in use."""
        require(Capability.PAIR, body.area)
        by, failures = remote(request), access(request).failures
        if wait := failures.wait(by):
            raise Refused(429, "too many failures", "wait before the next attempt", wait)
        if wrong := problem(body.name, body.area, body.scenes, known):
            raise Refused(400, "invalid", wrong[1], field=wrong[0])
        try:
            device = await run_in_threadpool(
                lambda: devices.confirm(
                    body.code, body.name, area=body.area, scenes=tuple(body.scenes), by=by
                )
            )
        except DeviceError as error:
            failures.count(by)
            log.warning("pairing refused", client=by, reason=error.kind)
            raise
        await access(request).screens.refresh()
        log.info("screen paired", client=by, name=device.name, area=device.area)
        await run_in_threadpool(note, "screen-paired", device.name, device.area)
        return JSONResponse({"device": as_rows([device], {})[0]}, 201)

    @routes.delete("/api/v1/devices/{name}")
    async def revoke(request: Request, name: str) -> Response:
        """Make a screen's token invalid: its stream ends and it shows a new code."""
        who = require(Capability.PAIR)

        def revoked() -> None:
            own = {d.name for d in screens.paired() if within(d.area, who)}
            if name not in own:
                raise DeviceError("unknown", f"no paired screen is named {name!r}")
            devices.revoke(name, remote(request))
            note("screen-revoked", name)

        await run_in_threadpool(revoked)
        await access(request).screens.refresh()
        log.info("screen revoked", client=remote(request), name=name)
        return Response(status_code=204)

    @routes.get("/api/v1/screen")
    async def screen(who: Annotated[Identity, Depends(identity)]) -> JSONResponse:
        """Who asks: ``device``, ``open`` (the demo, no sign-in) or the person's role."""
        person = who.person
        role = "device" if who.is_screen else "open" if person.how == DEMO else person.role
        device = person.name if who.is_screen else ""
        body = {"role": role, "device": device, "area": person.area, "scenes": who.scenes}
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    @routes.get("/api/v1/pairing")
    async def state(request: Request) -> JSONResponse:
        """``paired``, ``waiting`` with the code, or ``none``; 503 while Redis is out of reach."""
        if await _is_paired(request):
            return _state("paired")
        token = request.cookies.get(COOKIE)
        code = await run_in_threadpool(devices.waiting, digest(token)) if token else None
        return _state("waiting", code) if code else _state("none")

    @routes.post("/api/v1/pairing")
    async def ask(request: Request) -> JSONResponse:
        """A new code to show, for ten minutes; the token comes with it as a cookie."""
        by = remote(request)
        if request.headers.get("x-gridwall") != "1":
            raise Refused(403, "not our page", "the header X-Gridwall: 1 is needed")
        if await _is_paired(request):
            return _state("paired")
        if wait := asked.wait(by):
            raise Refused(429, "too many codes", "wait before the next one", wait)
        asked.count(by)
        token = secrets.token_urlsafe(32)
        code = await run_in_threadpool(devices.ask, digest(token), by)
        answer = _state("waiting", code)
        # the cookie outlives the code, which may be confirmed in its last second
        secure = request.url.scheme == "https"
        set_cookie(answer.headers, token, secure=secure, seconds=min(COOKIE_S, 2 * CODE_S))
        return answer

    return routes


async def _is_paired(request: Request) -> bool:
    try:
        await access(request).identify(request)
    except Refused as refused:
        if refused.status_code != 401:
            raise
        return False
    return True


def _state(state: str, code: Code | None = None) -> JSONResponse:
    body: dict[str, object] = {"state": state}
    if code is not None:
        body |= {"code": pretty(code.code), "seconds": code.seconds}
    return JSONResponse(body, headers={"Cache-Control": "no-store"})
