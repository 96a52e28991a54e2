"""What an attacker finds at the doors: sign-in, pairing, caches, headers, half-sent requests."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest
import redis
from argon2 import PasswordHasher

from dashboard.config.addresses import neighbours
from dashboard.core.model.actions import Action, Kind
from dashboard.web.people import accounts as passwords
from dashboard.web.people.accounts import COMMAND, Accounts
from dashboard.web.people.model import Person, Role
from dashboard.web.people.record import line
from dashboard.web.security.access import SESSION
from data_sources.accounts.people import Account, People
from data_sources.accounts.sessions import (
    FAILURES,
    FAILURES_ADDRESS,
    FAILURES_NAME,
    Sessions,
)
from data_sources.store import keys
from data_sources.store.actions import ActionLog
from data_sources.store.connection import connect
from data_sources.walls.devices import MOST_FROM_ONE, DeviceError, Devices
from tests.support.served import served
from tests.support.stores.engine import fold_all, life

SECRET = "Bergamot-tea-41"
OURS = {"X-Gridwall": "1"}
ROOT = Person("command line", Role.ADMINISTRATOR, how=COMMAND)
OWN, OTHER = "150402", "150403"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2 as it is, but quick: what it costs in earnest is another test's."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
    passwords._no_hash.cache_clear()
    yield
    passwords._no_hash.cache_clear()


@pytest.fixture
def address(redis_client: redis.Redis, redis_url: str) -> Iterator[str]:
    made = Accounts(People(redis_client), {OWN, OTHER}.__contains__)
    made.add(ROOT, "Anna", "administrator", "", SECRET, keep=True)
    made.add(ROOT, "li.na", "operator", OWN, SECRET, keep=True)
    with served(redis_url) as found:
        yield found


@pytest.fixture(scope="module")
def site(_redis_server: str) -> Iterator[str]:
    """The demo: without an account."""
    with connect(_redis_server) as r:
        r.flushall()
        fold_all(r)
    with served(_redis_server) as found:
        end = time.monotonic() + 20
        while httpx.get(f"{found}/api/v1/queue").status_code != 200:
            assert time.monotonic() < end
            time.sleep(0.1)
        yield found


def enter(address: str, name: str, password: str = SECRET, of: str = "") -> httpx.Response:
    """Sign in; `of`: from this address, as a trusted proxy names it."""
    headers = {**OURS, "X-Forwarded-For": of} if of else OURS
    body = {"name": name, "password": password}
    return httpx.post(f"{address}/api/v1/sign-in", json=body, headers=headers)


def test_a_strangers_guesses_lock_the_stranger_out_and_no_one_else(address: str) -> None:
    guesses = [enter(address, "li.na", "not it", "203.0.113.9").status_code for _ in range(12)]
    assert guesses == [401] * FAILURES + [429] * 2
    locked = enter(address, "li.na", SECRET, "203.0.113.9")
    assert locked.status_code == 429
    assert int(locked.headers["Retry-After"]) > 0
    assert enter(address, "li.na", SECRET, "198.51.100.7").status_code == 200
    # other names are still open to the stranger's office
    assert enter(address, "Anna", SECRET, "203.0.113.9").status_code == 200


def test_an_ipv6_host_is_one_address(address: str) -> None:
    guesses = [
        enter(address, "li.na", "not it", f"2001:db8:1:2::{n:x}").status_code for n in range(1, 13)
    ]
    assert guesses == [401] * FAILURES + [429] * 2
    assert enter(address, "li.na", SECRET, "2001:db8:1:3::1").status_code == 200
    assert neighbours("::ffff:192.0.2.1") == "192.0.2.1"
    assert neighbours("fe80::1%eth0") == "fe80::/64"
    assert neighbours("no address") == "no address"


def test_an_address_that_tries_many_names_is_locked_out(
    address: str, redis_client: redis.Redis
) -> None:
    found = [
        enter(address, f"name{n}", "not it", "203.0.113.9").status_code
        for n in range(FAILURES_ADDRESS + 20)
    ]
    assert found == [401] * FAILURES_ADDRESS + [429] * 20
    # nothing is kept for the attempts of one who is locked out
    pairs = list(redis_client.scan_iter(keys.attempts("pair", "*")))
    assert len(pairs) <= FAILURES_ADDRESS + 1
    assert enter(address, "li.na", SECRET, "203.0.113.10").status_code == 200


def test_a_name_tried_from_everywhere_is_open_where_its_owner_is_known(address: str) -> None:
    assert enter(address, "li.na", SECRET, "198.51.100.7").status_code == 200
    found = [
        enter(address, "li.na", "not it", f"203.0.{n // 8}.{n % 8}").status_code
        for n in range(FAILURES_NAME + 10)
    ]
    assert found.count(401) <= FAILURES_NAME + 1
    assert found[-5:] == [429] * 5
    # the owner's own office, and no other
    assert enter(address, "li.na", SECRET, "198.51.100.7").status_code == 200
    assert enter(address, "li.na", SECRET, "192.0.2.77").status_code == 429


def test_an_administrator_of_the_city_always_gets_in_on_this_machine(address: str) -> None:
    for _ in range(FAILURES + 5):
        enter(address, "Anna", "not it")
    for n in range(FAILURES_ADDRESS + 5):
        enter(address, f"name{n}", "not it")
    assert enter(address, "li.na").status_code == 429
    assert enter(address, "Anna").status_code == 200
    # through a proxy, or by another name of this machine, it is not this machine
    assert enter(address, "Anna", of="127.0.0.1").status_code == 429
    named = httpx.post(
        f"{address}/api/v1/sign-in",
        json={"name": "Anna", "password": SECRET},
        headers={**OURS, "Host": "wall.example"},
    )
    assert named.status_code == 429


def test_one_address_cannot_fill_the_pairing_pool(redis_client: redis.Redis) -> None:
    devices = Devices(redis_client)
    for n in range(MOST_FROM_ONE):
        devices.ask(f"token-{n}", "2001:db8:1:2::1")
    with pytest.raises(DeviceError) as found:
        devices.ask("one more", "2001:db8:1:2::ffff")
    assert found.value.kind == "too many"
    assert 0 < found.value.seconds <= 600
    assert not redis_client.exists(keys.pairing_of("one more"))
    code = devices.ask("a screen", "198.51.100.7").code
    assert devices.confirm(code, "hall").name == "hall"


def test_codes_are_refused_with_the_time_to_wait(address: str) -> None:
    asked = [
        httpx.post(f"{address}/api/v1/pairing", headers={**OURS, "X-Forwarded-For": "203.0.113.9"})
        for _ in range(70)
    ]
    refused = [one for one in asked if one.status_code == 429]
    assert refused
    assert all(int(one.headers["Retry-After"]) > 0 for one in refused)
    other = httpx.post(
        f"{address}/api/v1/pairing", headers={**OURS, "X-Forwarded-For": "198.51.100.7"}
    )
    assert other.json()["state"] == "waiting"


def session(r: redis.Redis, address: str, name: str, role: str, area: str) -> httpx.Client:
    people = People(r)
    account = people.add(Account(name=name, role=role, area=area), line(ROOT, "account-added"))
    client = httpx.Client(base_url=address, headers=OURS, timeout=20)
    client.cookies.set(SESSION, Sessions(r).start(account))
    return client


def test_an_event_without_a_place_belongs_to_who_sees_the_city(
    redis_url: str, redis_client: redis.Redis
) -> None:
    log, now = ActionLog(redis_client), time.time_ns() // 1_000_000 - 3_600_000
    said = "said-before-the-report"
    waits = Action(action_id="p:c", event_id="parked", kind=Kind.COMMENT, ts=now, text=said)
    log.append([waits, *life("nowhere", now, close=False, place=(), lat=None, lon=None)])
    odd = Action(action_id="n:c", event_id="nowhere", kind=Kind.COMMENT, ts=now + 9, text=said)
    log.append([odd, *life("abroad", now, close=False, place=("990000", "990000001"))])
    log.append(life("mine", now, close=False, place=(OWN,)))
    fold_all(redis_client)
    with served(redis_url) as address:
        mine = session(redis_client, address, "bo", "manager", OWN)
        whole = session(redis_client, address, "cai", "manager", "")
        end = time.monotonic() + 20
        while mine.get("/api/v1/queue").status_code != 200:
            assert time.monotonic() < end
            time.sleep(0.1)
        for event in ("parked", "nowhere", "abroad"):
            for path in (f"/api/v1/events/{event}/actions", f"/events/{event}"):
                asked = mine.get(path, headers={"Accept": "application/json"})
                assert said not in asked.text, path
                assert asked.status_code in (200, 403), path
            assert mine.get(f"/api/v1/events/{event}/actions").status_code == 403, event
            act = {"action_id": "x", "kind": "urge"}
            assert mine.post(f"/api/v1/events/{event}/act", json=act).status_code in (403, 404)
            assert page_text(mine, f"/events/{event}")[0] == 403, event
            status, text = page_text(whole, f"/events/{event}")
            assert status == 200
            assert event in text
            for path in ("/api/v1/queue", "/api/v1/export/queue.csv", f"/api/v1/queue?q={event}"):
                assert event not in mine.get(path).text, path
            steer = {"device": "hall", "event": event, "scene": "map", "seconds": 60, "id": "1"}
            assert mine.post("/api/v1/steer", json=steer).status_code in (403, 404, 422)
            stream = first_frame(mine, OWN)
            assert event not in stream
        assert said in whole.get("/api/v1/events/parked/actions").text
        assert mine.get("/api/v1/events/never-heard-of/actions").status_code == 404
        assert mine.get("/api/v1/events/mine/actions").status_code == 200
        # a query cannot say another event than the path
        assert page_text(mine, "/events/mine", "?event_id=parked")[0] == 400


def page_text(client: httpx.Client, path: str, search: str = "") -> tuple[int, str]:
    """A page's content as Dash asks for it: its status, and its text."""
    known = client.get("/_dash-dependencies").json()
    body = {
        "output": next(d["output"] for d in known if "_pages_content.children" in d["output"]),
        "outputs": [
            {"id": "_pages_content", "property": "children"},
            {"id": "_pages_store", "property": "data"},
        ],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": path},
            {"id": "_pages_location", "property": "search", "value": search},
        ],
        "changedPropIds": [],
    }
    answer = client.post("/_dash-update-component", json=body)
    return answer.status_code, answer.text


