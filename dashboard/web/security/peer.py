"""Whose address a request comes from: of the wire, and of whom a known proxy speaks for.

Takes the place of the server's own handling of X-Forwarded-For, which forgets who sent it.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from dashboard.web.security.access import PEER

#: proxies on this machine are believed about addresses and schemes, not about people
_HERE = ("127.0.0.1", "::1")


class Peer:
    """The outermost middleware."""

    def __init__(self, app: ASGIApp, proxies: list[str]) -> None:
        self._forwarded = ProxyHeadersMiddleware(app, trusted_hosts=[*_HERE, *proxies])  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        scope[PEER] = client[0] if client else ""
        await self._forwarded(scope, receive, send)  # type: ignore[arg-type]
