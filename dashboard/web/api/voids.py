"""``POST /api/v1/events/{id}/void`` and ``…/unvoid``: a manager voids a wrong event."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from dashboard.core.lifecycle.requests import Unlawful
from dashboard.core.model.actions import ActionError, Kind
from dashboard.core.questions.ask import Ask
from dashboard.web.answers.errors import PROBLEMS, problem
from dashboard.web.api.forms import Sent, sent
from dashboard.web.pages.queue import result_of
from dashboard.web.pages.site import ReviewSite
from dashboard.web.pages.voiding import Voiding


def router(site: ReviewSite) -> APIRouter:
    """Both routes."""
    routes = APIRouter(responses=PROBLEMS)
    voiding = Voiding(site)

    @routes.post("/api/v1/events/{event_id:path}/void")
    async def void(event_id: str, request: Request) -> Response:
        """Void an event: body ``{"reason"}``. Answers ``{"result", "reason"}``, 202 if waiting.

        ``result`` is applied, refused (by the projector, with ``reason``) or waiting (the
        projector has not taken it yet). 422 with ``code`` if it is void already.
        """
        return await _done(Kind.VOID, event_id, await sent(request))

    @routes.post("/api/v1/events/{event_id:path}/unvoid")
    async def unvoid(event_id: str, request: Request) -> Response:
        """Put a voided event back; body and answer as for ``void``."""
        return await _done(Kind.UNVOID, event_id, await sent(request))

    async def _done(kind: Kind, event_id: str, given: Sent) -> Response:
        try:
            outcome = await run_in_threadpool(voiding.do, event_id, kind, given["reason"])
        except (Unlawful, ActionError) as no:
            code = no.code if isinstance(no, Unlawful) else no.field
            if given.form:
                return _back(event_id, given, wrong=code)
            if isinstance(no, ActionError):
                raise
            return problem(422, "refused", no.reason, more={"code": code})
        result = "waiting" if outcome is None else result_of(outcome)
        if given.form:
            wrong = "other" if result == "refused" else ""
            return _back(event_id, given, wrong=wrong, done=result if result == "waiting" else "")
        reason = "" if outcome is None else outcome.reason
        return JSONResponse(
            {"result": result, "reason": reason},
            202 if result == "waiting" else 200,
            headers={"Cache-Control": "no-store"},
        )

    return routes


def _back(event_id: str, given: Sent, *, wrong: str = "", done: str = "") -> Response:
    look = Ask(lang="en" if given["lang"] == "en" else "zh", theme=given["theme"])
    path = f"/events/{quote(event_id, safe='')}"
    return RedirectResponse(look.url(path, wrong=wrong, done=done), 303)
