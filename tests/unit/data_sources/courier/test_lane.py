"""Whose turn it is: random histories of one channel, checked against the promises."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.core.model.notices import Notice
from data_sources.channels.settings import MAX_RETRY_AFTER, Retry, delay
from data_sources.courier.carrier import Limiter
from data_sources.courier.deliveries import Delivery
from data_sources.courier.lane import DIGEST, Lane, red, urgent

LEVELS = ("blue", "yellow", "orange", "red")


def delivery(number: int, event: int, level: str = "blue", not_before: int = 0) -> Delivery:
    notice = Notice(
        id=f"e{event}:{number}",
        event_id=f"e{event}",
        at=0,
        what="step",
        to="handler",
        level=level,
        not_before=not_before,
    )
    return Delivery(seq=(number, 0), notice=notice, channel="c", source="live", since=0)


STEP = st.one_of(
    st.tuples(
        st.just("add"), st.integers(0, 4), st.sampled_from(LEVELS), st.sampled_from((0, 0, 50, 200))
    ),
    st.tuples(st.just("take"), st.integers(0, 12), st.sampled_from((0, 3000)), st.just(0)),
    st.tuples(
        st.just("settle"), st.integers(0, 3), st.sampled_from(("ok", "again", "part")), st.just(0)
    ),
    st.tuples(st.just("time"), st.integers(1, 60), st.just(""), st.just(0)),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(STEP, max_size=80))
def test_order_holds_and_nothing_is_lost(steps: list[tuple[str, int, object, int]]) -> None:
    lane, now, number = Lane(lambda _: 300), 0, 0
    order: dict[str, list[Delivery]] = {}
    flying: list[list[Delivery]] = []

    def settle(batch: list[Delivery], how: str) -> None:
        left = {"ok": [], "again": batch, "part": batch[len(batch) // 2 :]}[how]
        changed = [
            Delivery(d.seq, d.notice, d.channel, d.source, 0, d.attempts + 1, 0, now + 20)
            for d in left
        ]
        lane.settle(batch, changed)
        stay = {d.notice.id: d for d in changed}
        for d in batch:
            line = order[d.notice.event_id]
            index = next(i for i, x in enumerate(line) if x.notice.id == d.notice.id)
            line[index : index + 1] = [stay[d.notice.id]] if d.notice.id in stay else []

    def take(slots: int, room: int) -> bool:
        batch = lane.take(now, now, slots, slots // 4, room)
        if not batch:
            return False
        assert len(batch) <= (DIGEST if room else 1)
        assert len(batch) == 1 or not any(red(d) for d in batch)
        assert [d.seq for d in batch] == sorted(d.seq for d in batch)
        flown = {d.notice.event_id for other in flying for d in other}
        for event in {d.notice.event_id for d in batch}:
            assert event not in flown, "one at a time for one event"
            mine = [d for d in batch if d.notice.event_id == event]
            line = order[event]
            assert [d.notice.id for d in mine] == [d.notice.id for d in line[: len(mine)]]
            for index, d in enumerate(mine):
                pressed = any(urgent(other) for other in line[index:])
                assert d.notice.not_before <= now or pressed or d.attempts, "held"
        flying.append(batch)
        return True

    for what, value, text, extra in steps:
        if what == "add":
            number += 1
            one = delivery(number, value, str(text), extra)
            order.setdefault(one.notice.event_id, []).append(one)
            lane.add(one)
        elif what == "take":
            take(value, int(str(text)))
        elif what == "settle" and flying:
            settle(flying.pop(value % len(flying)), str(text))
        elif what == "time":
            now += value
        assert len(lane) == sum(map(len, order.values()))
    # in the end everything goes
    while flying:
        settle(flying.pop(), "ok")
    while len(lane):
        assert lane.next_at(now) is not None
        now = max(now + 1, min(lane.next_at(now) or 0, now + 50))
        while take(100, 3000):
            settle(flying.pop(), "ok")


def test_cancel_only_what_is_held() -> None:
    lane = Lane(lambda _: 1)
    lane.add(delivery(1, 1, not_before=100))
    lane.add(delivery(2, 1))
    lane.add(delivery(3, 2, not_before=100))
    lane.add(delivery(4, 2, "red"))
    assert lane.cancel("e1:9", "e1", 0) is None
    assert lane.cancel("e1:2", "e1", 0) is None, "only waits behind"
    assert lane.cancel("e2:3", "e2", 0) is None, "released by the red one"
    assert lane.cancel("e1:1", "e1", 100) is None, "its time has come"
    assert lane.cancel("e1:1", "e1", 99) is not None
    taken = []
    while batch := lane.take(0, 0, 1, 0, 0):
        lane.settle(batch)
        taken.append(batch[0].notice.id)
    assert taken == ["e2:3", "e2:4", "e1:2"]


def test_back_off() -> None:
    rng, retry = Random(1), Retry()
    for failures in range(1, 60):
        full = min(300_000, 1000 * 2 ** (failures - 1))
        waits = [delay(retry, failures, rng) for _ in range(50)]
        assert all(full / 2 <= wait <= full for wait in waits)
        assert len(set(waits)) > 30
    assert delay(retry, 1, rng, asked=60_000) == 60_000
    assert delay(retry, 1, rng, asked=10**9) == MAX_RETRY_AFTER


def test_limiter() -> None:
    limiter = Limiter(8)
    assert limiter.reserve == 2
    for moment in range(6):
        assert limiter.book(moment * 1000)
    assert limiter.slots(6000) == 2
    assert limiter.free_at(6000) == 60_000, "the last two are for reds"
    assert limiter.book(6000)
    assert limiter.book(6000)
    assert not limiter.book(6000)
    assert limiter.free_at(6000) == 62_000
    assert limiter.slots(62_000) == 3
    gap = Limiter(100, 220)
    assert gap.book(0)
    assert not gap.book(100)
    assert gap.free_at(100) == 220
    assert gap.book(220)
    free = Limiter(0)
    assert free.book(0)
    assert free.slots(0) == 1_000_000
    assert free.free_at(5) == 5
