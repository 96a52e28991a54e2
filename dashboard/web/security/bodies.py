"""Every request's body is cut off while it is read: too long, too slow, or too many at once.

One middleware in front of all routes. A declared length beyond the limit of the request's row in
the table of rights is refused before a byte is read; otherwise bytes are counted as they come. A
body must go on coming: it has a few seconds and then a least rate, and it ends in any case. What
all bodies of this worker hold at a time has a limit too. The answer to a body that was not read to
its end closes the connection, so that no one can go on sending.

Nothing is read ahead: a route that checks a token first has read nothing of a stranger's body.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.answers.errors import Refused

#: seconds before a body must have come at the least rate, bytes a second; and its end
_GRACE_S, _LEAST, _LONGEST_S = 5.0, 10_000, 60.0
#: what the bodies of this worker may hold at a time, bytes
_TOGETHER = 64_000_000
_RETRY_S = 2


@dataclass(frozen=True)
class Pace:
    """How slowly a body may come."""

    grace_s: float = _GRACE_S
    #: bytes a second
    least: int = _LEAST
    longest_s: float = _LONGEST_S

    def left(self, elapsed_s: float, size: int) -> float:
        """Seconds that the next part may take."""
        return min(self.longest_s, self.grace_s + size / self.least) - elapsed_s


class Bodies:
    """Limits the body of each request; `most` returns how many bytes one may have."""

    def __init__(
        self,
        app: ASGIApp,
        most: Callable[[str, str], int],
        pace: Pace = Pace(),  # frozen
        together: int = _TOGETHER,
    ) -> None:
        self.app, self._most, self.pace = app, most, pace
        self._left = together

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope) if scope["type"] == "http" else None
        if headers is None or not _has_body(headers):
            await self.app(scope, receive, send)
            return
        body = _Body(self, receive, send, self._most(scope["method"], scope["path"]))
        try:
            body.check(_declared(headers))
            await self.app(scope, body.receive, body.send)
        except Refused as refused:
            if body.answered:
                raise
            await refused.answer()(scope, receive, body.send)
        except ClientDisconnect:
            # a client that cuts its body off gets no answer, and no line in the log
            return
        finally:
            self._left += body.size

    def take(self, size: int) -> None:
        """Count bytes that are held from now on; 503 if that are too many."""
        self._left -= size
        if self._left < 0:
            raise Refused(503, "busy", "too many bodies at once; send it again", _RETRY_S)


class _Body:
    """One request's body while it is read."""

    def __init__(self, bodies: Bodies, receive: Receive, send: Send, most: int) -> None:
        self._bodies, self._receive, self._send, self._most = bodies, receive, send, most
        self._began: float | None = None
        self.size = 0
        self._ended = self.answered = False

    def check(self, size: int) -> None:
        """Refuse a body of so many bytes, if that is too long."""
        if size > self._most:
            raise Refused(413, "too long", f"more than {self._most} bytes", field="body")

    async def receive(self) -> Message:
        """The next part; raises :class:`Refused`."""
        if self._ended:
            return await self._receive()
        now = time.monotonic()
        self._began = self._began or now
        left = self._bodies.pace.left(now - self._began, self.size)
        try:
            async with asyncio.timeout(left):
                message = await self._receive()
        except TimeoutError as error:
            raise Refused(408, "too slow", "the body did not come in time", field="body") from error
        part = len(message.get("body", b""))
        self.size += part
        self._bodies.take(part)
        self.check(self.size)
        self._ended = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Pass the answer on; it closes the connection if the body has not ended."""
        if message["type"] == "http.response.start":
            self.answered = True
            if not self._ended:
                MutableHeaders(scope=message)["Connection"] = "close"
        await self._send(message)


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _declared(headers: Headers) -> int:
    """The declared length; 0 if it is not known. uvicorn has refused what is no number."""
    declared = headers.get("content-length", "0")
    return int(declared) if declared.isascii() and declared.isdigit() else 0
