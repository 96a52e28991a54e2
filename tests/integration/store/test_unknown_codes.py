"""Unknown codes in the store: counted by source, kind and code, with a most."""

from __future__ import annotations

import pytest
import redis

from dashboard.core.model.actions import Action, Kind
from data_sources.store import keys, unknown_codes
from data_sources.store.unknown_codes import UnknownCodes


def sent(number: int) -> Action:
    codes = (("department", f"d|{number}"), ("grid", "g"))
    return Action(action_id="a", event_id="e", kind=Kind.REPORT, ts=1, source="api", as_sent=codes)


def test_the_codes_that_came_most_often_first(
    redis_client: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unknown_codes, "MOST", 4)
    found = UnknownCodes(redis_client)
    found.note([])
    assert not redis_client.exists(keys.UNKNOWN_CODES)
    found.note([sent(1), sent(2), sent(1)])
    found.note([sent(number) for number in range(10)])
    rows = [(row.source, row.kind, row.code, row.count) for row in found.listed()]
    assert rows[0] == ("api", "grid", "g", 13)
    assert ("api", "department", "d|1", 3) in rows
    assert ("api", "department", "", 7) in rows, "beyond the most they are counted together"
    assert sum(n for _, kind, _, n in rows if kind == "department") == 13
    assert redis_client.hlen(keys.UNKNOWN_CODES) <= 6
