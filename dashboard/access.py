"""Who asks: a screen with a device token, a manager, or (as long as nothing is asked for) anybody.

`Access` decides, `await viewer(request)` and `manager(request)` are what routes call; both give a
:class:`Viewer` or raise :class:`Refused`, which becomes a JSON answer. Reading needs a viewer,
writing (steering, pairing) a manager. Without GRIDWALL_AUTH=required everybody may read, and on
the loopback a page of our own may write: a request of the same origin with ``X-Gridwall: 1``,
a header that no page of another origin can send. A token is compared in constant time, kept and
looked up only as its SHA-256, and never logged.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import redis
import structlog
from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse
from starlette.requests import HTTPConnection

from dashboard.ports import is_loopback
from dashboard.settings import Settings

if TYPE_CHECKING:
    from data_sources.register import Register

log = structlog.get_logger("access")

COOKIE = "gridwall_device"
#: a year; renewed whenever the wall is loaded
COOKIE_S = 365 * 24 * 3600
OPEN, DEVICE, MANAGER = "open", "device", "manager"
#: wrong admin tokens and unknown codes an address may send in a minute
_FAILURES, _WINDOW_S = 10, 60.0
_ADDRESSES = 4096
#: who sends one of these is a proxy, and whom it speaks for is not on this machine
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")


@dataclass(frozen=True)
class Viewer:
    """Who asked: a device bound to an area and scenes (empty: not bound), or a role alone."""

    role: str = OPEN
    device: str = ""
    area: str = ""
    scenes: tuple[str, ...] = ()
    #: who manages, for the record: "demo" or "admin"
    name: str = ""


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


class Limiter:
    """At most so many counted attempts of an address in a window; bounded in memory."""

    def __init__(self, most: int = _FAILURES, window_s: float = _WINDOW_S) -> None:
        self._most, self._window = most, window_s
        self._seen: OrderedDict[str, list[float]] = OrderedDict()

    def wait(self, address: str) -> int:
        """Seconds until the address may try again; 0 if it may now."""
        now = time.monotonic()
        times = [t for t in self._seen.get(address, ()) if now - t < self._window]
        if len(times) < self._most:
            return 0
        return int(self._window - (now - times[-self._most])) + 1

    def count(self, address: str) -> None:
        """Note an attempt."""
        now = time.monotonic()
        times = [t for t in self._seen.pop(address, ()) if now - t < self._window]
        self._seen[address] = [*times[-self._most :], now]
        while len(self._seen) > _ADDRESSES:
            self._seen.popitem(last=False)


class Access:
    """The decisions for one web worker."""

    def __init__(
        self, settings: Settings, devices: Register, path: Callable[[str], tuple[str, ...]]
    ) -> None:
        self.required = settings.auth == "required"
        self.devices = devices
        self.failures = Limiter()
        self._path = path
        self._demo = not self.required and is_loopback(settings.host)
        token = settings.admin_token
        self._admin = digest(token.get_secret_value()) if token else None

    async def viewer(self, request: HTTPConnection) -> Viewer:
        """Who may read; 401 for one without a token, 503 while nobody can know."""
        if not self.required:
            return Viewer()
        if "authorization" in request.headers:
            return self._by_token(request)
        token = request.cookies.get(COOKIE)
        if not token:
            raise Refused(401, "unpaired", "this screen has not been paired")
        try:
            device = await self.devices.of_token(digest(token))
        except redis.RedisError as error:
            raise Refused(503, "redis", "it cannot be known now who asks", 2) from error
        if device is None:
            raise Refused(401, "unpaired", "this screen is not paired, or its token was revoked")
        return Viewer(DEVICE, device.name, device.area, device.scenes)

    def manager(self, request: HTTPConnection) -> Viewer:
        """Who may write."""
        if "authorization" not in request.headers and self._is_own_page(request):
            return Viewer(MANAGER, name="demo")
        return self._by_token(request)

    async def keep(self, stop: asyncio.Event) -> None:
        """Follow what is confirmed and revoked until told to stop."""
        if self.required:
            await self.devices.keep(stop)

    def within(self, viewer: Viewer, area: str) -> bool:
        """Whether a viewer may see an area ("" is the whole city)."""
        return not viewer.area or viewer.area in (area, *self._path(area))

    def _by_token(self, request: HTTPConnection) -> Viewer:
        address = remote(request)
        if wait := self.failures.wait(address):
            raise Refused(429, "too many failures", "wait before the next attempt", wait)
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if self._admin is None:
            raise Refused(403, "no admin token", "set GRIDWALL_ADMIN_TOKEN to allow this")
        if kind.lower() != "bearer" or not hmac.compare_digest(digest(given.strip()), self._admin):
            self.failures.count(address)
            log.warning("admin token refused", client=address, path=request.url.path)
            raise Refused(401, "unauthorized", "the admin token is needed as a bearer token")
        return Viewer(MANAGER, name="admin")

    def _is_own_page(self, request: HTTPConnection) -> bool:
        """A page of ours on this machine: no other site can set the header without being asked
        about it first, and a name that was pointed at the loopback is not one of its names."""
        host = request.headers.get("host", "")
        origin = request.headers.get("origin")
        return (
            self._demo
            and not any(name in request.headers for name in _FORWARDED)
            and request.headers.get("x-gridwall") == "1"
            and is_loopback(urlsplit(f"//{host}").hostname or "")
            and (origin is None or urlsplit(origin).netloc == host)
        )


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def remote(request: HTTPConnection) -> str:
    """The address a request comes from."""
    return request.client.host if request.client else "?"


def access(request: HTTPConnection) -> Access:
    """The app's own."""
    found: Access = request.app.state.access
    return found


async def viewer(request: Request) -> Viewer:
    """For a route that reads: ``who: Viewer = Depends(viewer)``, or awaited."""
    return await access(request).viewer(request)


def manager(request: Request) -> Viewer:
    """For a route that writes: ``who: Viewer = Depends(manager)``, or called."""
    return access(request).manager(request)


def install(server: FastAPI, found: Access) -> None:
    """Give an app its decisions, and refusals their shape."""
    server.state.access = found

    async def refused(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, Refused)
        return error.answer()

    server.add_exception_handler(Refused, refused)
