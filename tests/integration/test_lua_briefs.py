"""The steps of a brief's life in the store, called directly."""

from typing import Any

import pytest
import redis

from tests.support.luacalls import call, everything, server_ms

ORDER, QUEUE, ACTIVE, DUE, META, OUTBOX = (
    f"{{t}}:{name}" for name in ("order", "queue", "active", "due", "meta", "outbox")
)
PREFIX = "{t}:one:"


def ask(r: redis.Redis, id_: str, subject: str = "A1|day", planned: str = "", most: int = 2) -> Any:
    found = call(
        r,
        "briefs/store_ask",
        entry=f"{PREFIX}{id_}",
        order=ORDER,
        queue=QUEUE,
        active=ACTIVE,
        due=DUE,
        id=id_,
        subject=subject,
        planned=planned,
        waiting=most,
        more_args=["area", "A1", "by", "zhao"],
    )
    return found.decode()


def step(r: redis.Redis, id_: str, what: str = "", token: int = 3) -> str:
    found = call(
        r,
        "briefs/store_step",
        entry=f"{PREFIX}{id_}",
        meta=META,
        fence_field="fence",
        token=token,
        share="0.250",
        what=what,
    )
    return found.decode()


def end(
    r: redis.Redis,
    id_: str,
    state: str = "done",
    notice: str = "",
    kept: int = 100,
    token: int = 3,
    subject: str = "A1|day",
) -> int:
    return call(
        r,
        "briefs/store_end",
        entry=f"{PREFIX}{id_}",
        order=ORDER,
        queue=QUEUE,
        active=ACTIVE,
        meta=META,
        outbox=OUTBOX,
        fence_field="fence",
        token=token,
        id=id_,
        subject=subject,
        kept=kept,
        prefix=PREFIX,
        state=state,
        notice=notice,
        more_args=["reason", "none", "body", "text"],
    )


def cancel(r: redis.Redis, id_: str, subject: str = "A1|day") -> str:
    found = call(
        r,
        "briefs/store_cancel",
        entry=f"{PREFIX}{id_}",
        queue=QUEUE,
        active=ACTIVE,
        id=id_,
        subject=subject,
    )
    return found.decode()


def entry(r: redis.Redis, id_: str) -> dict[str, str]:
    found = r.hgetall(f"{PREFIX}{id_}")
    return {name.decode(): value.decode() for name, value in found.items()}


@pytest.fixture
def r(redis_client: redis.Redis) -> redis.Redis:
    redis_client.hset(META, "fence", 3)
    return redis_client


def test_a_brief_is_asked_for(r: redis.Redis) -> None:
    before = server_ms(r)

    assert ask(r, "b1") == "b1"
    found = entry(r, "b1")
    asked = int(found.pop("asked"))
    assert before <= asked <= server_ms(r)
    assert found == {"state": "queued", "area": "A1", "by": "zhao"}
    for key in (ORDER, QUEUE):
        assert r.zrange(key, 0, -1, withscores=True) == [[b"b1", float(asked)]]
    assert r.hgetall(ACTIVE) == {b"A1|day": b"b1"}
    assert not r.exists(DUE)


def test_a_subject_has_one_brief_that_waits(r: redis.Redis) -> None:
    ask(r, "b1")
    before = everything(r)

    assert ask(r, "b2") == "b1"
    assert everything(r) == before


def test_people_may_not_have_more_waiting(r: redis.Redis) -> None:
    ask(r, "b1", "A1|day")
    ask(r, "b2", "B2|day")
    before = everything(r)

    assert ask(r, "b3", "C3|day") == "full"
    assert everything(r) == before


def test_a_planned_brief_is_made_once_however_many_wait(r: redis.Redis) -> None:
    ask(r, "b1", "A1|day", most=1)

    assert ask(r, "b2", "B2|day", planned="month|2018-01", most=1) == "b2"
    assert r.hgetall(DUE) == {b"month|2018-01": b"b2"}
    before = everything(r)
    assert ask(r, "b3", "C3|day", planned="month|2018-01") == ""
    assert everything(r) == before


def test_a_brief_is_begun_and_goes_on(r: redis.Redis) -> None:
    ask(r, "b1")

    assert [step(r, "b1", "begin"), step(r, "b1", "begin"), step(r, "b1")] == ["1", "2", "go"]
    found = entry(r, "b1")
    assert (found["state"], found["share"], found["tries"]) == ("running", "0.250", "2")


