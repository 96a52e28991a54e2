"""The surge warnings over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from dashboard.core.model.calendars import LocalTime
from dashboard.core.surges.judge import SurgeWarning
from dashboard.web.answers.errors import PROBLEMS
from dashboard.web.people.model import within
from data_sources.surges.warnings import Warnings


def router(read: Callable[[int], Warnings], local: LocalTime) -> APIRouter:
    """``GET /api/v1/warnings``; ``read`` gives the warnings with so many lines of the log."""
    routes = APIRouter(responses=PROBLEMS)

    @routes.get("/api/v1/warnings")
    async def warnings(limit: Annotated[int, Query(ge=0, le=1000)] = 50) -> JSONResponse:
        """``{"open": [warning, …], "recent": [{"what", "at", "reason", "by", "warning"}, …]}``.

        Open: the least likely first. Recent: newest first; ``what`` is raised or ended, ``reason``
        subsided, explained or withdrawn. Times are ISO 8601 in the city's zone; 503 while Redis is
        out of reach.
        """
        found = await run_in_threadpool(read, limit)
        # only warnings of places inside the user's area
        shown = [line for line in found.recent if within(line.warning.code)]
        recent = [
            {
                "what": line.what,
                "at": local.iso(line.at),
                "reason": line.reason,
                "by": line.by,
                "warning": as_json(line.warning, local),
            }
            for line in shown
        ]
        still = [as_json(w, local) for w in found.open if within(w.code)]
        return JSONResponse({"open": still, "recent": recent})

    return routes


def as_json(warning: SurgeWarning, local: LocalTime) -> dict[str, Any]:
    """A warning as JSON, with its times in the city's zone."""
    out: dict[str, Any] = msgspec.to_builtins(warning)
    for name in ("raised_at", "updated_at", "high_until"):
        out[name] = local.iso(out[name])
    for name in ("start", "end"):
        out["evidence"][name] = local.iso(out["evidence"][name])
    return out
