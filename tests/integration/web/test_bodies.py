"""Bodies of requests over the served app: too long, too slow, too many, and no JSON."""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import redis
from starlette.types import Receive, Scope, Send

from dashboard.web.security.bodies import Bodies
from data_sources.store.keys import shards
from tests.support.served import TOKEN, served, served_apart

AUTH = {"Authorization": f"Bearer {TOKEN}"}
OURS = {"X-Gridwall": "1"}
(G0,) = shards(1)
ACTION = {
    "action_id": "h-1:report",
    "event_id": "h-1",
    "kind": "report",
    "ts": "2026-01-15T08:00:00+08:00",
    "level": "blue",
}
#: every route that takes a body, and a body of the right kind
WRITES = [
    ("POST", "/api/v1/actions", AUTH),
    ("POST", "/_dash-update-component", OURS),
    ("POST", "/api/v1/sign-in", OURS),
    ("POST", "/api/v1/sign-out", OURS),
    ("POST", "/api/v1/wall-errors", OURS),
    ("POST", "/api/v1/steer/heard", OURS),
    ("POST", "/api/v1/views", OURS),
    ("POST", "/api/v1/briefs", OURS),
    ("POST", "/api/v1/steer", OURS),
    ("POST", "/api/v1/devices", OURS),
    ("POST", "/api/v1/events/h-1/act", OURS),
    ("POST", "/api/v1/account/password", OURS),
    ("POST", "/api/v1/pairing", OURS),
]


@pytest.fixture(scope="module")
def site(_redis_server: str) -> Iterator[str]:
    with served(_redis_server) as address:
        yield address


