"""Which exception becomes which error answer, for every route of the app.

`install(server)` adds the handlers. Routes let these exceptions pass; the only ones they catch are
those whose answer is a page (sign-in forms) or carries more than a :class:`Problem`.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from dash.exceptions import DependencyException, InvalidResourceError
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from dashboard.core.lifecycle.requests import Unlawful
from dashboard.core.model.actions import ActionError
from dashboard.core.model.periods import PeriodError
from dashboard.core.questions.ask import AskError
from dashboard.core.wall.steering import SteerError
from dashboard.web.answers.errors import NotHere, Refused, problem
from dashboard.web.people.accounts import AccountError
from dashboard.web.security.access import IDENTITY, Access, Identity
from data_sources.accounts.saved_views import TooMany
from data_sources.briefs.store import Full
from data_sources.desk.desk import DeskLoading
from data_sources.errors import ArchiveUnreadable, DataLost, RedisUnavailable
from data_sources.live.topics import TooManyTopics
from data_sources.past.asof import PastQueryError
from data_sources.records.scores import ScoreQueryError
from data_sources.store.trouble import cause
from data_sources.walls.devices import DeviceError

_RETRY_SOON = {"Retry-After": "2"}
_RETRY_LATER = {"Retry-After": "60"}
_ACCOUNT_STATUS = {"taken": 409, "changed": 409, "unknown": 404}
_DEVICE_STATUS = {"unknown": 404, "taken": 409, "crowded": 503, "too many": 429}

Answer = Callable[[Any], JSONResponse]


def _device_retry(error: DeviceError) -> dict[str, str] | None:
    if error.kind == "too many":
        return {"Retry-After": str(error.seconds)}
    return _RETRY_SOON if error.kind == "crowded" else None


def _wrong_field(error: Any) -> JSONResponse:
    """A field that cannot be read; the exception names it."""
    return problem(422, "invalid", error.reason, error.field)


def _wrong_parameter(error: Any) -> JSONResponse:
    """The same of the older calls, which answer 400, or 404 for a code that does not exist."""
    if error.unknown:
        return problem(404, "unknown", error.reason, error.field)
    return problem(400, "invalid", error.reason, error.field)


def unavailable(error: Exception) -> JSONResponse:
    """Redis does not do its work; ``cause`` is the code of the reason."""
    found = {"cause": str(cause(error))}
    return problem(503, "redis", str(error), headers=_RETRY_SOON, more=found)


def _validation(error: RequestValidationError) -> JSONResponse:
    """The first of FastAPI's own complaints about a parameter or a body."""
    first = error.errors()[0]
    # ("query", "limit"): where it was, then its name
    name = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    return problem(422, "invalid", first["msg"], name)


def _http(error: HTTPException) -> JSONResponse:
    """An address or a method that no route has, and what files answer."""
    word = HTTPStatus(error.status_code).phrase.lower()
    detail = error.detail if error.detail.lower() != word else None
    return problem(error.status_code, word, detail, headers=error.headers)


ANSWERS: dict[type[Exception], Answer] = {
    RedisUnavailable: unavailable,
    DataLost: lambda e: problem(503, "data-lost", str(e), headers=_RETRY_LATER),
    ArchiveUnreadable: lambda e: problem(503, "archive", str(e)),
    DeskLoading: lambda e: problem(503, "loading", str(e), headers=_RETRY_SOON),
    TooManyTopics: lambda e: problem(503, "areas", str(e), "area", headers=_RETRY_LATER),
    AskError: _wrong_field,
    PeriodError: _wrong_field,
    ActionError: _wrong_field,
    SteerError: _wrong_field,
    RequestValidationError: _validation,
    ScoreQueryError: _wrong_parameter,
    PastQueryError: _wrong_parameter,
    NotHere: lambda e: problem(404, "not here"),
    # Dash's own, for a package or a file that no page uses
    DependencyException: lambda e: problem(404, "not here"),
    InvalidResourceError: lambda e: problem(404, "not here"),
    Full: lambda e: problem(409, "full"),
    TooMany: lambda e: problem(409, "full"),
    Unlawful: lambda e: problem(422, "refused", e.reason, more={"code": e.code}),
    AccountError: lambda e: problem(_ACCOUNT_STATUS.get(e.kind, 422), e.kind, str(e), e.field),
    DeviceError: lambda e: problem(
        _DEVICE_STATUS[e.kind], e.kind, str(e), headers=_device_retry(e)
    ),
    HTTPException: _http,
}


def install(server: FastAPI) -> None:
    """Answer every exception of the table, and a refusal, as a :class:`Problem`."""
    for kind, answer in ANSWERS.items():
        server.add_exception_handler(kind, _handler(answer))
    server.add_exception_handler(Refused, _refused)


def _handler(answer: Answer) -> Callable[[Request, Exception], Any]:
    async def handle(request: Request, error: Exception) -> JSONResponse:
        return answer(error)

    return handle


async def _refused(request: Request, error: Exception) -> JSONResponse:
    """Answers a refusal; one of a known user is also recorded."""
    assert isinstance(error, Refused)
    who: Identity | None = request.scope.get(IDENTITY)
    if who is not None and error.status_code in (401, 403):
        access: Access = request.app.state.access
        await access.note_refusal(request, who.person, error, known=True)
    return error.answer()
