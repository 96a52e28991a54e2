"""The OpenAPI document says what a cut list and a store without records look like."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest
from fastapi import FastAPI

from dashboard.web.api import briefs, queue, wall

NONE = cast(Any, None)
SITE = cast(Any, SimpleNamespace(store=None, settings=SimpleNamespace(shards=1)))
ROUTES = (wall.router(NONE, NONE, NONE, NONE), queue.router(SITE), briefs.router(NONE))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/api/v1/wall", ("children_total", "recorded")),
        ("/api/v1/queue", ("since", "not a queue without events")),
        ("/api/v1/briefs/{brief_id}", ("since", "not recorded")),
    ],
)
def test_what_is_not_there_is_described(path: str, words: tuple[str, ...]) -> None:
    server = FastAPI()
    for routes in ROUTES:
        server.include_router(routes)
    described = server.openapi()["paths"][path]["get"]["description"]
    assert [word for word in words if word not in described] == []
