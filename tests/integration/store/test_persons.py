"""Nothing that is written keeps a person: every door of the store, looked at in Redis itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import redis

from dashboard.core.model.actions import Action, Kind, Level, encode
from data_sources.accounts.log import Line, PeopleLog
from data_sources.accounts.saved_views import SavedView, SavedViews
from data_sources.fold.projector import Projector
from data_sources.intake.dead_letter import DeadLetter, store_new
from data_sources.store.actions import ActionLog, SourceLog
from data_sources.store.keys import ShardKeys
from data_sources.store.persons import PersonGuard
from data_sources.walls.devices import Devices
from tests.support.luacalls import everything
from tests.support.stores.engine import RULES

NAME, PHONE = "王女士", "13812345678"
TEXT = f"{NAME}来电 {PHONE}"
KEYS, AT = ShardKeys(0), 1_516_000_000_000


def _text(r: redis.Redis, key: bytes) -> str:
    read: dict[bytes, Callable[[], Any]] = {
        b"string": lambda: [r.get(key)],
        b"hash": lambda: [part for pair in r.hgetall(key).items() for part in pair],
        b"list": lambda: r.lrange(key, 0, -1),
        b"zset": lambda: r.zrange(key, 0, -1),
        b"stream": lambda: [v for _, fields in r.xrange(key) for v in fields.values()],
    }
    return "\n".join(part.decode("utf-8", "replace") for part in read[r.type(key)]())


def _assert_no_person(r: redis.Redis) -> None:
    """No key and no value of the store holds the name or the number."""
    for key in r.scan_iter():
        value = _text(r, key)
        for secret in (NAME, PHONE):
            assert secret not in value, (key, value)
            assert secret not in key.decode()
    assert everything(r)


def _report(**more: object) -> Action:
    values: dict[str, object] = {"action_id": "a", "event_id": "e", "kind": Kind.REPORT, "ts": AT}
    return Action(**{**values, "level": Level.RED, "category": "gas-leak", **more})  # type: ignore[arg-type]


@pytest.mark.parametrize("field", [
    "action_id", "event_id", "actor", "category", "department", "reason", "target", "to", "text",
])  # fmt: skip
def test_an_action_is_stored_and_folded_without_a_person(
    redis_client: redis.Redis, field: str
) -> None:
    log = SourceLog(redis_client)
    log.append([_report(**{field: TEXT}), _report(action_id="b", kind=Kind.REGISTER, reason=TEXT)])
    projector = Projector(redis_client, KEYS, RULES)
    assert projector.acquire()
    assert projector.fold_once() == 2
    projector.release()
    _assert_no_person(redis_client)
    assert PersonGuard(redis_client).counts()


def test_what_was_written_past_the_intake_shows_no_person(redis_client: redis.Redis) -> None:
    raw = encode(_report(actor=TEXT, reason=TEXT, department=TEXT))
    redis_client.xadd(KEYS.actions, {"a": raw})
    redis_client.xadd(KEYS.actions, {"a": f'{{"no": "action", "of": "{TEXT}"}}'})
    projector = Projector(redis_client, KEYS, RULES)
    assert projector.acquire()
    assert projector.fold_once() == 2
    projector.release()
    redis_client.delete(KEYS.actions)  # what another program wrote is not ours
    _assert_no_person(redis_client)
    reasons = [f[b"reason"].decode() for _, f in redis_client.xrange(KEYS.rejected)]
    assert reasons[1:] == ["unknown role other"]


def test_an_id_with_a_number_is_the_same_event_each_time(redis_client: redis.Redis) -> None:
    sent = [_report(event_id=f"12345-{PHONE}", action_id=f"{PHONE}:report")]
    first, again = SourceLog(redis_client), SourceLog(redis_client)
    assert first.known(sent) == [False]
    first.append(sent)
    projector = Projector(redis_client, KEYS, RULES)
    assert projector.acquire()
    projector.fold_once()
    projector.release()
    assert again.known(sent) == [True]
    name = again.clean(sent)[0].event_id
    assert name.startswith("12345-x")
    assert again.states([name])[name] is not None


def test_what_was_found_is_counted_by_pattern(redis_client: redis.Redis) -> None:
    ActionLog(redis_client).append([_report(text=TEXT), _report(action_id="b", reason=PHONE)])
    assert PersonGuard(redis_client).counts() == {"name": 1, "phone": 2}


def test_dead_letters_keep_no_person(redis_client: redis.Redis) -> None:
    letters = [
        DeadLetter(file="a.csv", line=2, field="Status", value=TEXT, reason="expected Open"),
        # a line that could not be split: no pattern knows every column about a person
        DeadLetter(file="a.csv", line=3, field="line", value="1,Marlowe,Elm 3", reason="2 fields"),
    ]
    log = ActionLog(redis_client)
    assert store_new(log, letters, []) == 2
    _assert_no_person(redis_client)
    kept = [fields[b"value"] for _, fields in redis_client.xrange("gridwall:dead-letters")]
    assert kept[1] == b""


def test_views_devices_and_the_record_keep_no_person(
    redis_client: redis.Redis, tmp_path: Path
) -> None:
    SavedViews(redis_client).save("li.na", SavedView(name=TEXT, query=f"q={PHONE}"))
    devices = Devices(redis_client)
    code = devices.ask("token-hash", "127.0.0.1")
    devices.confirm(code.code, TEXT)
    PeopleLog(redis_client).add(Line("li.na", "local", "comment", f"h-{PHONE}", TEXT))
    _assert_no_person(redis_client)


def test_the_record_of_accounts_keeps_their_names(redis_client: redis.Redis) -> None:
    log = PeopleLog(redis_client)
    log.add(Line("li.na", "local", "account-added", "zhang.wei@city.example", "viewer"))
    assert log.page(lambda _: True).lines[0].object == "zhang.wei@city.example"
