"""Every error over HTTP has one shape, whatever was raised below the route."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import pytest
from dash.exceptions import DependencyException, InvalidResourceError
from fastapi import APIRouter, FastAPI, Query
from fastapi.testclient import TestClient

from dashboard.core.lifecycle.requests import Unlawful
from dashboard.core.model.actions import ActionError
from dashboard.core.model.periods import PeriodError
from dashboard.core.questions.ask import AskError
from dashboard.core.wall.steering import SteerError
from dashboard.web.answers.errors import PROBLEMS, NotHere, Problem, Refused
from dashboard.web.api.errors import ANSWERS, install
from dashboard.web.people.accounts import AccountError
from data_sources.accounts.saved_views import TooMany
from data_sources.briefs.store import Full
from data_sources.desk.desk import DeskLoading
from data_sources.errors import ArchiveUnreadable, DataLost, RedisDown, RedisUnavailable
from data_sources.live.topics import TooManyTopics
from data_sources.past.asof import PastQueryError
from data_sources.records.scores import ScoreQueryError
from data_sources.walls.devices import DeviceError

RAISED: list[tuple[Exception, int, str, str | None]] = [
    (RedisUnavailable("gone"), 503, "redis", None),
    (RedisDown("gone"), 503, "redis", None),
    (DataLost({"g0": {}}), 503, "data-lost", None),
    (ArchiveUnreadable("2026-01: torn"), 503, "archive", None),
    (DeskLoading(0.5), 503, "loading", None),
    (TooManyTopics("64"), 503, "areas", "area"),
    (AskError("area", "x", "no such place"), 422, "invalid", "area"),
    (PeriodError("at", "x", "expected a day"), 422, "invalid", "at"),
    (ActionError("text", "", "is missing"), 422, "invalid", "text"),
    (SteerError("scene", "x", "no such scene"), 422, "invalid", "scene"),
    (ScoreQueryError("by", "x", "expected one of"), 400, "invalid", "by"),
    (ScoreQueryError("subject", "x", "has no score", unknown=True), 404, "unknown", "subject"),
    (PastQueryError("month", "x", "expected a month"), 400, "invalid", "month"),
    (PastQueryError("grid", "x", "no such grid", unknown=True), 404, "unknown", "grid"),
    (NotHere("b1"), 404, "not here", None),
    (DependencyException("no such package"), 404, "not here", None),
    (InvalidResourceError("no such file"), 404, "not here", None),
    (Full(), 409, "full", None),
    (TooMany(), 409, "full", None),
    (Unlawful("closed", "it is closed"), 422, "refused", None),
    (AccountError("name", "taken"), 409, "taken", "name"),
    (AccountError("password", "short"), 422, "short", "password"),
    (DeviceError("crowded", "1000 codes are waiting"), 503, "crowded", None),
    (DeviceError("too many", "50 codes are waiting", 9), 429, "too many", None),
    (DeviceError("unknown", "no screen"), 404, "unknown", None),
    (Refused(403, "other area", "you may see 1 only"), 403, "other area", None),
    (Refused(400, "invalid", "expected YYYY-MM-DD", field="day"), 400, "invalid", "day"),
]


def client(raised: Exception | None = None) -> TestClient:
    app, routes = FastAPI(), APIRouter(responses=PROBLEMS)
    install(app)

    @routes.get("/asked")
    async def asked(limit: Annotated[int, Query(ge=1)] = 1) -> dict[str, int]:
        if raised is not None:
            raise raised
        return {"limit": limit}

    app.include_router(routes)
    return TestClient(app)


@pytest.mark.parametrize(("raised", "status", "error", "field"), RAISED)
def test_what_is_raised_becomes_a_problem(
    raised: Exception, status: int, error: str, field: str | None
) -> None:
    answer = client(raised).get("/asked")
    data = answer.json()
    assert (answer.status_code, data["error"], data["field"]) == (status, error, field)
    assert data.keys() - {"code", "cause"} == set(Problem.model_fields)
    Problem.model_validate(data)
    assert answer.headers["cache-control"] == "no-store"


def test_every_kind_of_the_table_is_tried_here() -> None:
    others = {"RequestValidationError", "HTTPException"}
    assert {k.__name__ for k in ANSWERS} - others <= {type(r).__name__ for r, *_ in RAISED} | {
        RedisUnavailable.__name__
    }


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda c: c.get("/asked?limit=x"), (422, "invalid", "limit")),
        (lambda c: c.get("/asked?limit=0"), (422, "invalid", "limit")),
        (lambda c: c.get("/nowhere"), (404, "not found", None)),
        (lambda c: c.post("/asked"), (405, "method not allowed", None)),
    ],
)
def test_what_no_route_takes(
    call: Callable[[TestClient], object], expected: tuple[int, str, str | None]
) -> None:
    answer = call(client())
    data = answer.json()  # type: ignore[attr-defined]
    assert (answer.status_code, data["error"], data["field"]) == expected  # type: ignore[attr-defined]


def test_busy_answers_say_when_to_try_again() -> None:
    assert client(RedisUnavailable("gone")).get("/asked").headers["retry-after"] == "2"
    assert client(DeskLoading(0.5)).get("/asked").headers["retry-after"] == "2"
    assert client(TooManyTopics("64")).get("/asked").headers["retry-after"] == "60"


def test_openapi_names_the_shape() -> None:
    data = client().get("/openapi.json").json()
    answers = data["paths"]["/asked"]["get"]["responses"]
    assert answers.keys() == {"200", "4XX", "5XX"}
    assert answers["4XX"]["content"]["application/json"]["schema"]["$ref"].endswith("/Problem")
    assert set(data["components"]["schemas"]["Problem"]["required"]) == {"error", "field", "detail"}
