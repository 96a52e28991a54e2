"""How notifications fare: counts, what waits and what was given up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import redis
from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from data_sources.courier.record import overview
from data_sources.store.keys_keys import shards


def outbox_router(connection: Callable[[], redis.Redis], shard_count: int) -> APIRouter:
    """``GET /api/v1/outbox``."""
    routes = APIRouter()

    @routes.get("/api/v1/outbox")
    async def outbox(limit: Annotated[int, Query(ge=1, le=1000)] = 100) -> JSONResponse:
        """Counts, channels, the next deliveries that wait and the last given up, with reasons."""
        try:
            found = await run_in_threadpool(
                lambda: overview(connection(), shards(shard_count), limit)
            )
        except redis.RedisError as error:
            return JSONResponse({"error": "redis", "reason": str(error)}, 503)
        return JSONResponse(found)

    return routes
