"""The scripts of steering and of paired screens, called directly."""

import json
from typing import Any

import redis

from tests.support.luacalls import call, everything, server_ms

ORDERS, RECORD = "{t}:orders", "{t}:record"


def show(r: redis.Redis, name: str, device: str = "hall", seconds: int = 60) -> tuple[int, Any]:
    wish = {"id": name, "device": device, "scene": "map", "by": "zhao"}
    new, text = call(
        r,
        "walls/steering_show",
        orders=ORDERS,
        record=RECORD,
        seen=f"{{t}}:seen:{name}",
        device=device,
        wish=json.dumps(wish),
        seconds=seconds,
        remembered_s=500,
        how="page",
    )
    return new, json.loads(text)


def end(r: redis.Redis, device: str = "*", id_: str = "") -> list[str]:
    found = call(
        r,
        "walls/steering_end",
        orders=ORDERS,
        record=RECORD,
        device=device,
        id=id_,
        by="qian",
        how="cli",
    )
    return sorted(json.loads(text)["id"] for text in found)


def ended_order(r: redis.Redis, device: str) -> None:
    """An order that has run out but is held still."""
    r.hset(ORDERS, device, json.dumps({"id": "old", "device": device, "until": server_ms(r)}))


def lines(r: redis.Redis) -> list[dict[bytes, bytes]]:
    return [fields for _, fields in r.xrange(RECORD)]


def test_an_order_is_given_and_recorded(redis_client: redis.Redis) -> None:
    r, before = redis_client, server_ms(redis_client)

    new, order = show(r, "a", seconds=60)

    assert new == 1
    assert before <= order["at"] <= server_ms(r)
    assert order["until"] - order["at"] == 60_000
    assert (order["scene"], order["by"]) == ("map", "zhao")
    assert json.loads(r.hget(ORDERS, "hall") or b"") == order
    assert 400 < r.ttl("{t}:seen:a") <= 500
    (line,) = lines(r)
    assert json.loads(line.pop(b"order")) == order
    assert line == {b"what": b"show", b"by": b"zhao", b"how": b"page"}


def test_a_wish_of_the_same_name_is_granted_once(redis_client: redis.Redis) -> None:
    first = show(redis_client, "a")
    show(redis_client, "b")
    before = everything(redis_client)

    assert show(redis_client, "a") == (0, first[1])
    assert everything(redis_client) == before


def test_showing_drops_orders_that_have_ended(redis_client: redis.Redis) -> None:
    ended_order(redis_client, "yard")

    show(redis_client, "a", "hall")
    show(redis_client, "b", "door")

    assert set(redis_client.hkeys(ORDERS)) == {b"hall", b"door"}


def test_a_devices_orders_are_ended_and_recorded(redis_client: redis.Redis) -> None:
    r = redis_client
    show(r, "a", "hall")
    show(r, "b", "door")

    assert end(r, "hall") == ["a"]
    assert r.hkeys(ORDERS) == [b"door"]
    line = lines(r)[-1]
    assert json.loads(line.pop(b"order"))["id"] == "a"
    assert line == {b"what": b"end", b"by": b"qian", b"how": b"cli"}


def test_the_order_with_an_id_is_ended_and_no_other(redis_client: redis.Redis) -> None:
    show(redis_client, "a", "hall")
    show(redis_client, "b", "door")

    assert end(redis_client, "*", "b") == ["b"]
    assert redis_client.hkeys(ORDERS) == [b"hall"]
    assert end(redis_client, "hall", "b") == []
    assert redis_client.hkeys(ORDERS) == [b"hall"]


def test_all_orders_are_ended_at_once(redis_client: redis.Redis) -> None:
    show(redis_client, "a", "hall")
    show(redis_client, "b", "door")

    assert end(redis_client) == ["a", "b"]
    assert not redis_client.exists(ORDERS)
    assert len(lines(redis_client)) == 4