def problem(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text[:300]
    body: dict[str, Any] = answer.json()
    assert {"error", "field", "detail"} <= set(body)
    return body


def raw(site: str, head: str, body: bytes = b"", *, wait: float = 10) -> bytes:
    """What the server sends for a request as written, until it closes."""
    host = urlsplit(site)
    with socket.create_connection((host.hostname or "", host.port or 0), timeout=wait) as link:
        link.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        found = b""
        try:
            while piece := link.recv(65536):
                found += piece
        except ConnectionResetError:
            pass
        return found


@pytest.mark.parametrize(("method", "path", "headers"), WRITES)
def test_a_declared_length_is_refused_before_a_byte_is_read(
    site: str, method: str, path: str, headers: dict[str, str]
) -> None:
    lines = "\n".join(f"{k}: {v}" for k, v in headers.items())
    began = time.monotonic()
    found = raw(
        site, f"{method} {path} HTTP/1.1\nHost: x\n{lines}\nContent-Length: 300000000", b"{"
    )
    assert time.monotonic() - began < 2
    assert found.startswith(b"HTTP/1.1 413 "), found[:300]
    assert json.loads(found.partition(b"\r\n\r\n")[2])["field"] == "body"
    assert b"connection: close" in found.lower()


@pytest.mark.parametrize(("method", "path", "headers"), WRITES)
def test_a_body_without_a_length_is_cut_off(
    site: str, method: str, path: str, headers: dict[str, str]
) -> None:
    """Whatever the route answers, the connection ends long before the body would."""
    sent = 0

    def pieces() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(300):
            sent += 1_000_000
            yield b" " * 1_000_000

    kind = {"Content-Type": "application/json"}
    try:
        answer = httpx.request(
            method, site + path, content=pieces(), headers={**headers, **kind}, timeout=20
        )
    except httpx.TransportError:
        answer = None
    if answer is not None:
        assert 400 <= answer.status_code < 500 or answer.status_code == 200, answer.text[:200]
    assert sent < 20_000_000


def test_the_servers_memory_does_not_follow_a_body(redis_url: str) -> None:
    def resident(pid: int) -> int:
        status = Path(f"/proc/{pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) // 1024

    before = {int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit()}
    with served_apart(redis_url) as site:
        new = [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit()]
        pid = next(p for p in new if p not in before and b"tests.support.served" in _command(p))
        began = resident(pid)
        for method, path, headers in WRITES:

            def pieces() -> Iterator[bytes]:
                yield b"[" + b" " * 1_000_000
                for _ in range(100):
                    yield b" " * 1_000_000

            kind = {"Content-Type": "application/json"}
            try:
                httpx.request(
                    method, site + path, content=pieces(), headers={**headers, **kind}, timeout=20
                )
            except httpx.TransportError:
                continue
        assert resident(pid) - began < 40, "MB"


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_a_slow_body_ends(site: str) -> None:
    began = time.monotonic()
    head = f"POST /api/v1/actions HTTP/1.1\nHost: x\nAuthorization: Bearer {TOKEN}"
    found = raw(site, f"{head}\nContent-Length: 1000", b"[", wait=15)
    assert 4 < time.monotonic() - began < 9
    assert found.startswith(b"HTTP/1.1 408 "), found[:200]
    assert json.loads(found.partition(b"\r\n\r\n")[2])["error"] == "too slow"


def test_a_stranger_sends_no_body_slowly_either(site: str) -> None:
    """Refused without reading: the answer closes the connection."""
    began = time.monotonic()
    found = raw(site, "POST /api/v1/actions HTTP/1.1\nHost: x\nContent-Length: 1000", b"[")
    assert found.startswith(b"HTTP/1.1 401 "), found[:200]
    assert time.monotonic() - began < 2


@pytest.mark.alone
def test_five_hundred_slow_bodies_hinder_nobody(site: str) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    host = urlsplit(site)
    head = (
        f"POST /api/v1/actions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n"
        "Content-Length: 1000000\r\n\r\n["
    ).encode()

    async def run() -> list[float]:
        links = []
        for _ in range(500):
            link = await asyncio.open_connection(host.hostname, host.port)
            link[1].write(head)
            links.append(link)
        took = []
        async with httpx.AsyncClient() as client:
            for n in range(40):
                for _, writer in links:
                    writer.write(b" ")
                began = time.monotonic()
                answer = await client.get(f"{site}/healthz")
                assert answer.status_code == 200
                took.append(time.monotonic() - began)
                began = time.monotonic()
                body = {**ACTION, "action_id": f"slow-{n}"}
                answer = await client.post(f"{site}/api/v1/actions", json=body, headers=AUTH)
                assert answer.status_code == 200, answer.text
                took.append(time.monotonic() - began)
        # each of them ends by itself
        for reader, writer in links:
            found = await asyncio.wait_for(reader.read(), 30)
            assert found.startswith(b"HTTP/1.1 408"), found[:100]
            writer.close()
        return took

    try:
        took = sorted(asyncio.run(run()))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert took[-1] < 1.0, took[-8:]


DEEP = b"[" * 100_000
WRONG: list[tuple[str, bytes]] = [
    ("deep", DEEP),
    ("deep objects", b'{"a":' * 50_000),
    ("not UTF-8", b'{"action_id": "\xff\xfe"}'),
    ("UTF-16", json.dumps(ACTION).encode("utf-16")),
    ("a raw surrogate", b'{"action_id": "\xed\xa0\x80"}'),
    ("half a surrogate", rb'{"action_id": "\ud800"}'),
    ("half a surrogate, then text", rb'{"action_id": "\ud800abc", "what": "\udc00"}'),
    ("NaN", b'{"lat": NaN}'),
    ("Infinity", b'{"lat": Infinity}'),
    ("-Infinity", b'{"lat": -Infinity}'),
    ("1e400", b'{"lat": 1e400}'),
    ("five thousand digits", b'{"ts": ' + b"9" * 5000 + b"}"),
    ("a name twice", b'{"event_id": "a", "event_id": "b"}'),
    ("a name twice, inside", b'[{"a": {"b": 1, "b": 2}}]'),
    ("open", b'{"a": '),
    ("a zero byte", b"\x00"),
    ("compressed", b"\x1f\x8b\x08\x00\x00\x00\x00\x00"),
]


@pytest.mark.parametrize(("what", "body"), WRONG, ids=[what for what, _ in WRONG])
@pytest.mark.parametrize(("method", "path", "headers"), WRITES)
def test_what_is_no_json_is_refused(
    site: str, method: str, path: str, headers: dict[str, str], what: str, body: bytes
) -> None:
    kind = {"Content-Type": "application/json"}
    answer = httpx.request(method, site + path, content=body, headers={**headers, **kind})
    if path == "/api/v1/pairing":  # reads none
        assert answer.status_code in (200, 413, 429), answer.text
        return
    assert 400 <= answer.status_code < 500, answer.text[:300]
    problem(answer, answer.status_code)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ts", 2**53 + 1),
        ("ts", 2**63),
        ("ts", 2**64),
        ("ts", 10**30),
        ("ts", -1),
        ("ts", 1.5),
        ("due", 2**64),
        ("until", 2**70),
        ("step", 2**64),
        ("lat", 1e308),
        ("lat", 2**70),
        ("ratings", [2**64]),
        ("action_id", "a\x00b"),
        ("action_id", "a\u2028b"),
        ("event_id", "\u202e"),
    ],
)
def test_numbers_and_names_out_of_range_name_their_field(
    site: str, redis_url: str, field: str, value: Any
) -> None:
    body = {**ACTION, "lon": 1.0, "lat": 1.0, field: value}
    answer = httpx.post(f"{site}/api/v1/actions", json=body, headers=AUTH)
    assert answer.status_code == 400, answer.text
    (result,) = answer.json()["results"]
    assert (result["result"], result["field"]) == ("invalid", field)
    with redis.Redis.from_url(redis_url) as r:
        assert not r.exists(G0.actions)


