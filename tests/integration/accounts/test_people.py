"""Accounts, passwords, sessions, lock-out: the served app and the command line over real Redis."""

from __future__ import annotations

import time
from collections.abc import Iterator
from hashlib import sha256

import httpx
import pytest
import redis
from argon2 import PasswordHasher, extract_parameters
from click.testing import Result
from typer.testing import CliRunner

from dashboard.cli import app
from dashboard.web.people import accounts as passwords
from dashboard.web.people.accounts import COMMAND, AccountError, Accounts
from dashboard.web.people.model import Person, Role, acting
from dashboard.web.security.access import SESSION
from data_sources.accounts.log import PeopleLog
from data_sources.accounts.people import People, PeopleError
from data_sources.accounts.sessions import FAILURES
from data_sources.store import keys
from tests.support.served import served

SECRET = "Bergamot-tea-41"
OURS = {"X-Gridwall": "1"}
ROOT = Person("command line", Role.ADMINISTRATOR, how=COMMAND)


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2 as it is, but quick: what it costs in earnest is another test's."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(1, 8, 1))
    passwords._no_hash.cache_clear()
    yield
    passwords._no_hash.cache_clear()


@pytest.fixture
def accounts(redis_client: redis.Redis) -> Accounts:
    made = Accounts(People(redis_client), {"150402", "150403"}.__contains__)
    made.add(ROOT, "Anna", "administrator", "", SECRET, keep=True)
    return made


@pytest.fixture
def address(accounts: Accounts, redis_url: str) -> Iterator[str]:
    with served(redis_url) as found:
        yield found


def enter(address: str, name: str, password: str = SECRET) -> httpx.Client:
    client = httpx.Client(base_url=address, timeout=10, headers=OURS)
    reply = client.post("/api/v1/sign-in", json={"name": name, "password": password})
    assert reply.status_code == 200, reply.text
    return client


def what_happened(r: redis.Redis) -> list[tuple[str, str, str]]:
    lines = PeopleLog(r).page(lambda _: True, limit=100).lines
    return [(one.who, one.what, one.object) for one in reversed(lines)]


def test_signing_in_out_and_what_is_kept(address: str, redis_client: redis.Redis) -> None:
    assert httpx.get(f"{address}/queue?level=red").headers["location"] == (
        "/sign-in?next=/queue%3Flevel%3Dred"
    )
    anna = enter(address, " anna ")
    cookie = anna.cookies[SESSION]
    reply = anna.get("/api/v1/me").json()
    assert (reply["name"], reply["role"], reply["how"]) == ("Anna", "administrator", "local")
    everything = b"".join(
        redis_client.dump(key) or b"" for key in redis_client.scan_iter()
    ) + b"".join(redis_client.scan_iter())
    assert cookie.encode() not in everything
    assert SECRET.encode() not in everything
    assert redis_client.exists(keys.session(sha256(cookie.encode()).hexdigest()))
    account = People(redis_client).get("Anna")
    assert account
    assert account.password.startswith("$argon2id$")
    assert anna.post("/api/v1/sign-out").status_code == 204
    assert anna.get("/api/v1/me", cookies={SESSION: cookie}).status_code == 401
    done = [what for _, what, _ in what_happened(redis_client)]
    assert done == ["account-added", "sign-in", "sign-out"]


def test_the_form_of_the_page(address: str) -> None:
    form = {"name": "Anna", "password": SECRET, "next": "/queue"}
    own = {"Origin": address}
    with httpx.Client(base_url=address) as client:
        reply = client.post("/api/v1/sign-in", data=form, headers=own)
        assert (reply.status_code, reply.headers["location"]) == (303, "/queue")
        cookie = reply.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
    for next in ("//evil.example", "https://evil.example", "/\\evil.example", "/api/v1/me"):
        reply = httpx.post(f"{address}/api/v1/sign-in", data={**form, "next": next}, headers=own)
        assert reply.headers["location"] == "/", next
    away = httpx.post(
        f"{address}/api/v1/sign-in", data=form, headers={"Origin": "https://evil.example"}
    )
    assert away.status_code == 403
    wrong = httpx.post(f"{address}/api/v1/sign-in", data={**form, "password": "x"}, headers=own)
    assert wrong.status_code == 401
    assert 'id="gw-wrong"' in wrong.text
    assert SECRET not in wrong.text


def test_too_many_failures_lock_out_names_that_exist_and_others(
    address: str, redis_client: redis.Redis
) -> None:
    """By name and address together; what an address elsewhere may is in web/test_doors.py."""

    def tries(name: str, number: int) -> list[int]:
        return [
            httpx.post(
                f"{address}/api/v1/sign-in",
                json={"name": name, "password": "not-it"},
                headers={**OURS, "X-Forwarded-For": f"10.9.{number}.1"},
            ).status_code
            for _ in range(FAILURES + 1)
        ]

    for number, name in enumerate(("Anna", "nobody")):
        assert tries(name, number) == [401] * FAILURES + [429], name
    right = httpx.post(
        f"{address}/api/v1/sign-in",
        json={"name": "Anna", "password": SECRET},
        headers={**OURS, "X-Forwarded-For": "10.9.0.1"},
    )
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) > 0
    assert ("", "locked-out", "Anna") in what_happened(redis_client)
    redis_client.delete(*redis_client.scan_iter(f"{keys.PEOPLE}:failed:*"))
    enter(address, "Anna").close()


