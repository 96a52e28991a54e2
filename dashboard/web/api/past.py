"""The past over HTTP: a grid's ledger and an event's whole story."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from dashboard.core.model.state import EventState
from dashboard.web.answers.errors import PROBLEMS, problem
from data_sources.records.ledger import MOST_ROWS, PAGE, Ledgers
from data_sources.records.story import Stories

Month = Annotated[str | None, Query(description="2018-01; default: all, with this month's sums")]
Cursor = Annotated[str | None, Query(description="`cursor` of the page before")]
Limit = Annotated[int, Query(description=f"events on a page, 1 to {MOST_ROWS}")]


def router(
    ledgers: Ledgers, stories: Stories, render: Callable[[EventState], dict[str, Any]]
) -> APIRouter:
    """``/api/v1/grids/{code}/ledger`` and ``/api/v1/events/{id}/actions``.

    `render` returns an event's state as ``/api/v1/events/{id}`` does. Include this router before
    that route: its path would match this one's.
    """
    routes = APIRouter(responses=PROBLEMS)

    @routes.get("/api/v1/grids/{code}/ledger")
    async def ledger(
        code: str, month: Month = None, cursor: Cursor = None, limit: Limit = PAGE
    ) -> Response:
        """A grid's events with their actions, and monthly sums; 50 events a page.

        400 names the parameter that is wrong, 404 if there is no such grid.
        """
        page = await run_in_threadpool(ledgers.page, code, month, cursor, limit)
        return Response(msgspec.json.encode(page), media_type="application/json")

    @routes.get("/api/v1/events/{event_id:path}/actions")
    async def story(event_id: str) -> Response:
        """An event's actions with their results, its notices, and how its clocks ran.

        ``deliveries`` has the outcome of each notice on each channel.
        """
        found = await run_in_threadpool(stories.tell, event_id)
        if found is None:
            return unknown_event()
        sent = await run_in_threadpool(stories.deliveries, event_id)
        body = msgspec.to_builtins(found)
        body["state"] = None if found.state is None else render(found.state)
        body["deliveries"] = msgspec.to_builtins(sent)
        return JSONResponse(body)

    return routes


def unknown_event() -> JSONResponse:
    """404 for an id that no event has."""
    return problem(404, "unknown event", "there is no event with this id", "event_id")
