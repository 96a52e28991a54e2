"""What goes wrong on a wall that nobody watches, told to the server: one log line each.

A page sends what a renderer threw, by ``navigator.sendBeacon``. Bounded and rate-limited on both
sides; nothing of it is shown or kept other than in the log.
"""

from __future__ import annotations

from typing import Annotated

import msgspec
import structlog
from fastapi import APIRouter, Request
from fastapi.responses import Response

from dashboard.web.people.model import DEVICE, current
from dashboard.web.security.access import remote
from dashboard.web.security.limiter import Limiter

log = structlog.get_logger("wall-errors")

MAX_BYTES = 4096
#: reports of an address that are taken in a minute
MOST = 30


class Report(msgspec.Struct, frozen=True):
    """What a page says of itself."""

    what: Annotated[str, msgspec.Meta(max_length=40)]
    panel: Annotated[str, msgspec.Meta(max_length=40)] = ""
    message: Annotated[str, msgspec.Meta(max_length=300)] = ""
    count: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0
    build: Annotated[str, msgspec.Meta(max_length=40)] = ""


def wall_errors_router() -> APIRouter:
    """``POST /api/v1/wall-errors``: 204, 400 for what is no report, 413, 429."""
    routes = APIRouter()
    limiter = Limiter(MOST)

    @routes.post("/api/v1/wall-errors")
    async def report(request: Request) -> Response:
        """One thing that went wrong on a wall."""
        client = remote(request)
        if wait := limiter.wait(client):
            return Response(status_code=429, headers={"Retry-After": str(wait)})
        limiter.count(client)
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > MAX_BYTES:
                return Response(status_code=413)
        try:
            told = msgspec.json.decode(body, type=Report)
        except msgspec.DecodeError:
            return Response(status_code=400)
        who = current()
        device = who.name if who.how == DEVICE else ""
        log.warning("wall error", client=client, device=device, **msgspec.to_builtins(told))
        return Response(status_code=204)

    return routes