def test_what_ends_a_session(address: str, accounts: Accounts) -> None:
    accounts.add(ROOT, "li.na", "operator", "150402", SECRET, keep=True)
    changes = {
        "role": lambda: accounts.change(ROOT, "li.na", "viewer", "150402"),
        "area": lambda: accounts.change(ROOT, "li.na", "viewer", "150403"),
        "end": lambda: accounts.end(ROOT, "li.na"),
        "disabled": lambda: accounts.disable(ROOT, "li.na"),
    }
    for what, change in changes.items():
        client = enter(address, "li.na")
        assert client.get("/api/v1/me").status_code == 200
        change()
        end = time.monotonic() + 10
        while client.get("/api/v1/me").status_code != 401:
            assert time.monotonic() < end, what
            time.sleep(0.05)
        client.close()
    reply = httpx.post(
        f"{address}/api/v1/sign-in", json={"name": "li.na", "password": SECRET}, headers=OURS
    )
    assert reply.status_code == 401, "disabled"


def test_an_administrator_keeps_the_accounts_of_the_own_area(
    address: str, accounts: Accounts, redis_client: redis.Redis
) -> None:
    accounts.add(ROOT, "bo", "administrator", "150402", SECRET, keep=True)
    accounts.add(ROOT, "cai", "viewer", "150403", SECRET)
    bo = enter(address, "bo")
    assert [one["name"] for one in bo.get("/api/v1/people").json()["people"]] == ["bo"]
    new = {"name": "deng", "role": "viewer", "area": "150402", "password": SECRET}
    assert bo.post("/api/v1/people", json={**new, "area": ""}).status_code == 403
    assert bo.post("/api/v1/people", json={**new, "area": "150403"}).status_code == 403
    assert bo.post("/api/v1/people", json=new).status_code == 200
    assert bo.post("/api/v1/people", json=new).status_code == 409
    assert bo.post("/api/v1/people/cai", json={"what": "disable"}).status_code == 404
    up = {"what": "change", "role": "administrator", "area": ""}
    assert bo.post("/api/v1/people/deng", json=up).status_code == 403
    assert bo.post("/api/v1/people/bo", json={"what": "disable"}).status_code == 422
    assert ("bo", "account-added", "deng") in what_happened(redis_client)
    listed = bo.get("/api/v1/people").text
    assert "argon2" not in listed
    # the first password must be changed before anything else
    deng = enter(address, "deng")
    assert deng.get("/queue").headers["location"] == "/account?must=yes"
    assert deng.get("/api/v1/queue").status_code == 403
    body = {"old": SECRET, "new": "Sesame-seeds-77"}
    assert deng.post("/api/v1/account/password", json={**body, "old": "x"}).status_code == 422
    assert deng.post("/api/v1/account/password", json={**body, "new": "short"}).status_code == 422
    assert deng.post("/api/v1/account/password", json=body).status_code == 204
    assert deng.get("/queue").status_code == 200
    assert deng.get("/api/v1/me").json()["must_change"] is False


def test_the_last_administrator_stays(accounts: Accounts) -> None:
    anna = Person("Anna", Role.ADMINISTRATOR)
    token = Person("admin", Role.ADMINISTRATOR, how="token")
    for act in (
        lambda: accounts.disable(token, "Anna"),
        lambda: accounts.remove(token, "Anna"),
        lambda: accounts.change(token, "Anna", "viewer", ""),
        lambda: accounts.change(token, "Anna", "administrator", "150402"),
        lambda: accounts.remove(anna, "Anna"),
    ):
        with acting(token), pytest.raises(AccountError):
            act()
    old = accounts.people.get("Anna")
    assert old
    accounts.end(ROOT, "Anna")
    with pytest.raises(PeopleError, match="changed"):
        accounts.people.rehash(old, "x")


@pytest.mark.parametrize(
    ("password", "wrong"),
    [("a" * 9, "short"), ("a" * 129, "long"), ("li.na.2018", "name"), ("1234567890", "common"),
     ("password2018", "common"), ("aaaaaaaaaaaa", "common"), (SECRET, None),
     ("红山区 第一 网格 长", None)],
    ids=["short", "long", "name", "row", "common", "few", "good", "words"],
)  # fmt: skip
def test_passwords_that_will_not_do(password: str, wrong: str | None) -> None:
    assert passwords.problem(password, "li.na") == wrong


def test_by_the_command(
    redis_url: str, redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDWALL_REDIS_URL", redis_url)
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher())

    def people(*arguments: str, given: str = "") -> Result:
        return CliRunner().invoke(app, ["people", *arguments, "--city", "chifeng"], input=given)

    add = ("add", "wang.fang", "--role", "operator", "--area", "150402", "--password-stdin")
    assert "at least 10" in str(people(*add, given="short\n").exception)
    assert people(*add, given=f"{SECRET}\n").exit_code == 0
    assert people("role", "wang.fang", "manager").exit_code == 0
    assert "no such place" in str(people("area", "wang.fang", "nowhere").exception)
    assert people("disable", "wang.fang").exit_code == 0
    reply = people("list").stdout
    assert "manager  150402" in reply
    assert "disabled" in reply
    account = People(redis_client).get("wang.fang")
    assert account
    assert account.must_change
    made = extract_parameters(account.password)
    assert (made.type.name, made.time_cost, made.memory_cost) == ("ID", 3, 65536)
    assert passwords.right(account.password, SECRET)
    assert what_happened(redis_client)[-1] == ("command line", "account-disabled", "wang.fang")
