"""What a range is compared with: nothing that began before the data did."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import redis

from dashboard.core.model.periods import span
from dashboard.core.questions.ask import Ask
from data_sources.desk.desk import Desk
from data_sources.desk.figures import comparison_span
from data_sources.store.actions import ActionLog
from data_sources.store.keys import shards
from tests.support.stores.desks import asked
from tests.support.stores.engine import RULES, life, settle

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def desk(redis_client: redis.Redis) -> Iterator[Desk]:
    made = Desk(redis_client, shards(1), RULES)
    yield made
    made.close()


def begin(r: redis.Redis, *when: int) -> None:
    """Something is reported for the first time."""
    first = round(datetime(*when, tzinfo=ZONE).timestamp() * 1000)  # type: ignore[misc, arg-type]
    ActionLog(r).append(life("first", first))
    settle(r)


def label(r: redis.Redis, desk: Desk, of: str, compare: str = "previous") -> str | None:
    """The range comparison_span ``of``, as it is written in a URL."""

    def question(reader):  # type: ignore[no-untyped-def]
        return comparison_span(reader, span(Ask(range=of), reader.rules, reader.now_ms), compare)

    found = asked(desk, r, 1, question).value
    return None if found is None else found.label


def test_nothing_was_recorded(redis_client: redis.Redis, desk: Desk) -> None:
    settle(redis_client)
    assert label(redis_client, desk, "2021-02") is None


def test_from_the_first_day_on(redis_client: redis.Redis, desk: Desk) -> None:
    begin(redis_client, 2021, 1, 1, 23, 59)
    assert label(redis_client, desk, "2021-02") == "2021-01"
    assert label(redis_client, desk, "2022-01", "year") == "2021-01"
    assert label(redis_client, desk, "2021-02", "none") is None
    assert label(redis_client, desk, "2021-01") is None
    assert label(redis_client, desk, "2021-12", "year") is None


def test_a_part_is_not_compared(redis_client: redis.Redis, desk: Desk) -> None:
    begin(redis_client, 2021, 1, 2, 0, 1)
    assert label(redis_client, desk, "2021-02") is None
    assert label(redis_client, desk, "2021-03") == "2021-02"
    assert label(redis_client, desk, "2021-01-05..2021-01-06") == "2021-01-03..2021-01-04"