def test_a_call_of_dash_must_be_one_of_this_app(site: str) -> None:
    call = f"{site}/_dash-update-component"
    router = next(
        one
        for one in httpx.get(f"{site}/_dash-dependencies").json()
        if "_pages_content.children" in one["output"]
    )
    whole = {
        "output": router["output"],
        "outputs": [
            {"id": "_pages_content", "property": "children"},
            {"id": "_pages_store", "property": "data"},
        ],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": "/definitions"},
            {"id": "_pages_location", "property": "search", "value": ""},
        ],
        "changedPropIds": [],
    }
    assert httpx.post(call, json=whole, headers=OURS).status_code == 200
    others: list[Any] = [
        {},
        [],
        None,
        {"output": "x.y"},
        {**whole, "output": "none.children"},
        {**whole, "output": 5},
        {**whole, "outputs": []},
        {**whole, "outputs": None},
        {**whole, "inputs": []},
        {**whole, "inputs": whole["inputs"][:1]},
        {**whole, "inputs": [whole["inputs"][0]] * 2},
        {**whole, "inputs": [*whole["inputs"], {"id": "a", "property": "b"}]},
        {**whole, "inputs": [{**whole["inputs"][0], "value": 5}, whole["inputs"][1]]},
        {**whole, "inputs": [whole["inputs"][0], {**whole["inputs"][1], "value": [1]}]},
        {**whole, "inputs": [{"id": {"a": []}, "property": "pathname"}]},
        {**whole, "changedPropIds": 5},
        {**whole, "state": [{"id": "a", "property": "b"}]},
        {**whole, "inputs": [whole["inputs"][0], {**whole["inputs"][1], "value": "?func=1"}]},
    ]
    for body in others:
        answer = httpx.post(call, json=body, headers=OURS)
        assert 400 <= answer.status_code < 500, (body, answer.text[:200])
        problem(answer, answer.status_code)
    form = httpx.post(call, data={"a": "b"}, headers=OURS)
    problem(form, 415)


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    size = 0
    while (message := await receive()).get("more_body"):
        size += len(message["body"])
    body = str(size + len(message["body"])).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def test_what_all_bodies_hold_is_bounded() -> None:
    app = Bodies(_echo, most=lambda _method, _path: 1000, together=500)

    async def run() -> None:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            for _ in range(5):
                # what one body held is free again when it is over
                assert (await client.post("/", content=b"x" * 400)).json() == 400
                busy = await client.post("/", content=b"x" * 600)
                assert (busy.status_code, busy.json()["error"]) == (503, "busy")
                assert busy.headers["retry-after"]

    asyncio.run(run())
