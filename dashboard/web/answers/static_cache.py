"""Scripts and styles of the pages: compressed once, kept, and sent from memory.

Dash reads a bundle from its package at every request and sends it plain; a wall of many
screens that comes back after a restart would wait for that.

A file is kept once, under its own path: whatever the query, whichever fingerprint an address
has, and however its path is written. What is kept has a limit in bytes; beyond it the file that no
one asked for longest goes. A file is read once for all who ask meanwhile, and compressed in a
thread.

A module's address holds a version of all assets (``/assets/v-VERSION/wall/main.mjs``), so that the
modules it imports by relative paths are never older than itself. The version is taken off here;
under the current one a browser may keep the file for good.
"""

from __future__ import annotations

import asyncio
import gzip
import posixpath
import re
from collections import OrderedDict
from dataclasses import dataclass

from dash.fingerprint import check_fingerprint
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SUITES = "/_dash-component-suites/"
_PREFIXES = (_SUITES, "/assets/")
#: all pages' files take about a tenth of this, compressed
_MOST_BYTES = 64_000_000
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
    """Keeps the compressed bodies of script and style files."""

    def __init__(self, app: ASGIApp, version: str = "", most: int = _MOST_BYTES) -> None:
        """`version`: of all assets, as in the addresses of modules; `most`: bytes that are kept."""
        self.app, self._version, self._left = app, version, most
        self._kept: OrderedDict[tuple[str, bool], _Kept] = OrderedDict()
        #: files that are being read
        self._coming: dict[tuple[str, bool], asyncio.Task[_Kept]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        version, scope = _split(scope)
        if not _cacheable(scope):
            await self.app(scope, receive, send)
            return
        kept = await self._file(scope)
        headers = kept.headers
        if version is not None and kept.complete:
            headers = [*headers, (b"cache-control", _CACHE_CONTROL[version == self._version])]
        await send({"type": "http.response.start", "status": kept.status, "headers": headers})
        await send({"type": "http.response.body", "body": kept.body})

    async def _file(self, scope: Scope) -> _Kept:
        key = _key(scope["path"])
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
            return kept
        task = self._coming.get(key)
        if task is None:
            task = self._coming[key] = asyncio.create_task(self._fetch(scope))
            task.add_done_callback(lambda _: self._coming.pop(key, None))
        # later requests get the same answer, so it must not end when the first client leaves
        kept = await asyncio.shield(task)
        if kept.complete and key not in self._kept:
            self._keep(key, kept)
        return kept

    def _keep(self, key: tuple[str, bool], kept: _Kept) -> None:
        self._kept[key] = kept
        self._left -= len(kept.body)
        while self._left < 0:
            _, oldest = self._kept.popitem(last=False)
            self._left += len(oldest.body)

    async def _fetch(self, scope: Scope) -> _Kept:
        """Run the request without conditions and collect the complete answer."""
        skipped = (b"if-none-match", b"if-modified-since", b"range")
        headers = [h for h in scope["headers"] if h[0] not in skipped]
        plain = {**scope, "headers": headers, "query_string": b""}
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
        length = int(dict(headers).get(b"content-length", len(body)))
        complete = start["status"] == 200 and length == len(body)
        packed = complete and any(name in kind for name in _PACKED_TYPES)
        data = await asyncio.to_thread(gzip.compress, bytes(body), 6) if packed else bytes(body)
        headers = [h for h in headers if h[0] not in (b"content-length", b"accept-ranges")]
        headers.append((b"content-length", str(len(data)).encode()))
        if packed:
            headers += [(b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")]
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


def _key(path: str) -> tuple[str, bool]:
    """A file's own path, and whether the address has a fingerprint, which allows to keep it."""
    plain = posixpath.normpath(path)
    if not plain.startswith(_SUITES):
        return plain, False
    found, has_fingerprint = check_fingerprint(plain)
    return found, has_fingerprint


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
