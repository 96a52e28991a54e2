"""The one shape of an error over HTTP, and the exceptions that routes raise for it.

Every answer of 400 and above is a :class:`Problem`, but for two that answer what they always do:
`POST /api/v1/actions` its results if no action is valid (400), `/readyz` its state (503).

Routes raise; which exception becomes which answer is in `dashboard/web/api/errors.py`. Pages catch
the same exceptions and show a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field


class Problem(BaseModel):
    """Why a request was not answered. All three keys are always there."""

    error: str = Field(description="A stable word for programs, such as `invalid` or `redis`")
    field: str | None = Field(description="The parameter or field that is wrong, if it is one")
    detail: str | None = Field(description="For people; its wording may change")


#: for the `responses=` of every router
PROBLEMS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Problem, "description": "The request is refused"},
    "5XX": {"model": Problem, "description": "The server cannot answer now; try again"},
}

_NO_STORE = {"Cache-Control": "no-store"}


def problem(
    status: int,
    error: str,
    detail: str | None = None,
    field: str | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> JSONResponse:
    """An error answer; `more` are keys that a single route adds and documents."""
    body = {"error": error, "field": field, "detail": detail, **(more or {})}
    return JSONResponse(body, status, {**_NO_STORE, **(headers or {})})


class Refused(HTTPException):
    """The only exception for refusing a request: a status, a word and a reason.

    The reason reveals nothing about what was requested.
    """

    def __init__(
        self,
        status: int,
        error: str,
        reason: str,
        retry_s: int = 0,
        *,
        field: str | None = None,
        cause: str = "",
    ) -> None:
        headers = dict(_NO_STORE)
        if status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        if retry_s:
            headers["Retry-After"] = str(retry_s)
        super().__init__(status, detail=reason, headers=headers)
        self.error, self.field = error, field
        #: why Redis does not work, of an answer of 503 for that
        self.cause = cause

    def answer(self) -> JSONResponse:
        """The refusal as JSON."""
        more = {"cause": self.cause} if self.cause else None
        return problem(
            self.status_code, self.error, self.detail, self.field, headers=self.headers, more=more
        )


class NotHere(Exception):  # not a fault: an old link leads here
    """What an address names does not exist; `what` is the code or id."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
