"""`gridwall void` and `unvoid`, run as people run them."""

from __future__ import annotations

import json

import redis

from data_sources.accounts.log import PeopleLog
from data_sources.store.actions import ActionLog
from tests.integration.cli.test_engine_commands import ask
from tests.support.stores.engine import life


def test_an_event_is_voided_and_put_back(redis_url: str, redis_client: redis.Redis) -> None:
    log = ActionLog(redis_client)
    log.append(life("e1") + life("e2", close=False))
    assert "not known" in ask(redis_url, "void", "e9", "--reason", "test", code=1)
    ask(redis_url, "void", "e1", code=2)
    ask(redis_url, "void", "e1", "--reason", "a test")
    assert json.loads(ask(redis_url, "state", "--json"))["all"]["reported"] == 1
    assert "already voided" in ask(redis_url, "void", "e1", "--reason", "a test", code=1)
    assert json.loads(ask(redis_url, "audit", "--json"))["count"] == 0
    ask(redis_url, "unvoid", "e1", "--reason", "it was real")
    assert json.loads(ask(redis_url, "state", "--json"))["all"]["reported"] == 2
    lines = PeopleLog(redis_client).page(lambda _: True).lines
    assert [(line.what, line.object) for line in lines] == [("unvoid", "e1"), ("void", "e1")]
