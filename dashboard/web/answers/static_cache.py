"""Scripts and styles of the pages: compressed once, kept, and sent from memory.

Dash reads a bundle from its package at every request and sends it plain; a wall of many
screens that comes back after a restart would wait for that. Bounded by the number of
files the page has.

A module's address holds a version of all assets (``/assets/v-VERSION/wall/main.mjs``), so that the
modules it imports by relative paths are never older than itself. The version is taken off here;
under the current one a browser may keep the file for good.
"""

from __future__ import annotations

import asyncio
import gzip
import re
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PREFIXES = ("/_dash-component-suites/", "/assets/")
_MAX_FILES = 256
_VERSIONED = re.compile(r"/assets/v-(\w+)(/.*)")
#: by whether the requested version is ours: a page with another one is about to reload
_CACHE_CONTROL = {True: b"public, max-age=31536000, immutable", False: b"no-cache"}
_PACKED_TYPES = (b"javascript", b"css", b"json", b"svg")


@dataclass(frozen=True)
class _Kept:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes
    #: status 200, and as long as its content-length
    complete: bool


class StaticCache:
    """Keeps the compressed bodies of script and style files by path and query."""

    def __init__(self, app: ASGIApp, version: str = "") -> None:
        """`version`: the version of all assets, as in the addresses of modules."""
        self.app, self._version = app, version
        self._kept: dict[tuple[str, bytes], _Kept] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        version, scope = _split(scope)
        if not _cacheable(scope):
            await self.app(scope, receive, send)
            return
        key = (scope["path"], scope["query_string"])
        kept = self._kept.get(key)
        if kept is None:
            kept = await self._fetch(scope)
            if kept.complete and len(self._kept) < _MAX_FILES:
                self._kept[key] = kept
        headers = kept.headers
        if version is not None and kept.complete:
            headers = [*headers, (b"cache-control", _CACHE_CONTROL[version == self._version])]
        await send({"type": "http.response.start", "status": kept.status, "headers": headers})
        await send({"type": "http.response.body", "body": kept.body})

    async def _fetch(self, scope: Scope) -> _Kept:
        """Run the request without conditions and collect the complete answer.

        Later requests get the same answer, so it must not be cut short when the first client
        leaves.
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
        length = int(dict(headers).get(b"content-length", len(body)))
        headers = [h for h in headers if h[0] not in (b"content-length", b"accept-ranges")]
        headers.append((b"content-length", str(len(data)).encode()))
        if packed:
            headers += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
        complete = start["status"] == 200 and length == len(body)
        return _Kept(start["status"], headers, data, complete)


def _patient() -> Receive:
    """A client that has sent its request and never disconnects."""
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            await asyncio.Event().wait()
        sent = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return receive


def _split(scope: Scope) -> tuple[str | None, Scope]:
    """The version in the path of an asset, None without one; and the request without it."""
    found = _VERSIONED.fullmatch(scope["path"]) if scope["type"] == "http" else None
    if found is None:
        return None, scope
    path = f"/assets{found[2]}"
    return found[1], {**scope, "path": path, "raw_path": path.encode()}


def _cacheable(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "GET":
        return False
    accepts = dict(scope["headers"]).get(b"accept-encoding", b"")
    return scope["path"].startswith(_PREFIXES) and b"gzip" in accepts
