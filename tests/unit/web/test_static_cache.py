"""Cached scripts and styles: a client that leaves in the middle must not spoil them for others."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from dashboard.web.answers.static_cache import StaticCache

WHOLE = b"body { color: red }\n" * 500


async def _style(_: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        for n in range(0, len(WHOLE), 1000):
            yield WHOLE[n : n + 1000]
            await asyncio.sleep(0)

    return StreamingResponse(pieces(), media_type="text/css")


async def _torn(_: Request) -> Response:
    """An answer that is shorter than its content-length."""
    return PlainTextResponse(WHOLE[:10], headers={"content-length": str(len(WHOLE))})


def get(app: StaticCache, path: str, *, query: str = "", leaves: bool = False) -> bytes:
    """The body as the browser gets it; `leaves`: the client disconnects after its request."""
    return asyncio.run(_get(app, path, query, leaves=leaves))


async def _get(app: StaticCache, path: str, query: str = "", *, leaves: bool = False) -> bytes:
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": [(b"accept-encoding", b"gzip")],
    }
    body = bytearray()
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked and not leaves:
            await asyncio.Event().wait()
        was, asked = asked, True
        if was:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        body.extend(message.get("body", b""))

    await app(scope, receive, send)
    return bytes(body)


def test_one_who_leaves_spoils_nothing() -> None:
    app = StaticCache(Starlette(routes=[Route("/assets/a.css", _style)]))
    get(app, "/assets/a.css", leaves=True)
    assert gzip.decompress(get(app, "/assets/a.css")) == WHOLE


def test_what_is_not_whole_is_not_kept() -> None:
    app = StaticCache(Starlette(routes=[Route("/assets/a.css", _torn)]))
    get(app, "/assets/a.css")
    assert app._kept == {}


@pytest.mark.parametrize(
    ("path", "cached"),
    [
        ("/assets/v-now/a.css", "public, max-age=31536000, immutable"),
        ("/assets/v-then/a.css", "no-cache"),
        ("/assets/a.css", None),
    ],
)
def test_only_the_current_version_is_kept_by_browsers(path: str, cached: str | None) -> None:
    """A page of an older version that is still loading gets the files all the same."""
    app = StaticCache(Starlette(routes=[Route("/assets/a.css", _style)]), version="now")
    answer = TestClient(app).get(path)
    assert (answer.status_code, answer.content) == (200, WHOLE)
    assert answer.headers.get("cache-control") == cached


def test_a_file_that_is_missing_is_not_kept_by_browsers() -> None:
    answer = TestClient(StaticCache(Starlette(), version="now")).get("/assets/v-now/none.mjs")
    assert answer.status_code == 404
    assert "cache-control" not in answer.headers


class Files:
    """Files of which each is its own path, a thousand times; how often they were read."""

    def __init__(self) -> None:
        self.reads = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.reads += 1
        await asyncio.sleep(0.01)
        body = scope["path"].encode() * 1000
        head = [(b"content-type", b"text/css"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": body})


def test_a_file_is_kept_once_however_it_is_asked_for() -> None:
    app = StaticCache(Files(), version="now")
    suites = "/_dash-component-suites/dash"
    for n in range(300):
        get(app, "/assets/a.css", query=f"x={n}")
        get(app, "/assets/" + "./" * (n % 7) + "a.css")
        get(app, f"/assets/v-{n}/a.css")
        get(app, f"{suites}/a.v1_2m{n:x}.min.js")
        get(app, f"{suites}//a.min.js", query=f"{n}")
    assert set(app._kept) == {
        ("/assets/a.css", False),
        (f"{suites}/a.min.js", True),
        (f"{suites}/a.min.js", False),
    }


def test_what_is_kept_has_a_limit_in_bytes() -> None:
    app = StaticCache(Files(), most=2000)
    for n in range(100):
        get(app, f"/assets/{n}.css")
    assert sum(len(one.body) for one in app._kept.values()) <= 2000
    # the newest stay
    assert len(app._kept) > 1
    assert ("/assets/99.css", False) in app._kept


def test_a_file_asked_for_by_many_at_once_is_read_once() -> None:
    files = Files()
    app = StaticCache(files)

    async def run() -> set[bytes]:
        return set(await asyncio.gather(*[_get(app, "/assets/a.css") for _ in range(50)]))

    (body,) = asyncio.run(run())
    assert gzip.decompress(body) == b"/assets/a.css" * 1000
    assert files.reads == 1
