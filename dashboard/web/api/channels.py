"""Trying a channel of notices over HTTP; a form gets a redirect to the page, a script JSON."""

from __future__ import annotations

from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from dashboard.web.answers.errors import PROBLEMS, Refused
from dashboard.web.api.forms import sent
from dashboard.web.pages.channel_trials import ChannelDesk

_NO_STORE = {"Cache-Control": "no-store"}
#: the `error` of a refusal that the page has words for
_SHOWN = ("just tried", "wrong settings")


def router(desk: ChannelDesk) -> APIRouter:
    """``POST /api/v1/channels/{name}/test``."""
    routes = APIRouter(responses=PROBLEMS)

    @routes.post("/api/v1/channels/{name:path}/test")
    async def test(request: Request, name: str) -> Response:
        """Send a test message through a channel; answers what became of it."""
        given = await sent(request)
        result = {"name": name}
        try:
            trial = await run_in_threadpool(desk.test, name)
            result["done"] = trial.outcome
        except Refused as refused:
            if not given.form or refused.error not in _SHOWN:
                raise
            result["wrong"] = refused.error.replace(" ", "-")
        if not given.form:
            return JSONResponse(msgspec.to_builtins(trial), headers=_NO_STORE)
        look = {key: given[key] for key in ("lang", "theme") if given[key]}
        return RedirectResponse(f"/channels?{urlencode({**look, **result})}", 303)

    return routes
