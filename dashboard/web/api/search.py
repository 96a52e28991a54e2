"""The search field over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from dashboard.config.words import language
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.search import MOST_TEXT
from dashboard.web.answers.errors import PROBLEMS, Refused
from dashboard.web.pages.search import found
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import current
from dashboard.web.security.access import remote
from dashboard.web.security.limiter import Limiter

#: searches of one user, and of one address, in a minute
A_MINUTE = 120


def router(site: ReviewSite) -> APIRouter:
    """``GET /api/v1/search``."""
    routes = APIRouter(responses=PROBLEMS)
    limiter = Limiter(A_MINUTE)

    @routes.get("/api/v1/search")
    async def search(
        request: Request,
        q: Annotated[str, Query(max_length=4 * MOST_TEXT)],
        lang: str = "",
        theme: Annotated[str, Query(pattern="^(|light|dark)$")] = "",
    ) -> JSONResponse:
        """``{"groups": [{"id", "items": [{"href", "words", "note"}], "more"}]}``.

        Groups: numbers (of events), places, departments, categories, words (in comments); of each
        the best matches and how many more there are, all in the user's area. Names match by their
        words or by pinyin, whole or by first letters. 429 with ``Retry-After`` beyond 120 searches
        in a minute.
        """
        who = current()
        key = who.name or remote(request)
        if wait := limiter.wait(key):
            raise Refused(429, "too many searches", "wait before the next one", wait)
        limiter.count(key)
        ask = Ask(lang=language(lang or site.settings.lang), theme=theme)
        groups = await run_in_threadpool(found, site, who, q, ask)
        return JSONResponse({"groups": groups}, headers={"Cache-Control": "no-store"})

    return routes
