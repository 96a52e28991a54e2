"""The wall's scenes as JSON: what is in force, and what is wrong with the file if it is broken."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from dashboard.config.scenes import Scenes


def scenes_router(scenes: Scenes) -> APIRouter:
    """``/api/v1/scenes``."""
    routes = APIRouter()

    @routes.get("/api/v1/scenes")
    async def current() -> JSONResponse:
        """The last good scene file; ``error`` lists the mistakes of the file as it stands."""
        return JSONResponse(
            {**scenes.page(), "error": scenes.error or None},
            headers={"Cache-Control": "no-cache"},
        )

    return routes
