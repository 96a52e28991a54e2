"""A grid's ledger: every event once, in order, over pages and shards; sums as counted by hand."""

from __future__ import annotations

import json
import random
from collections import Counter
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
import redis

from dashboard.core.model.actions import Action, Kind
from dashboard.core.model.rules import MINUTE
from data_sources.past.asof import PastQueryError
from data_sources.records.ledger import LedgerPage, Ledgers
from data_sources.store.actions import ActionLog
from data_sources.store.keys import shards
from tests.support.stores.engine import RULES, T0, fold_all, life, settle
from tests.support.stores.stopped import arrived

GRID = "150402001001001"
OTHER = ("150402", "150402001", "150402001001", "150402001001002")
SHARDS = 3
DAY = 86_400_000


def pages(
    ledgers: Ledgers, grid: str, month: str | None = None, limit: int = 7
) -> list[LedgerPage]:
    out = [ledgers.page(grid, month, None, limit)]
    while (cursor := out[-1].cursor) is not None:
        out.append(ledgers.page(grid, month, cursor, limit))
    return out


def listed(found: list[LedgerPage]) -> list[str]:
    return [row.event_id for page in found for row in page.rows]


def act(n: int, kind: str, ts: int, **more: Any) -> Action:
    return Action(action_id=f"{n}:{kind}:{ts}", event_id=f"e{n}", kind=Kind(kind), ts=ts, **more)


def history(r: redis.Redis) -> list[Action]:
    """Sixty lives over three months, some sent back, reworked, moved or opened again."""
    rng, actions = random.Random(2), []
    for n in range(60):
        start = T0 + rng.randrange(80 * DAY) // 1000 * 1000
        if n % 9 == 0:
            start = T0  # many at one moment
        mine = life(f"e{n}", start, level=rng.choice(["blue", "red"]), category=f"c{n % 3}")
        after = mine[-1].ts

        if n % 4 == 0:
            mine.append(act(n, "reopen", after + 20 * DAY))
            mine.append(act(n, "dispatch", after + 20 * DAY + 1, department="D2"))
            mine.append(act(n, "return", after + 21 * DAY, reason="not ours"))
        if n % 5 == 0:
            mine.append(act(n, "correct", after + DAY, place=OTHER))
        if n % 6 == 0:
            # after handle, before verify
            mine.append(act(n, "rework", start + 4 * MINUTE + 30_000))
            mine.append(act(n, "handle", start + 4 * MINUTE + 40_000))
        actions += mine
    ActionLog(r, SHARDS).append(actions)
    settle(r, RULES, SHARDS)
    return actions


def local_month(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, ZoneInfo("Asia/Shanghai")).strftime("%Y-%m")


def test_every_event_once_and_in_order(redis_client: redis.Redis) -> None:
    history(redis_client)
    ledgers = Ledgers(redis_client, SHARDS, RULES.local)
    stays = {f"e{n}" for n in range(60) if n % 5}
    for limit in (1, 7, 60, 500):
        found = pages(ledgers, GRID, limit=limit)
        assert Counter(listed(found)) == Counter(stays)
        rows = [row for page in found for row in page.rows]
        assert rows == sorted(rows, key=lambda row: (row.reported_at, row.event_id))
        assert {page.events for page in found} == {48}
    moved = listed(pages(ledgers, OTHER[3]))
    assert set(moved) == {f"e{n}" for n in range(0, 60, 5)}, "where the event lies now"


def test_rows_hold_every_action_in_order_of_time(redis_client: redis.Redis) -> None:
    history(redis_client)
    received = [pair for keys in shards(SHARDS) for pair in arrived(redis_client, keys)]
    for page in pages(Ledgers(redis_client, SHARDS, RULES.local), GRID):
        for row in page.rows:
            mine = [action for _, action in received if action.event_id == row.event_id]
            assert [(a.at, a.kind) for a in row.actions] == [
                (action.ts, str(action.kind)) for action in sorted(mine, key=lambda a: a.ts)
            ]
            assert not row.left_out


def test_monthly_sums(redis_client: redis.Redis) -> None:
    history(redis_client)
    ledgers = Ledgers(redis_client, SHARDS, RULES.local)
    received = [pair for keys in shards(SHARDS) for pair in arrived(redis_client, keys)]
    states = ActionLog(redis_client, SHARDS).states([f"e{n}" for n in range(60)])
    names = {"report": "reported", "close": "closed", "return": "returned", "rework": "reworked"}
    total: Counter[str] = Counter()
    for month in ("2023-11", "2023-12", "2024-01", "2024-02", "2024-03"):
        want: Counter[str] = Counter()
        by: Counter[tuple[str, str]] = Counter()
        active = set()
        for _, action in received:
            state = states[action.event_id]
            assert state is not None
            if state.grid != GRID or local_month(action.ts) != month:
                continue
            active.add(action.event_id)
            if action.kind in names:
                want[names[action.kind]] += 1
                by[str(state.level), names[action.kind]] += 1
        for state in states.values():
            assert state is not None
            if state.grid == GRID:
                want["overdue"] += sum(local_month(since) == month for since, _ in state.late)
        found = pages(ledgers, GRID, month)
        sums = found[0].sums
        assert sums is not None
        assert {name: n for name, n in sums.all.items() if n} == {
            k: n for k, n in want.items() if n
        }
        for (level, name), n in by.items():
            assert sums.by_level[level][name] == n
        assert set(listed(found)) >= active
        assert all(page.sums is None for page in found[1:])
        total += want
    assert total["reworked"]
    assert total["returned"]
    assert total["overdue"]


def test_rows_hold_no_free_text_and_no_coordinates(redis_client: redis.Redis) -> None:
    history(redis_client)
    body = json.dumps(msgspec.to_builtins(pages(Ledgers(redis_client, SHARDS, RULES.local), GRID)))
    assert "not ours" not in body
    assert "42.27" not in body
    assert '"lat"' not in body


def test_what_can_not_be_asked(redis_client: redis.Redis) -> None:
    ActionLog(redis_client).append(life("e1"))
    fold_all(redis_client)
    ledgers = Ledgers(redis_client, 1, RULES.local, {"empty"})
    assert ledgers.page("empty").rows == []
    for field, arguments in (
        ("month", ("2023-11-01", None)),
        ("month", ("2023-00", None)),
        ("cursor", (None, "öö")),
        ("cursor", (None, "MTIz")),
    ):
        with pytest.raises(PastQueryError) as caught:
            ledgers.page(GRID, *arguments)
        assert caught.value.field == field
    with pytest.raises(PastQueryError) as caught:
        ledgers.page("nowhere")
    assert caught.value.unknown