def first_frame(client: httpx.Client, area: str) -> str:
    with client.stream("GET", "/stream", params={"area": area}) as answer:
        return next(one for one in answer.iter_lines() if one.startswith("data: "))


def test_no_browser_keeps_a_page_or_an_answer(address: str, redis_client: redis.Redis) -> None:
    client = session(redis_client, address, "cai", "administrator", "")
    paths = (
        *("/", "/queue", "/people", "/audit", "/events/x", "/wall", "/account", "/sign-in"),
        *("/api/v1/wall", "/api/v1/me", "/api/v1/scores", "/api/v1/events/x", "/api/v1/warnings"),
        *("/api/v1/people", "/api/v1/queue", "/api/v1/export/queue.csv", "/openapi.json"),
        *("/metrics", "/healthz", "/readyz", "/api/v1/past/range", "/_dash-layout"),
    )
    for path in paths:
        for one in (client.get(path), httpx.get(address + path, headers={"Accept": "text/html"})):
            assert one.headers["cache-control"] == "no-store", (path, one.status_code)
    status = client.post("/_dash-update-component", json={})
    assert status.headers["cache-control"] == "no-store"
    # files are the same for all: a browser may keep them
    page = httpx.get(f"{address}/sign-in").text
    style = "/assets/" + page.partition('href="/assets/')[2].partition('"')[0]
    assert "no-store" not in httpx.get(address + style).headers.get("cache-control", "")