def test_an_old_token_takes_no_step(r: redis.Redis) -> None:
    ask(r, "b1")
    before = everything(r)

    assert step(r, "b1", "begin", token=2) == "lost"
    assert everything(r) == before


def test_a_step_of_a_cancelled_brief_is_refused(r: redis.Redis) -> None:
    ask(r, "b1")
    step(r, "b1", "begin")

    assert cancel(r, "b1") == "asked"
    before = everything(r)
    assert step(r, "b1") == "cancel"
    assert everything(r) == before
    assert entry(r, "b1")["state"] == "running"
    assert r.zrange(QUEUE, 0, -1) == [b"b1"]


def test_a_brief_that_waits_is_cancelled_at_once(r: redis.Redis) -> None:
    ask(r, "b1")
    now = server_ms(r)

    assert cancel(r, "b1") == "cancelled"
    found = entry(r, "b1")
    assert (found["state"], found["cancel"]) == ("cancelled", "1")
    assert now <= int(found["ended"]) <= server_ms(r)
    assert not r.exists(QUEUE, ACTIVE)
    before = everything(r)
    assert cancel(r, "b1") == "over"
    assert cancel(r, "b9") == "over"
    assert everything(r) == before


def test_a_cancelled_brief_leaves_another_of_its_subject(r: redis.Redis) -> None:
    ask(r, "b1")
    r.hset(ACTIVE, "A1|day", "b2")

    assert cancel(r, "b1") == "cancelled"
    assert r.hgetall(ACTIVE) == {b"A1|day": b"b2"}


def test_a_brief_is_done_and_sent(r: redis.Redis) -> None:
    ask(r, "b1")
    now = server_ms(r)

    assert end(r, "b1", notice="notice") == 1
    found = entry(r, "b1")
    assert (found["state"], found["reason"], found["body"]) == ("done", "none", "text")
    assert now <= int(found["ended"]) <= server_ms(r)
    assert found["sent"] == "1"
    assert not r.exists(QUEUE, ACTIVE)
    assert [fields for _, fields in r.xrange(OUTBOX)] == [{b"n": b"notice"}]
    before = everything(r)
    assert end(r, "b1", notice="notice") == 1
    assert everything(r) == before


def test_a_brief_without_a_notice_is_not_sent(r: redis.Redis) -> None:
    ask(r, "b1")

    assert end(r, "b1", "failed") == 1
    assert entry(r, "b1")["state"] == "failed"
    assert "sent" not in entry(r, "b1")
    assert not r.exists(OUTBOX)


def test_an_old_token_ends_nothing(r: redis.Redis) -> None:
    ask(r, "b1")
    before = everything(r)

    assert end(r, "b1", notice="notice", token=2) == 0
    assert everything(r) == before


@pytest.mark.parametrize(("state", "kept"), [("done", "cancelled"), ("failed", "failed")])
def test_a_brief_cancelled_while_it_was_made(r: redis.Redis, state: str, kept: str) -> None:
    ask(r, "b1")
    step(r, "b1", "begin")
    cancel(r, "b1")

    assert end(r, "b1", state) == 1
    found = entry(r, "b1")
    assert found["state"] == kept
    assert int(found["ended"]) > 0
    assert ("body" in found) == (kept == "failed")
    assert not r.exists(QUEUE, ACTIVE)


def test_an_end_leaves_another_brief_of_its_subject(r: redis.Redis) -> None:
    ask(r, "b1")
    r.hset(ACTIVE, "A1|day", "b2")

    end(r, "b1")

    assert r.hgetall(ACTIVE) == {b"A1|day": b"b2"}


def test_the_oldest_briefs_go_but_none_that_waits(r: redis.Redis) -> None:
    for n in range(1, 6):
        ask(r, f"b{n}", f"A{n}|day", most=9)
        r.zadd(ORDER, {f"b{n}": n})
    for n in (1, 3, 4):
        end(r, f"b{n}", subject=f"A{n}|day")

    end(r, "b5", subject="A5|day", kept=5)
    assert r.zcard(ORDER) == 5
    r.zadd(QUEUE, {"b5": 5})
    end(r, "b5", subject="A5|day", kept=2)

    assert r.zrange(ORDER, 0, -1) == [b"b2", b"b4", b"b5"]
    assert [bool(r.exists(f"{PREFIX}b{n}")) for n in range(1, 6)] == [
        False,
        True,
        False,
        True,
        True,
    ]
