"""Signing in at a real identity provider that runs next to the app, and by a proxy's header."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import oidc_provider_mock
import pytest
import redis

from dashboard.web.api.sign_in import STARTS
from dashboard.web.people.accounts import COMMAND, Accounts
from dashboard.web.people.model import Person, Role
from dashboard.web.security.access import SESSION
from data_sources.accounts.people import People
from tests.support.served import served

ROOT = Person("command line", Role.ADMINISTRATOR, how=COMMAND)
PEOPLE = {
    "s-1": {"preferred_username": "qian", "roles": ["leaders", "x"], "area": "150402"},
    "s-2": {"preferred_username": "sun", "roles": ["strangers"]},
    "s-3": {"preferred_username": "anna", "roles": ["leaders"]},
    "s-4": {"preferred_username": "zhou", "roles": ["staff"], "area": "nowhere"},
}


@pytest.fixture
def address(redis_url: str, redis_client: redis.Redis) -> Iterator[str]:
    accounts = Accounts(People(redis_client), {"150402"}.__contains__)
    accounts.add(ROOT, "Anna", "administrator", "", "Bergamot-tea-41", keep=True)
    users = [oidc_provider_mock.User(sub=k, claims=dict(v)) for k, v in PEOPLE.items()]
    with (
        oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=users) as provider,
        served(
            redis_url,
            oidc_issuer=f"http://localhost:{provider.server_port}",
            oidc_client_id="gridwall",
            oidc_client_secret="a-secret-of-the-tests",
            oidc_roles="leaders=manager,staff=viewer",
        ) as found,
    ):
        yield found


def sent_away(client: httpx.Client, next: str = "/queue") -> str:
    reply = client.get("/api/v1/sign-in/oidc", params={"next": next})
    assert reply.status_code == 302, reply.text
    return reply.headers["location"]


def come_back(client: httpx.Client, url: str, sub: str) -> httpx.Response:
    reply = httpx.post(url, data={"sub": sub})
    assert reply.status_code == 302, reply.text
    back = reply.headers["location"]
    assert back.startswith(f"{client.base_url}")
    return client.get(back)


def test_who_has_a_role_there_gets_in(address: str, redis_client: redis.Redis) -> None:
    with httpx.Client(base_url=address, timeout=20) as client:
        assert "/api/v1/sign-in/oidc?" in client.get("/sign-in").text
        url = sent_away(client)
        asked = parse_qs(urlsplit(url).query)
        assert asked["code_challenge_method"] == ["S256"]
        assert asked["nonce"]
        reply = come_back(client, url, "s-1")
        assert (reply.status_code, reply.headers["location"]) == (303, "/queue")
        me = client.get("/api/v1/me").json()
        assert (me["name"], me["role"], me["area"], me["how"]) == (
            "qian", "manager", "150402", "oidc"
        )  # fmt: skip
        # the answer is good once
        assert come_back(client, url, "s-1").status_code == 401
    account = People(redis_client).get("qian")
    assert account
    assert (account.subject, account.password) == ("s-1", "")


@pytest.mark.parametrize("sub", ["s-2", "s-3", "s-4"], ids=["role", "name-taken", "area"])
def test_others_do_not(address: str, sub: str) -> None:
    with httpx.Client(base_url=address, timeout=20) as client:
        reply = come_back(client, sent_away(client), sub)
        assert reply.status_code == 403
        assert SESSION not in client.cookies
        assert 'id="gw-wrong"' in reply.text


def test_an_address_starts_so_often_in_a_minute(address: str, redis_client: redis.Redis) -> None:
    """Each start was kept in the store for ten minutes, however many there were."""
    with httpx.Client(base_url=address, timeout=20) as client:
        codes = [client.get("/api/v1/sign-in/oidc").status_code for _ in range(STARTS + 5)]
        assert codes == [302] * STARTS + [429] * 5
        reply = client.get("/api/v1/sign-in/oidc", params={"next": "/queue"})
        assert 1 <= int(reply.headers["Retry-After"]) <= 60
        assert 'id="gw-wrong"' in reply.text
        assert client.get("/api/v1/sign-in/oidc/back").status_code == 429
    assert len(list(redis_client.scan_iter("*started*"))) <= STARTS


def test_an_answer_of_another_browser_is_none(address: str) -> None:
    with httpx.Client(base_url=address) as one, httpx.Client(base_url=address) as other:
        url = sent_away(one)
        sent_away(other)
        assert come_back(other, url, "s-1").status_code == 401
        assert SESSION not in other.cookies
        made_up = "/api/v1/sign-in/oidc/back?code=x&state=y"
        assert other.get(made_up).status_code == 401


def test_a_proxy_is_believed_by_its_address_only(redis_url: str, redis_client: redis.Redis) -> None:
    accounts = Accounts(People(redis_client), {"150402"}.__contains__)
    accounts.add(ROOT, "Anna", "operator", "150402", "Bergamot-tea-41", keep=True)
    anna = {"X-Remote-User": "anna"}
    with served(redis_url, proxy_header="X-Remote-User", proxy_addresses="127.0.0.1") as site:
        me = httpx.get(f"{site}/api/v1/me", headers=anna).json()
        assert (me["name"], me["role"], me["area"], me["how"]) == (
            "Anna", "operator", "150402", "proxy"
        )  # fmt: skip
        stranger = httpx.get(f"{site}/api/v1/me", headers={"X-Remote-User": "bo"})
        assert stranger.status_code == 403
        assert httpx.get(f"{site}/api/v1/me").status_code == 401
        accounts.disable(ROOT, "Anna")
    with served(redis_url, proxy_header="X-Remote-User", proxy_addresses="10.0.0.2") as site:
        accounts.enable(ROOT, "Anna")
        for more in ({}, {"X-Forwarded-For": "10.0.0.2"}, {"Forwarded": "for=10.0.0.2"}):
            reply = httpx.get(f"{site}/api/v1/me", headers={**anna, **more})
            assert reply.status_code == 401, more