def test_no_answer_names_the_server(address: str) -> None:
    for path in ("/", "/healthz", "/nowhere", "/assets/x", "/api/v1/wall"):
        assert "server" not in httpx.get(address + path).headers, path
    assert b"uvicorn" not in raw(address, b"no request\r\n\r\n").lower()


def raw(address: str, sent: bytes, wait: float = 15) -> bytes:
    """What comes for bytes as sent, until the server closes."""
    host = urlsplit(address)
    with socket.create_connection((host.hostname or "", host.port or 0), timeout=wait) as link:
        found = b""
        try:
            link.sendall(sent)
            while piece := link.recv(65536):
                found += piece
        except (ConnectionResetError, BrokenPipeError):
            pass
        return found


WRONG_ENTRIES = (
    *("0-0", "0000-00", "18446744073709551616-0", "9" * 30, "9" * 4000, "٣", "²-1", "①", "-1"),
    *("1-", "-", "x", "1-1-1", "1-18446744073709551616", " 1-1", "1_0"),
)


@pytest.mark.parametrize("entry", WRONG_ENTRIES)
def test_the_id_of_an_entry_that_redis_would_refuse_names_its_parameter(
    site: str, entry: str
) -> None:
    """These answered 503, as if Redis were out of reach."""
    asked = [("/api/v1/audit", {"before": entry}, "before")]
    if entry not in ("0-0", "0000-00", "9" * 4000):  # the first place in a stream is one
        asked.append(("/api/v1/queue/changes", {"since": f"g0:{entry}", "at": "1"}, "since"))
        asked.append(("/api/v1/outcomes", {"cursor": f"{entry}.0"}, "cursor"))
    for path, query, field in asked:
        answer = httpx.get(f"{site}{path}", params=query)
        assert answer.status_code in (400, 422), (path, answer.text)
        assert answer.json()["field"] == field


