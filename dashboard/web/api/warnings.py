"""The surge warnings over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from dashboard.core.model.calendars import LocalTime
from dashboard.core.surges.incidents import SurgeWarning, as_fields, seen_from
from dashboard.web.answers.errors import PROBLEMS
from dashboard.web.people.model import within
from data_sources.surges.warnings import Warnings


def router(read: Callable[[int], Warnings], local: LocalTime, odds_days: int) -> APIRouter:
    """``GET /api/v1/warnings``; ``read`` gives the warnings with so many lines of the log."""
    routes = APIRouter(responses=PROBLEMS)

    @routes.get("/api/v1/warnings")
    async def warnings(limit: Annotated[int, Query(ge=0, le=1000)] = 50) -> JSONResponse:
        """``{"open": [warning, …], "recent": [{"what", "at", "reason", "by", "warning"}, …]}``.

        Open: one for an incident, the least likely first; ``folded`` has its other places.
        Recent: newest first; ``what`` is raised, moved (``reason`` spread or one_grid) or ended
        (subsided, withdrawn, folded). ``p`` is null while the usual number is learned, and never
        below 0.0001. Times are ISO 8601 in the city's zone; 503 while Redis is out of reach.
        """
        found = await run_in_threadpool(read, limit)
        # only what is inside the user's area
        recent = [
            {
                "what": line.what,
                "at": local.iso(line.at),
                "reason": line.reason,
                "by": line.by,
                "warning": as_json(seen, local, odds_days),
            }
            for line in found.recent
            if (seen := seen_from(line.warning, within)) is not None
        ]
        seen_open = (seen_from(one, within) for one in found.open)
        still = [as_json(one, local, odds_days) for one in seen_open if one is not None]
        return JSONResponse({"open": still, "recent": recent})

    return routes


def as_json(warning: SurgeWarning, local: LocalTime, odds_days: int) -> dict[str, Any]:
    """A warning as JSON, with its times in the city's zone."""
    out = as_fields(warning, odds_days)
    for name in ("raised_at", "updated_at", "high_until"):
        out[name] = local.iso(out[name])
    out["began"] = local.iso(warning.start)
    for place in out["folded"]:
        place["since"] = local.iso(place["since"])
    for place in (out, *out["folded"]):
        for name in ("start", "end"):
            place["evidence"][name] = local.iso(place["evidence"][name])
    return out
