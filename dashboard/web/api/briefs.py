"""Briefs over HTTP: request one, follow it, download it, send it, cancel it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import quote

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from dashboard.config.words import language
from dashboard.web.answers.base import base_of
from dashboard.web.answers.bodies import from_json_as
from dashboard.web.answers.errors import PROBLEMS
from dashboard.web.answers.parameters import Moment
from dashboard.web.pages.briefing import Briefing


class _Wish(msgspec.Struct, forbid_unknown_fields=True):
    #: 2018-01-15, 2018-W03 or 2018-01
    at: str
    area: str = ""
    #: put a notice of it into the outbox once it is made
    send: bool = False


def router(briefs: Briefing) -> APIRouter:
    """``/api/v1/briefs`` and the paths below it."""
    routes = APIRouter(responses=PROBLEMS)

    @routes.get("/api/v1/briefs")
    async def listed(area: str = "", before: Moment = 0) -> Response:
        """``{"briefs": [{"id", "area", "period", "at", "by", "state", "share", …}]}``, newest
        first; more with ``before`` = the last one's ``asked``."""
        return await _answer(lambda: {"briefs": msgspec.to_builtins(briefs.listed(area, before))})

    @routes.post("/api/v1/briefs")
    async def ask(request: Request) -> Response:
        """Body ``{"at", "area", "send"}``; 202 ``{"id"}``: follow it under that id."""
        body = await request.body()

        def asked() -> dict[str, str]:
            wish = from_json_as(body, _Wish)
            return {"id": briefs.ask(wish.area, wish.at, send=wish.send)}

        return await _answer(asked, 202)

    @routes.get("/api/v1/briefs/{brief_id}")
    async def one(brief_id: str) -> Response:
        """``{"entry", "brief"}``; ``brief`` is null until it is made.

        Its ``since`` is the first day with records in the whole city, YYYYMMDD; null: there are
        none. Days of its range before that are not recorded.
        """

        def found() -> dict[str, Any]:
            entry = briefs.entry(brief_id)
            made = briefs.brief(entry) if entry.state == "done" else None
            return {"entry": msgspec.to_builtins(entry), "brief": msgspec.to_builtins(made)}

        return await _answer(found)

    @routes.delete("/api/v1/briefs/{brief_id}")
    async def cancel(brief_id: str) -> Response:
        """Cancel it while it is being made: ``{"done": "cancelled" | "asked" | "over"}``."""
        return await _answer(lambda: {"done": briefs.cancel(brief_id)})

    @routes.post("/api/v1/briefs/{brief_id}/send")
    async def send(brief_id: str) -> Response:
        """Put a notice of it into the outbox: ``{"sent": how often}``."""
        return await _answer(lambda: {"sent": briefs.send(brief_id)})

    @routes.get("/api/v1/briefs/{brief_id}/paper.{kind}")
    async def paper(
        request: Request, brief_id: str, kind: Literal["pdf", "docx", "xlsx"], lang: str = "zh"
    ) -> Response:
        """The brief as PDF, Word or Excel."""

        def made() -> Response:
            found = briefs.paper(brief_id, kind, language(lang), base_of(briefs.settings, request))
            headers = {"ETag": found.etag}
            if request.headers.get("if-none-match") == found.etag:
                return Response(status_code=304, headers=headers)
            # a browser shows a PDF itself; the others are downloaded
            how = "inline" if kind == "pdf" else "attachment"
            headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(found.name)}"
            return Response(found.body, media_type=found.media, headers=headers)

        return await _answer(made)

    @routes.get("/api/v1/briefs/{brief_id}/charts/{chart_id}.png")
    async def chart(brief_id: str, chart_id: str, lang: str = "zh") -> Response:
        """One of its charts as PNG."""

        def made() -> Response:
            body = briefs.chart(brief_id, chart_id, language(lang))
            return Response(body, media_type="image/png")

        return await _answer(made)

    return routes


async def _answer(make: Callable[[], Any], status: int = 200) -> Response:
    made = await run_in_threadpool(make)
    if isinstance(made, Response):
        return made
    return JSONResponse(made, status, headers={"Cache-Control": "no-store"})
