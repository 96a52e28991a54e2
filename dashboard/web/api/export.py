"""Tables of the leaders' pages as files: ``GET /api/v1/export/<page>.<csv|xlsx>?<its query>``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import IO

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from starlette.concurrency import run_in_threadpool

from dashboard.config.words import language
from dashboard.core.questions.ask import parse
from dashboard.web.answers.base import base_of
from dashboard.web.answers.errors import PROBLEMS
from dashboard.web.exports.make import Exported, export, parts
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Capability, require
from dashboard.web.people.record import note

_CHUNK = 256 * 1024
#: files that a worker makes at a time; further requests wait
_AT_ONCE = 2


def router(site: ReviewSite) -> APIRouter:
    """The route; another area than the user's is refused, and every file is recorded."""
    routes = APIRouter(responses=PROBLEMS)
    slots = asyncio.Semaphore(_AT_ONCE)

    @routes.get("/api/v1/export/{name}")
    async def file(name: str, request: Request) -> Response:
        """A page's table as CSV (UTF-8 with a byte order mark) or Excel.

        Filters, time, definitions and the number of rows are above the table. At most 100,000
        rows; the number of rows shows what was cut.
        """

        def made() -> Exported:
            page, kind = parts(name)
            query = dict(request.query_params)
            query["lang"] = language(query.get("lang") or site.settings.lang)
            ask = parse(query, site.known)
            who = require(Capability.EXPORT, ask.area or None)
            base = base_of(site.settings, request)
            found = export(site, who, ask, page, kind, base=base)
            note("export", name, f"{found.rows} {ask.url('/' + page)}")
            return found

        async with slots:
            done = await run_in_threadpool(made)
        headers = {
            "Content-Disposition": f'attachment; filename="{done.name}"',
            "Cache-Control": "no-store",
            "X-Gridwall-Rows": f"{done.rows}/{done.total}",
        }
        body = _pieces(done.file)
        return StreamingResponse(body, headers=headers, media_type=done.content_type)

    return routes


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(_CHUNK):
            yield piece
