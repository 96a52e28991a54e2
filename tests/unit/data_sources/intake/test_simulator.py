"""The made-up city: lawful, the same every time, and plausible in its sums."""

from collections import Counter
from datetime import datetime
from itertools import takewhile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.config import cities
from dashboard.config.rules.book import rules_of
from dashboard.core.model.actions import Action, Level, check
from dashboard.core.model.state import Outcome
from data_sources.intake.simulate import past_start
from data_sources.intake.simulator import MAX_LIFE_MS, SLOT_MS, lives, stream
from data_sources.intake.simulator.births import Nursery
from data_sources.intake.simulator.mix import Mix
from tests.support.core.shorthand import took

CITY = cities.load("chifeng")
RULES = rules_of("chifeng", None)
HOUR, DAY = 3_600_000, 86_400_000


def ms(*when: int) -> int:
    return round(datetime(*when, tzinfo=CITY.tz).timestamp() * 1000)  # type: ignore[misc,arg-type]


START = ms(2026, 1, 12)


@pytest.fixture(scope="module")
def day() -> list[list[Action]]:
    """A working Monday at the default rate."""
    return list(lives(CITY, RULES, 0.05, 1, START, START + DAY))


def until(start: int, end: int, rate: float = 0.05, seed: int = 1) -> list[Action]:
    return list(takewhile(lambda a: a.ts < end, stream(CITY, RULES, rate, seed, start)))


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**31),
    rate=st.sampled_from([0.02, 0.05, 1.0]),
    slot=st.integers(ms(2024, 1, 1) // SLOT_MS, ms(2027, 12, 1) // SLOT_MS),
)
def test_every_life_is_lawful(seed: int, rate: float, slot: int) -> None:
    start = slot * SLOT_MS
    names: set[str] = set()
    for life in lives(CITY, RULES, rate, seed, start, start + SLOT_MS):
        state = None
        before = start
        for action in life:
            check(action)
            assert action.action_id not in names
            names.add(action.action_id)
            assert before <= action.ts <= life[0].ts + MAX_LIFE_MS
            before = action.ts
            state, verdict = took(state, action, RULES)
            assert verdict.outcome is not Outcome.REFUSED, (action, verdict.reason)


def test_the_same_past_whenever_it_is_made() -> None:
    noon = START + 12 * HOUR
    first = until(START, noon)
    assert until(START, noon) == first
    # A start in between tells the later lives the same way.
    later = START + 6 * HOUR
    born_later = {a.event_id for a in first if a.ts >= later and a.kind == "report"}
    assert until(later, noon) == [a for a in first if a.event_id in born_later]


def test_another_seed_or_rate_is_another_past() -> None:
    ids = [{a.event_id for a in until(START, START + HOUR * 4, rate, seed)}
           for rate, seed in ((0.05, 1), (0.05, 2), (0.06, 1))]  # fmt: skip
    assert not ids[0] & ids[1]
    assert not ids[0] & ids[2]


def test_the_stream_is_in_the_order_of_time() -> None:
    actions = until(START, START + DAY)
    assert [a.ts for a in actions] == sorted(a.ts for a in actions)


def test_the_rate_and_the_rhythm_of_a_day(day: list[list[Action]]) -> None:
    assert len(day) == pytest.approx(0.05 * 86_400, rel=0.08)
    hours = Counter((life[0].ts - START) // HOUR for life in day)
    assert hours[9] > 4 * hours[3]
    assert hours[15] > hours[12]


def test_levels_are_mostly_everyday(day: list[list[Action]]) -> None:
    levels = Counter(life[0].level for life in day)
    assert set(levels) == set(Level)
    assert levels[Level.RED] / len(day) < 0.02
    assert levels[Level.ORANGE] / len(day) < 0.08
    assert levels[Level.BLUE] > levels[Level.YELLOW] > levels[Level.ORANGE] > levels[Level.RED]


def test_side_steps_happen_as_often_as_configured(day: list[list[Action]]) -> None:
    kinds = Counter(str(action.kind) for life in day for action in life)
    for kind, share in (("reject", 0.03), ("return", 0.04), ("rework", 0.03), ("suspend", 0.02)):
        assert kinds[kind] / len(day) == pytest.approx(share, abs=0.012), kind
    assert kinds["suspend"] == kinds["resume"]
    assert kinds["merge"] > 0
    assert kinds["revisit"] / kinds["close"] == pytest.approx(0.3, abs=0.03)
    late = 0
    for life in day:
        state = None
        for action in life:
            state, _ = took(state, action, RULES)
        late += bool(state and state.late)
    assert 0.04 < late / len(day) < 0.1


def test_points_lie_in_their_townships(day: list[list[Action]]) -> None:
    without = [life for life in day if life[0].lat is None]
    assert len(without) / len(day) == pytest.approx(0.04, abs=0.015)
    for life in day:
        report = life[0]
        assert CITY.places[report.place[2]].parent == report.place[1]
        if report.lat is not None and report.lon is not None:
            township = CITY.places[report.place[1]]
            assert township.lat is not None
            assert township.lon is not None
            assert township.radius_m is not None
            north = (report.lat - township.lat) * 111.32
            east = (report.lon - township.lon) * 111.32 * 0.75
            assert (north**2 + east**2) ** 0.5 <= township.radius_m / 1000 + 0.1


def test_bursts_pile_up_in_one_township() -> None:
    nursery = Nursery(Mix(CITY), 1.0, 1)
    burst = nursery.bursts(datetime(2026, 1, 12).date())[0]
    found = list(lives(CITY, RULES, 1.0, 1, burst.start, burst.start + HOUR))
    there = [x for x in found if x[0].place[1] == burst.township]
    same = [x for x in there if x[0].category == burst.category]
    assert len(same) > 50
    assert len(same) / len(there) > 0.5


def test_a_high_rate_is_made_lazily() -> None:
    actions = stream(CITY, RULES, 100.0, 1, ms(2026, 1, 12, 9))
    first = [next(actions) for _ in range(500)]
    assert first[-1].ts - first[0].ts < 30_000


def test_no_person_is_named(day: list[list[Action]]) -> None:
    actors = {a.actor.partition(":")[0] for life in day for a in life}
    assert actors <= {"grid", "dept", "centre", "hotline", "citizen", "patrol", "sensor", "partner"}


def test_the_past_begins_at_midnight_or_later_at_a_high_rate() -> None:
    now = START + 10 * HOUR
    assert past_start(CITY, now, 0.05, 3) == START - 3 * DAY
    cut = past_start(CITY, now, 100, 3)
    assert now - 601_000 - SLOT_MS <= cut <= now - 599_000
    assert cut % SLOT_MS == 0
    asked = past_start(CITY, now, 2, 3, 5_000)
    assert now - 2_501_000 - SLOT_MS <= asked <= now - 2_499_000
