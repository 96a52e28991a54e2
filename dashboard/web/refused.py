"""The one exception that says no to a request, with a status and a reason that gives nothing away.

Raised anywhere below a route; the app answers it as JSON (dashboard.web.security.access.install),
pages put it into words.
"""

from __future__ import annotations

from fastapi import HTTPException
from fastapi.responses import JSONResponse


class Refused(HTTPException):
    """No, with a status and a reason that gives nothing away."""

    def __init__(self, status: int, error: str, reason: str, retry_s: int = 0) -> None:
        headers = {"Cache-Control": "no-store"}
        if status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        if retry_s:
            headers["Retry-After"] = str(retry_s)
        super().__init__(status, detail=reason, headers=headers)
        self.error = error

    def answer(self) -> JSONResponse:
        """The refusal as the API tells it."""
        body = {"error": self.error, "reason": self.detail}
        return JSONResponse(body, self.status_code, headers=self.headers)
