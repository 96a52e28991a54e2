"""What happened, over HTTP: a grid's ledger and an event's whole story."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
import redis
from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from dashboard.core.model.state import EventState
from data_sources.past.asof import PastQueryError
from data_sources.records.ledger import MOST_ROWS, PAGE, Ledgers
from data_sources.records.story import Stories

Month = Annotated[str | None, Query(description="2018-01; default: all, with this month's sums")]
Cursor = Annotated[str | None, Query(description="`cursor` of the page before")]
Limit = Annotated[int, Query(description=f"events on a page, 1 to {MOST_ROWS}")]


def router(
    ledgers: Ledgers, stories: Stories, render: Callable[[EventState], dict[str, Any]]
) -> APIRouter:
    """``/api/v1/grids/{code}/ledger`` and ``/api/v1/events/{id}/actions``.

    ``render`` shows an event as ``/api/v1/events/{id}`` does. To be included before that route,
    whose path would take this one's.
    """
    routes = APIRouter()

    @routes.get("/api/v1/grids/{code}/ledger")
    async def ledger(
        code: str, month: Month = None, cursor: Cursor = None, limit: Limit = PAGE
    ) -> Response:
        """A grid's events with their actions, and monthly sums; 50 events a page.

        400 names the parameter that is wrong, 404 if there is no such grid.
        """
        try:
            page = await run_in_threadpool(ledgers.page, code, month, cursor, limit)
        except PastQueryError as error:
            return refused(error)
        except redis.RedisError as error:
            return _no_redis(error)
        return Response(msgspec.json.encode(page), media_type="application/json")

    @routes.get("/api/v1/events/{event_id:path}/actions")
    async def story(event_id: str) -> Response:
        """An event's actions and what became of them, who was told, and how its clocks ran.

        ``deliveries`` says what became of each notice on each channel.
        """
        try:
            told = await run_in_threadpool(stories.tell, event_id)
            sent = await run_in_threadpool(stories.deliveries, event_id)
        except redis.RedisError as error:
            return _no_redis(error)
        if told is None:
            return JSONResponse({"error": "unknown event", "event_id": event_id}, 404)
        body = msgspec.to_builtins(told)
        body["state"] = None if told.state is None else render(told.state)
        body["deliveries"] = msgspec.to_builtins(sent)
        return JSONResponse(body)

    return routes


def refused(error: PastQueryError) -> JSONResponse:
    """A question that can't be answered, also one about the wall of a moment."""
    body = {"error": str(error), "parameter": error.field, "reason": error.reason}
    return JSONResponse(body, 404 if error.unknown else 400)


def _no_redis(error: redis.RedisError) -> JSONResponse:
    return JSONResponse({"error": "redis", "reason": str(error)}, 503)
