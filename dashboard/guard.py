"""Nothing without a token: one ASGI middleware before every route.

With GRIDWALL_AUTH=required whatever is not named here asks for a viewer, so that a route made
tomorrow is guarded from its first day. A screen that is not paired gets the pairing page where the
wall would be; a device may only read, only what walls need, and, when it is bound to an area, only
that area: its address is put right before the page is made. An open stream ends when its token
is revoked. Pages hold words and names alone; what is counted comes by guarded routes.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.access import COOKIE, COOKIE_S, DEVICE, Access, Refused, Viewer, digest

_WALL = ("/wall", "/wall/")
#: words, scripts and signs of life; what has a token or a manager of its own
_OPEN = (
    *("/assets/", "/_dash-", "/_favicon.ico", "/_reload-hash", "/healthz", "/readyz"),
    *("/api/v1/pairing", "/api/v1/actions", "/api/v1/devices"),
    *("/steer", "/api/v1/steer", "/styleguide"),
)
#: what a device bound to an area may ask: answers that hold one area, by their parameter …
_BY_AREA = ("/stream", "/api/v1/wall")
#: … or nothing that is counted
_PLAIN = ("/api/v1/screen", "/api/v1/scenes", "/api/v1/places", "/city", "/map")
_WRITES = ("/api/v1/wall-errors",)


class _Revoked(OSError):
    """The token of an open stream is good no longer."""


class Guard:
    """Lets through, sends to pairing, or refuses."""

    def __init__(
        self, app: ASGIApp, access: Callable[[], Access], pairing: Callable[[], str]
    ) -> None:
        self.app, self._access, self._pairing = app, access, pairing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        access = self._access()
        path = scope.get("path", "")
        if scope["type"] == "lifespan" or not access.required or _is(path, _OPEN) or path == "/":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        request = HTTPConnection(scope)
        try:
            viewer = await access.viewer(request)
            if path in _WALL and (right := _put_right(viewer, scope)):
                await RedirectResponse(right, 302)(scope, receive, send)
                return
            if viewer.role == DEVICE and path not in _WALL:
                _check(access, viewer, scope)
        except Refused as refused:
            if path in _WALL and refused.status_code in (401, 503):
                page = HTMLResponse(self._pairing(), headers={"Cache-Control": "no-store"})
                await page(scope, receive, send)
            else:
                await refused.answer()(scope, receive, send)
            return
        if path in _WALL and viewer.role == DEVICE:
            send = _renewing(request, send)
        if path == "/stream" and viewer.role == DEVICE:
            await self._while_paired(access, request, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _while_paired(
        self, access: Access, request: HTTPConnection, receive: Receive, send: Send
    ) -> None:
        """A beat goes out every second, so a stream without its token ends soon."""
        token = digest(request.cookies[COOKIE])

        async def watched(message: Message) -> None:
            if not access.devices.holds(token):
                raise _Revoked
            await send(message)

        try:
            await self.app(request.scope, receive, watched)
        except (ClientDisconnect, _Revoked):
            if not access.devices.holds(token):
                await send({"type": "http.response.body", "body": b"", "more_body": False})


def set_cookie(headers: MutableHeaders, token: str, *, secure: bool, seconds: int) -> None:
    """The device's token, out of reach of scripts and of other sites."""
    value = f"{COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict"
    headers.append("Set-Cookie", value + ("; Secure" if secure else ""))


def _is(path: str, prefixes: tuple[str, ...]) -> bool:
    return any(path == p or path.startswith(p if p[-1] in "/-" else p + "/") for p in prefixes)


def _check(access: Access, viewer: Viewer, scope: Scope) -> None:
    path = scope["path"]
    if scope["method"] not in ("GET", "HEAD") and not _is(path, _WRITES):
        raise Refused(403, "read only", "a screen may only look")
    if not viewer.area or _is(path, (*_PLAIN, *_WRITES)):
        return
    asked = dict(_query(scope)).get("area", "")
    if path not in _BY_AREA or not access.within(viewer, asked):
        raise Refused(403, "other area", f"this screen shows {viewer.area} only")


def _query(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def _put_right(viewer: Viewer, scope: Scope) -> str | None:
    """The wall's address as a bound device must have it; None if it is so already."""
    bound = {"device": viewer.device}
    if viewer.area:
        bound["area"] = viewer.area
    if viewer.scenes:
        bound["scenes"] = ",".join(viewer.scenes)
    given = _query(scope)
    asked = dict(given)
    if viewer.scenes and asked.get("scene", viewer.scenes[0]) not in viewer.scenes:
        bound["scene"] = viewer.scenes[0]
    if viewer.role != DEVICE or all(asked.get(k) == v for k, v in bound.items()):
        return None
    kept = [(k, v) for k, v in given if k not in bound]
    return f"{scope['path']}?{urlencode([*kept, *bound.items()], safe=',')}"


def _renewing(request: HTTPConnection, send: Send) -> Send:
    async def renewed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            secure = request.url.scheme == "https"
            set_cookie(headers, request.cookies[COOKIE], secure=secure, seconds=COOKIE_S)
        await send(message)

    return renewed