def test_half_a_request_ends(address: str) -> None:
    def ended(sent: bytes) -> float:
        began = time.monotonic()
        assert raw(address, sent) == b""
        return time.monotonic() - began

    halves = (b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\n", b"GET /healthz")
    with ThreadPoolExecutor(len(halves)) as side_by_side:
        for took in side_by_side.map(ended, halves):
            assert 8 < took < 14


def test_a_head_without_an_end_is_cut_off(address: str) -> None:
    host = urlsplit(address)
    sent = 0
    with socket.create_connection((host.hostname or "", host.port or 0), timeout=10) as link:
        link.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        try:
            while sent < 50_000_000:
                sent += link.send(b"X-Filling: " + b"a" * 4000 + b"\r\n")
        except OSError:
            pass
    assert sent < 10_000_000


HEADERS = (
    *(("Host", v) for v in ("[", "]", "[::", "a:b", "a:99999", "a:-1", "", "x y", "a/b", "\xff")),
    *(("Origin", v) for v in ("[", "http://[", "null", "", "http://x:y")),
    *(("Cookie", v) for v in ("gridwall_session=\xff", "gridwall_device=", "=;;=", "a" * 9000)),
    *(("Authorization", v) for v in ("Bearer", "Bearer \xff", "Bearer  ", "Basic !", "bearer x")),
    *(("Accept-Encoding", v) for v in ("gzip;q=x", "\xff", "*")),
    *(("If-None-Match", v) for v in ('"', "\xff", "W/")),
    *(("If-Modified-Since", v) for v in ("never", "\xff", "Thu, 99 Jan 99999 00:00:00 GMT")),
    *(("Range", v) for v in ("bytes=9-1", "bytes=" + "0-1," * 500, "\xff", "bytes=99999999999-")),
    *(("Content-Length", v) for v in ("-1", "x", "1_0", "9" * 40)),
    *(("Content-Type", v) for v in ("multipart/form-data", "\xff", "application/json; charset=x")),
    *(("X-Forwarded-For", v) for v in ("[", "\xff", "1.2.3.4:x", ",,,", "a" * 5000)),
    *(("X-Forwarded-Proto", v) for v in ("[", "\xff", "ftp")),
    *(("Transfer-Encoding", v) for v in ("gzip", "chunked, chunked", "\xff")),
    *(("Last-Event-ID", v) for v in ("x", "9" * 40, "\xff")),
    *(("Accept", v) for v in ("\xff", "text/html")),
)  # fmt: skip


def test_no_header_gives_a_fault(redis_url: str) -> None:
    paths = (
        *("/queue", "/sign-in", "/api/v1/wall", "/api/v1/me", "/assets/wall/css/wall.css"),
        *("/_dash-layout", "/nowhere", "/city/areas.geojson", "/api/v1/places/"),
    )
    with served(redis_url) as address:
        for path in paths:
            for method in ("GET", "POST"):
                for name, value in HEADERS:
                    head = f"{method} {path} HTTP/1.1\r\nConnection: close\r\n"
                    host = "" if name == "Host" else "Host: 127.0.0.1\r\n"
                    sent = f"{head}{host}{name}: {value}\r\n\r\n".encode("latin-1")
                    found = raw(address, sent, wait=20)
                    status = found.split(b" ")[1] if found else b"closed"
                    assert not status.startswith(b"5") or status == b"503", (path, name, value)
