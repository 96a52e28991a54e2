"""Changing the scene file over HTTP: what is in it, what a draft would make of it, writing it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from dashboard.config.scenes.draft import Draft
from dashboard.web.answers.bodies import from_json_as
from dashboard.web.answers.errors import PROBLEMS, problem
from dashboard.web.pages.scene_editing import Saving, SceneEditor
from dashboard.web.people.model import Capability, require

_NO_STORE = {"Cache-Control": "no-store"}


def router(editor: SceneEditor) -> APIRouter:
    """``GET /api/v1/scenes/file``, ``POST /api/v1/scenes/draft`` and ``POST /api/v1/scenes``."""
    routes = APIRouter(responses=PROBLEMS)

    @routes.get("/api/v1/scenes/file")
    async def file() -> JSONResponse:
        """The scene file: ``{"name", "version", "refusal", "own", "mistakes"}``."""
        require(Capability.OPERATE)
        found = await run_in_threadpool(editor.file)
        return JSONResponse(found._asdict(), headers=_NO_STORE)

    @routes.post("/api/v1/scenes/draft")
    async def draft(request: Request) -> JSONResponse:
        """What the walls would get of a draft, or its mistakes; writes nothing."""
        require(Capability.OPERATE)
        asked = from_json_as(await request.body(), Draft)
        return JSONResponse(await run_in_threadpool(editor.tried, asked), headers=_NO_STORE)

    @routes.post("/api/v1/scenes")
    async def save(request: Request) -> JSONResponse:
        """Write a draft into the file; 409 if that is not possible, 422 with its mistakes."""
        require(Capability.OPERATE)
        asked = from_json_as(await request.body(), Saving)
        found = await run_in_threadpool(editor.save, asked)
        if found["mistakes"]:
            detail = "the file would have mistakes; nothing was written"
            return problem(422, "mistakes", detail, "draft", more={"mistakes": found["mistakes"]})
        return JSONResponse(found, headers=_NO_STORE)

    return routes
