"""Two middlewares about headers: security headers out, the client's address in.

`SecurityHeaders` adds the headers that let a page load from its own host only. `Peer` notes the
address of the TCP peer, then takes the client's from a trusted proxy's X-Forwarded-For; uvicorn's
own handling of that header forgets the peer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from dashboard.web.security.access import PEER


def content_security_policy(script_hashes: Sequence[str]) -> str:
    """The policy: everything from this host only, and inline scripts with these hashes.

    Leaflet and Plotly set styles on elements, hence ``unsafe-inline`` for styles; both draw images
    from data: and blob:.
    """
    scripts = " ".join(["'self'", *script_hashes])
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src {scripts}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'self'",
        )
    )


class SecurityHeaders:
    """Adds the content security policy and related headers to every response."""

    def __init__(self, app: ASGIApp, script_hashes: Callable[[], Sequence[str]]) -> None:
        self.app, self._script_hashes = app, script_hashes
        self._plain = content_security_policy(())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                page = headers.get("content-type", "").startswith("text/html")
                # computed for each page: Dash adds inline scripts when it makes the first one
                headers["Content-Security-Policy"] = (
                    content_security_policy(self._script_hashes()) if page else self._plain
                )
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
            await send(message)

        await self.app(scope, receive, guarded)


#: proxies on this machine are trusted about addresses and schemes, not about users
_HERE = ("127.0.0.1", "::1")


class Peer:
    """Sets the request's client address; must be the outermost middleware."""

    def __init__(self, app: ASGIApp, proxies: list[str]) -> None:
        self._forwarded = ProxyHeadersMiddleware(app, trusted_hosts=[*_HERE, *proxies])  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        scope[PEER] = client[0] if client else ""
        await self._forwarded(scope, receive, send)  # type: ignore[arg-type]