def test_ending_drops_what_has_run_out_without_a_record(redis_client: redis.Redis) -> None:
    ended_order(redis_client, "yard")

    assert end(redis_client, "hall") == []
    assert not redis_client.exists(ORDERS)
    ended_order(redis_client, "yard")
    assert end(redis_client, "yard") == []
    assert lines(redis_client) == []


CODE, DEVICES, CHANGED, WAITING, LOG = (
    f"{{t}}:{name}" for name in ("code", "devices", "changed", "waiting", "log")
)


def confirm(r: redis.Redis, name: str = "hall", scenes: tuple[str, ...] = ("map",)) -> str:
    record = {"name": name, "area": "A1", "scenes": scenes, "created": 7, "revoked": 0}
    done = call(
        r,
        "walls/devices_confirm",
        code_key=CODE,
        devices=DEVICES,
        changed=CHANGED,
        waiting=WAITING,
        log=LOG,
        code="K7M4PX",
        name=name,
        new_record=json.dumps(record),
        by="zhao",
        now=1_500_000_000_000,
        log_length=100,
    )
    return done.decode()


def revoke(r: redis.Redis, name: str = "hall") -> str:
    done = call(
        r,
        "walls/devices_revoke",
        devices=DEVICES,
        changed=CHANGED,
        log=LOG,
        name=name,
        by="qian",
        now=1_600_000_000_000,
        log_length=100,
    )
    return done.decode()


def asked(r: redis.Redis) -> None:
    """A screen shows the code."""
    r.set(CODE, "hash")
    r.zadd(WAITING, {"K7M4PX": 1, "other": 2})


def device(r: redis.Redis, name: str = "hall") -> dict[str, Any]:
    return json.loads(r.hget(DEVICES, name) or b"{}")


def test_a_code_is_confirmed(redis_client: redis.Redis) -> None:
    r = redis_client
    asked(r)

    assert confirm(r) == "done"
    assert not r.exists(CODE)
    assert r.zrange(WAITING, 0, -1) == [b"other"]
    found = device(r)
    assert (found["token"], found["area"], found["scenes"]) == ("hash", "A1", ["map"])
    assert r.get(CHANGED) == b"1"
    (entry,) = [fields for _, fields in r.xrange(LOG)]
    assert entry == {
        b"what": b"confirmed",
        b"name": b"hall",
        b"by": b"zhao",
        b"at": b"1500000000000",
        b"area": b"A1",
    }


def test_a_device_for_any_scene_has_no_list_of_them(redis_client: redis.Redis) -> None:
    asked(redis_client)

    assert confirm(redis_client, scenes=()) == "done"
    assert "scenes" not in device(redis_client)


def test_a_code_that_no_screen_shows_is_unknown(redis_client: redis.Redis) -> None:
    assert confirm(redis_client) == "unknown"
    assert everything(redis_client) == {}


def test_a_name_is_taken_until_its_device_is_revoked(redis_client: redis.Redis) -> None:
    r = redis_client
    asked(r)
    confirm(r)
    asked(r)
    before = everything(r)

    assert confirm(r) == "taken"
    assert everything(r) == before
    revoke(r)
    assert confirm(r) == "done"
    assert device(r)["revoked"] == 0


def test_a_device_is_revoked_once(redis_client: redis.Redis) -> None:
    r = redis_client
    asked(r)
    confirm(r)

    assert revoke(r) == "done"
    assert device(r)["revoked"] == 1_600_000_000_000
    assert r.get(CHANGED) == b"2"
    entry = [fields for _, fields in r.xrange(LOG)][-1]
    assert entry == {
        b"what": b"revoked",
        b"name": b"hall",
        b"by": b"qian",
        b"at": b"1600000000000",
    }
    before = everything(r)
    assert revoke(r) == "unknown"
    assert everything(r) == before


def test_a_device_that_does_not_exist_is_not_revoked(redis_client: redis.Redis) -> None:
    assert revoke(redis_client) == "unknown"
    assert everything(redis_client) == {}
