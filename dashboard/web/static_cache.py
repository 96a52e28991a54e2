"""Scripts and styles of the pages: compressed once, kept, and sent from memory.

Dash reads a bundle from its package at every request and sends it plain; a wall of many
screens that comes back after a restart would wait for that. Bounded by the number of
files the page has.
"""

from __future__ import annotations

import asyncio
import gzip
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PREFIXES = ("/_dash-component-suites/", "/assets/")
_MAX_FILES = 256
_PACKED_TYPES = (b"javascript", b"css", b"json", b"svg")


@dataclass(frozen=True)
class _Kept:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    #: 200, and as long as it said
    whole: bool


class StaticCache:
    """Keeps the compressed bodies of script and style files by path and query."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[tuple[str, bytes], _Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _cacheable(scope):
            await self.app(scope, receive, send)
            return
        key = (scope["path"], scope["query_string"])
        kept = self._kept.get(key)
        if kept is None:
            kept = await self._fetch(scope)
            if kept.whole and len(self._kept) < _MAX_FILES:
                self._kept[key] = kept
        await send({"type": "http.response.start", "status": kept.status, "headers": kept.headers})
        await send({"type": "http.response.body", "body": kept.body})

    async def _fetch(self, scope: Scope) -> _Kept:
        """Run the request without conditions and gather the whole answer.

        The answer is for everybody who comes after: it must not end early because whoever asked
        first has gone on to another page.
        """
        skipped = (b"if-none-match", b"if-modified-since", b"range")
        plain = {**scope, "headers": [h for h in scope["headers"] if h[0] not in skipped]}
        start: Message = {}
        body = bytearray()

        async def gather(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                body.extend(message.get("body", b""))

        await self.app(plain, _patient(), gather)
        headers = [(k.lower(), v) for k, v in start["headers"]]
        kind = dict(headers).get(b"content-type", b"")
        packed = any(name in kind for name in _PACKED_TYPES)
        data = gzip.compress(bytes(body), 6) if packed else bytes(body)
        said = int(dict(headers).get(b"content-length", len(body)))
        headers = [h for h in headers if h[0] not in (b"content-length", b"accept-ranges")]
        headers.append((b"content-length", str(len(data)).encode()))
        if packed:
            headers += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
        whole = start["status"] == 200 and said == len(body)
        return _Kept(start["status"], headers, data, whole)


def _patient() -> Receive:
    """A caller who has asked and waits for as long as it takes."""
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return receive


def _cacheable(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    accepts = dict(scope["headers"]).get(b"accept-encoding", b"")
    return scope["path"].startswith(_PREFIXES) and b"gzip" in accepts
