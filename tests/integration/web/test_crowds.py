"""How many streams an address may have, and how many costly questions a person."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, ExitStack

import httpx
import pytest
import redis
from starlette.requests import HTTPConnection

from dashboard.web.answers.errors import Refused
from dashboard.web.people.model import DEVICE, LOCAL, TOKEN, Person
from dashboard.web.security import crowds
from dashboard.web.security.access import COOKIE, Identity, digest
from dashboard.web.security.crowds import Crowded, Questions, Streams
from data_sources.walls.devices import Devices
from tests.support.served import served

ADMIN = "an-admin-token-for-tests"


def asked(address: str = "203.0.113.9") -> HTTPConnection:
    return HTTPConnection({"type": "http", "client": (address, 1), "headers": []})


def who(name: str, how: str = LOCAL) -> Identity:
    return Identity(Person(name, how=how), lambda: True, token=name)


def test_an_address_has_so_many_streams_and_a_screen_its_own(
    redis_url: str, redis_client: redis.Redis
) -> None:
    devices = Devices(redis_client)
    devices.confirm(devices.ask(digest("a-screen"), "test").code, "hall", by="test")
    admin = {"Authorization": f"Bearer {ADMIN}"}
    with (
        served(redis_url, auth="required", admin_token=ADMIN, streams_per_address=3) as address,
        httpx.Client(base_url=address, timeout=20) as client,
        ExitStack() as held,
    ):
        for _ in range(3):
            assert held.enter_context(client.stream("GET", "/stream", headers=admin)).is_success
        refused = client.get("/stream", headers=admin)
        assert (refused.status_code, refused.json()["error"]) == (429, "too many streams")
        assert int(refused.headers["Retry-After"]) > 0
        # another address, and the paired screens behind the same one
        other = {**admin, "X-Forwarded-For": "198.51.100.7"}
        assert held.enter_context(client.stream("GET", "/stream", headers=other)).is_success
        screen = client.build_request("GET", "/stream", headers={"Cookie": f"{COOKIE}=a-screen"})
        answer = client.send(screen, stream=True)
        assert answer.status_code == 200
        answer.close()
        held.close()
        # the server notices within a beat or two that they have gone
        end, status = time.monotonic() + 20, 429
        while status == 429:
            assert time.monotonic() < end
            time.sleep(0.2)
            with client.stream("GET", "/stream", headers=admin) as again:
                status = again.status_code
        assert status == 200


def test_a_stream_that_ends_is_no_longer_counted() -> None:
    streams = Streams(2)
    with streams.one(asked(), who("a")), streams.one(asked(), who("b")):
        with pytest.raises(Crowded), streams.one(asked(), who("c")):
            pass
        with streams.one(asked("198.51.100.7"), who("c")), streams.one(asked(), who("s", DEVICE)):
            pass
    assert not streams._open


def test_a_person_has_a_few_questions_at_a_time_and_others_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(crowds, "_PATIENCE_S", 0.1)
    monkeypatch.setattr(crowds, "_WAITING", 3)

    async def run() -> None:
        questions, refusals = Questions(2, at_once=3), list[Refused]()
        async with AsyncExitStack() as held:
            done = await held.enter_async_context(questions.turn(asked(), who("a")))
            await held.enter_async_context(questions.turn(asked(), who("a")))

            async def more(name: str) -> bool:
                try:
                    async with questions.turn(asked(), who(name)):
                        return True
                except Crowded as crowded:
                    refusals.append(crowded.refused)
                    return False

            # three may wait, in vain; the fourth is refused at once
            assert await asyncio.gather(*[more("a") for _ in range(4)]) == [False] * 4
            assert await more("b")
            # an answer that is being sent holds no turn
            done()
            assert await more("a")
            assert await more("b")
        assert not questions._turns
        assert {one.status_code for one in refusals} == {429}
        assert all(int((one.headers or {})["Retry-After"]) > 0 for one in refusals)
        # all of them are free again
        async with AsyncExitStack() as held:
            for name in ("a", "b", "c"):
                await held.enter_async_context(questions.turn(asked(), who(name)))

    asyncio.run(run())


def test_a_token_that_many_share_counts_by_address() -> None:
    async def run() -> None:
        questions = Questions(1, at_once=9)
        async with (
            questions.turn(asked("192.0.2.1"), who("admin", TOKEN)),
            questions.turn(asked("192.0.2.2"), who("admin", TOKEN)),
        ):
            assert len(questions._turns) == 2

    asyncio.run(run())
