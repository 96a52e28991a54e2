"""Two middlewares about headers: security headers out, the client's address in.

`SecurityHeaders` adds the headers that let a page load from its own host only. `Peer` notes the
address of the TCP peer, then takes the client's from a trusted proxy's X-Forwarded-For; uvicorn's
own handling of that header forgets the peer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.datastructures import URL, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from dashboard.web.answers.errors import Refused
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


_FILES = ("/assets/", "/_dash-component-suites/")


class SecurityHeaders:
    """Adds the content security policy and related headers to every response.

    No browser or proxy keeps an answer, unless its route allows that: after someone has signed out,
    the next person at the same machine must not find pages in its cache.
    """

    def __init__(self, app: ASGIApp, script_hashes: Callable[[], Sequence[str]]) -> None:
        self.app, self._script_hashes = app, script_hashes
        self._plain = content_security_policy(())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        # the same files for everyone; all else may be about someone or be old in a second
        kept = scope["path"].startswith(_FILES)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                page = headers.get("content-type", "").startswith("text/html")
                # computed for each page: Dash adds inline scripts when it makes the first one
                headers["Content-Security-Policy"] = (
                    content_security_policy(self._script_hashes()) if page else self._plain
                )
                if not kept and "cache-control" not in headers:
                    headers["Cache-Control"] = "no-store"
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"
                headers["Cross-Origin-Opener-Policy"] = "same-origin"
                headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
            await send(message)

        await self.app(scope, receive, guarded)


#: proxies on this machine are trusted about addresses and schemes, not about users
_HERE = ("127.0.0.1", "::1")


class Peer:
    """Sets the request's client address; must be the outermost middleware.

    A host that is none is refused here: everything behind it may take the request's URL apart.
    """

    def __init__(self, app: ASGIApp, proxies: list[str]) -> None:
        self._forwarded = ProxyHeadersMiddleware(app, trusted_hosts=[*_HERE, *proxies])  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        scope[PEER] = client[0] if client else ""
        if scope["type"] == "http" and not _has_host(scope):
            refused = Refused(400, "invalid", "the host cannot be read", field="host")
            await refused.answer()(scope, receive, send)
            return
        await self._forwarded(scope, receive, send)  # type: ignore[arg-type]


def _has_host(scope: Scope) -> bool:
    try:
        # `port` looks at all of it: a bracket that is not closed, a port that is no number
        return URL(scope=scope).port is not False
    except ValueError:
        return False
