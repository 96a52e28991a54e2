"""Pairing, what a paired screen may see, and who may write: the served app over real Redis."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
import redis

from dashboard.config.addresses import check_bind
from dashboard.config.reading import ConfigError
from dashboard.config.settings import load
from dashboard.web.security.access import COOKIE, digest
from data_sources.store import keys
from data_sources.walls.devices import ALPHABET, Devices, normal
from tests.support.processes import run
from tests.support.served import served

ADMIN = "an-admin-token-of-the-tests"
AS_ADMIN = {"Authorization": f"Bearer {ADMIN}"}
OURS = {"X-Gridwall": "1"}
COUNTY = "150402"
OTHER = "150403"


@pytest.fixture
def address(redis_url: str) -> Iterator[str]:
    with served(redis_url, auth="required", admin_token=ADMIN) as found:
        yield found


@pytest.fixture
def screen(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=10) as client:
        yield client


def code_of(screen: httpx.Client) -> str:
    reply = screen.post("/api/v1/pairing", headers=OURS)
    assert reply.status_code == 200
    return str(reply.json()["code"])


def confirm(address: str, code: str, name: str, **more: object) -> httpx.Response:
    body = {"code": code, "name": name, **more}
    return httpx.post(f"{address}/api/v1/devices", json=body, headers=AS_ADMIN)


def connected(address: str) -> tuple[int, int]:
    """Paired screens with an open stream, and all open streams, of the worker."""
    text = httpx.get(f"{address}/metrics", headers=AS_ADMIN).text
    values = dict(line.split() for line in text.splitlines() if not line.startswith("#"))
    return (
        int(float(values["gridwall_screens_connected"])),
        int(float(values["gridwall_stream_clients"])),
    )


def test_a_screen_is_paired_and_revoked(
    address: str, screen: httpx.Client, redis_client: redis.Redis
) -> None:
    for path in ("/api/v1/wall", "/stream", "/city/areas.geojson", "/api/v1/events/x", "/map/x"):
        assert screen.get(path).status_code == 401, path
    assert 'id="gw-code"' in screen.get("/wall").text
    code = code_of(screen)
    assert screen.get("/api/v1/pairing").json()["code"] == code
    assert screen.get("/api/v1/wall").status_code == 401, "a token alone is worth nothing"
    assert confirm(address, code.lower(), "大厅 1").status_code == 201
    assert screen.get("/api/v1/pairing").json() == {"state": "paired"}
    wall = screen.get("/wall", follow_redirects=True)
    assert "_dash" in wall.text
    cookie = wall.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Max-Age=31536000"))
    assert screen.get("/api/v1/wall").status_code in (200, 503)
    assert screen.post("/api/v1/devices", json={}).status_code == 401, "a screen only looks"
    kept = b"".join(redis_client.hgetall(keys.DEVICES).values())
    token = screen.cookies[COOKIE]
    assert token.encode() not in kept
    assert digest(token).encode() in kept

    assert connected(address) == (0, 0)
    with screen.stream("GET", "/stream") as stream:
        assert connected(address) == (1, 1)
        began = time.monotonic()
        done = run("wall", "revoke", "大厅 1", GRIDWALL_REDIS_URL=_url(redis_client))
        assert done.returncode == 0, done.stderr
        with suppress(httpx.HTTPError):  # a packed stream is cut off
            for _ in stream.iter_raw():
                assert time.monotonic() - began < 15
    assert connected(address) == (0, 0)
    assert screen.get("/api/v1/wall").status_code == 401
    assert 'id="gw-code"' in screen.get("/wall").text
    what = [entry["what"] for entry in Devices(redis_client).log()]
    assert what == ["revoked", "confirmed", "asked"]


def test_a_bound_screen_sees_its_area_only(address: str, screen: httpx.Client) -> None:
    made = confirm(address, code_of(screen), "duty", area=COUNTY, scenes=["map", "queue"])
    assert made.status_code == 201
    right = screen.get(f"/wall?area={OTHER}&lang=en&scene=overview")
    assert right.status_code == 302
    assert right.headers["location"] == (
        f"/wall?lang=en&device=duty&area={COUNTY}&scenes=map,queue&scene=map"
    )
    assert screen.get(right.headers["location"]).status_code == 200
    for path in ("/api/v1/wall", f"/api/v1/wall?area={OTHER}", f"/stream?area={OTHER}", "/stream"):
        assert screen.get(path).status_code == 403, path
    assert screen.get("/api/v1/events/E1").status_code == 403
    assert screen.get("/city/areas.geojson").status_code == 200
    assert screen.get("/api/v1/screen").json()["area"] == COUNTY
    assert screen.get(f"/api/v1/wall?area={COUNTY}001").status_code != 403, "a place inside it"


def test_codes_are_used_once_and_names_are_unique(
    address: str, screen: httpx.Client, redis_client: redis.Redis
) -> None:
    code = code_of(screen)
    assert set(normal(code)) <= set(ALPHABET)
    url = _url(redis_client)
    first = run("wall", "pair", code, "--name", "A", "--area", "nowhere", GRIDWALL_REDIS_URL=url)
    assert first.returncode == 1
    assert "nowhere" in first.stderr
    done = run("wall", "pair", code, "--name", "A", GRIDWALL_REDIS_URL=url, GRIDWALL_CITY="chifeng")
    assert done.returncode == 0, done.stderr
    assert confirm(address, code, "B").status_code == 404, "used"
    with httpx.Client(base_url=address) as other:
        second = code_of(other)
        assert confirm(address, second, "A").status_code == 409
        redis_client.delete(keys.pairing_code(normal(second)))
        assert confirm(address, second, "B").status_code == 404, "expired"
    listed = httpx.get(f"{address}/api/v1/devices", headers=AS_ADMIN).json()["devices"]
    assert [row["name"] for row in listed] == ["A"]
    assert "token" not in listed[0]


def test_guessing_is_slowed_down(address: str) -> None:
    answers = [
        httpx.get(f"{address}/api/v1/devices", headers={"Authorization": f"Bearer {n}"})
        for n in range(12)
    ]
    assert [a.status_code for a in answers] == [401] * 10 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 0
    late = httpx.get(f"{address}/api/v1/devices", headers=AS_ADMIN)
    assert late.status_code == 429, "the right token tells nothing to one who guesses"


def test_a_restart_while_redis_is_away_keeps_screens_paired(redis_url: str) -> None:
    with served("redis://127.0.0.1:1/0", auth="required", admin_token=ADMIN) as address:
        known = {COOKIE: "a-token-that-may-be-good"}
        assert httpx.get(f"{address}/api/v1/pairing", cookies=known).status_code == 503
        assert httpx.get(f"{address}/api/v1/wall", cookies=known).status_code == 503


def test_open_on_the_loopback_writes_ask_for_a_page_of_ours(redis_url: str) -> None:
    with served(redis_url) as address:
        host = address.removeprefix("http://")
        assert httpx.get(f"{address}/api/v1/screen").json()["role"] == "open"

        def listed(**headers: str) -> int:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return httpx.get(f"{address}/api/v1/devices", headers=named).status_code

        assert listed() == 403
        assert listed(X_Gridwall="1") == 200
        assert listed(X_Gridwall="1", Origin=f"http://{host}") == 200
        assert listed(X_Gridwall="1", Origin="http://elsewhere.example") == 403
        assert listed(X_Gridwall="1", Host="elsewhere.example") == 403
        report = {"what": "draw", "panel": "queue", "message": "boom", "count": 1}
        errors = f"{address}/api/v1/wall-errors"
        assert httpx.post(errors, json=report).status_code == 204
        assert httpx.post(errors, json={"what": 5}).status_code == 422
        assert httpx.post(errors, content=b"x" * 5000).status_code == 413


def test_an_open_address_needs_both_settings() -> None:
    done = run("web", "--host", "0.0.0.0", GRIDWALL_AUTH="required")
    assert done.returncode == 1
    assert "GRIDWALL_HOST=0.0.0.0" in done.stderr
    assert not load(auth="required").guarded
    assert not load(admin_token=ADMIN).guarded
    both = load(auth="required", admin_token=ADMIN)
    check_bind("0.0.0.0", guarded=both.guarded)
    with pytest.raises(ConfigError, match="hidden"):
        load(admin_token="short")


def _url(r: redis.Redis) -> str:
    path = r.connection_pool.connection_kwargs.get("path")
    assert path
    return f"unix://{path}"
