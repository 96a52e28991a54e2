"""What stood out in a day, against every event folded on its own; and frames over HTTP."""

from __future__ import annotations

import json
import random
from collections import Counter

import httpx
import msgspec
import redis

from dashboard.config.rules.book import rules_for
from dashboard.core.lifecycle.replay import Item, Turn, carry
from dashboard.core.model.actions import Kind
from dashboard.core.past.marks import SLOT_MS, marks_of
from data_sources.past.day_marks import Marks
from data_sources.store.actions import TRAIL, read_history
from data_sources.store.keys import shards
from tests.integration.past.test_asof import CHIFENG, delayed, fill, moments, simulated
from tests.integration.past.test_reel import fresh, past_of, plain
from tests.support.merge_patch import merged
from tests.support.served import served
from tests.support.stores.stopped import arrived

RULES = rules_for(CHIFENG)


def by_hand(r: redis.Redis, start: int, end: int) -> Counter[tuple[int, str, int]]:
    """(slot, what, step) → n, from every event's own actions."""
    found: Counter[tuple[int, str, int]] = Counter()
    for keys in shards(CHIFENG.shards):
        for raw_id, raw in r.hgetall(keys.trails).items():
            marks = TRAIL.decode(raw)
            items = [Item(e, a, a.ts) for e, a in read_history(r, keys, marks)]
            items = [item for item in items if item.action.kind is not Kind.ESCALATE]
            turns: list[Turn] = []
            if items:
                carry(RULES, None, items, end - 1, turns)
            for mark in marks_of(None, turns, start, end):
                assert mark.event_id == raw_id.decode()
                found[(mark.at - start) // SLOT_MS, mark.what, mark.step] += 1
    return found


def counts_of(marks: Marks, day: int) -> Counter[tuple[int, str, int]]:
    found: Counter[tuple[int, str, int]] = Counter()
    answer = marks.day(day)
    for slot in answer.slots:
        number = (slot.at - answer.start) // SLOT_MS
        found[number, "red", 0] += slot.red
        for step, n in enumerate(slot.steps, 1):
            found[number, "step", step] += n
    return +found


def test_the_marks_of_a_day_are_all_of_them_and_what_comes_late_is_added(
    redis_client: redis.Redis,
) -> None:
    actions = delayed(simulated(1.6, 0.01), 0.05)
    # a third of the events becomes known only when the day is over
    ids = sorted({action.event_id for action in actions})
    known = [action for action in actions if ids.index(action.event_id) % 3]
    fill(redis_client, CHIFENG, known, 1, 800)
    past = past_of(redis_client)
    marks = Marks(past)
    local = RULES.local
    first = past.first()
    assert first is not None
    day = local.day(first + 20 * 3_600_000)
    start = local.start_of_day(day)
    end = marks.day(day).until
    assert end == start + 24 * 3_600_000
    before = counts_of(marks, day)
    assert before == by_hand(redis_client, start, end)
    assert sum(before.values()) > 5
    rest = [action for action in actions if not ids.index(action.event_id) % 3]
    fill(redis_client, CHIFENG, rest, 1, 800)
    after = counts_of(marks, day)
    assert after == by_hand(redis_client, start, end)
    assert after != before


def test_frames_over_http_are_the_audit_of_their_moment(
    redis_url: str, redis_client: redis.Redis
) -> None:
    fill(redis_client, CHIFENG, simulated(1.5, 0.006), 1, 800)
    past = past_of(redis_client)
    times = moments([arrived(redis_client, keys) for keys in shards(2)], 6)
    random.Random(3).shuffle(times)
    with served(redis_url, token=None, shards=CHIFENG.shards) as address:
        client = httpx.Client(base_url=address, timeout=30)

        def ask(**query: object) -> httpx.Response:
            return client.get("/api/v1/past/frames", params={"player": "p", **query})  # type: ignore[arg-type]

        held, base = {}, 0
        for at in times:
            body = ask(**{"from": at, "step": 60, "count": 3, "base": base}).json()
            assert [f["at"] for f in body["frames"]] == [
                at + 60_000 * n for n in range(len(body["frames"]))
            ]
            for frame in body["frames"]:
                whole = frame["base"] is None
                held = frame["panels"] if whole else merged(held, frame["panels"])
                base = frame["v"]
                shown = json.loads(msgspec.json.encode(fresh(past, frame["at"])))
                assert plain(held) == plain(shown), frame["at"]
        now = past.now()
        for query, status in (
            ({"from": now + 3_600_000}, 400),
            ({"from": times[0], "count": 11}, 422),
            ({"from": times[0], "count": 2}, 400),
            ({"from": times[0], "area": "nowhere"}, 404),
            ({"from": times[0], "player": ""}, 422),
        ):
            assert ask(**query).status_code == status, query
        # six may look back at once
        for seat in range(5):
            assert ask(**{"from": times[0], "player": f"p{seat}"}).status_code == 200
        assert ask(**{"from": times[0], "player": "p9"}).status_code == 429
