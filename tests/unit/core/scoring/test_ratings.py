"""Ratings move a score towards themselves: over sums, weights and whole histories; and in pandas.

A rating is compared with the rated part of an indicator: the mean rating, few of them drawn to
what was measured of the same subject. Where nothing was measured or rated it is the total.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.core.fold.views import score_facts
from dashboard.core.model.actions import Action, Level
from dashboard.core.model.periods import read
from dashboard.core.model.rules import Weights
from dashboard.core.model.state import EventState, Status
from dashboard.core.scoring.explanation import Gatherer, explain
from dashboard.core.scoring.formulas import INDICATORS
from dashboard.core.scoring.reasons import prices
from dashboard.core.scoring.scores import Board, Score, board
from dashboard.core.scoring.weights import reweighted
from tests.model.histories import histories
from tests.support.core.memory_store import Store
from tests.support.core.shorthand import RULES, act
from tests.support.counts import scorecount

WEIGHTS = Weights()
NOISE = 1e-9


def rated(indicator: str, ratings: list[int]) -> dict[str, int]:
    return {f"rated.{indicator}": len(ratings), f"rating.{indicator}": sum(ratings) - len(ratings)}


def of(found: Board, subject: str) -> Score:
    return next(score for score in found.scores if score.subject == subject)


def stands(score: Score, indicator: str, value: str, weights: Weights) -> float | None:
    """What a rating of the indicator is at or above, or below; None without anything at all."""
    name = f"{indicator}.rating"
    own = [p for key, p in score.parts.items() if key.startswith(f"{indicator}.") and key != name]
    whole = math.fsum(part.share for part in own)
    ratings = score.parts.get(name)
    n = ratings.denominator if ratings else 0.0
    mean = getattr(ratings, value) if ratings else 0.0
    if not whole:
        return mean if n else getattr(score, "total" if value == "value" else "shrunk")
    measured = math.fsum(part.share * getattr(part, value) for part in own) / whole
    half = weights.rating_half
    return (n * mean + half * measured) / (n + half) if n + half else measured


def check(before: Board, after: Board, subject: str, given: Mapping[str, int], w: Weights) -> None:
    """The law for a subject that was given ratings: by indicator, in the totals, in the ranks."""
    was, now = of(before, subject), of(after, subject)
    for value, total in (("value", "total"), ("shrunk", "shrunk")):
        at = {name: stands(was, name, value, w) for name in given}
        sizes = {name: 25.0 * (rating - 1) for name, rating in given.items()}
        above = {n: at[n] is None or sizes[n] >= (at[n] or 0) - NOISE for n in given}
        below = {n: at[n] is None or sizes[n] <= (at[n] or 0) + NOISE for n in given}
        gain = (getattr(now, total) or 0.0) - (getattr(was, total) or 0.0)
        if getattr(was, total) is not None:
            assert gain >= -1e-7 or not all(above.values())
            assert gain <= 1e-7 or not all(below.values())
        if value == "shrunk" and all(above.values()) and was.rank and was.n >= w.min_ranked:
            assert now.rank is not None
            assert now.rank <= was.rank
        for name in given if value == "value" else ():
            old, new = getattr(was, name), getattr(now, name)
            if old is not None:
                assert new >= old - 1e-7 or not above[name]
                assert new <= old + 1e-7 or not below[name]
    others = {s.subject: (s.total, s.shrunk) for s in before.scores if s.subject != subject}
    assert others == {s.subject: (s.total, s.shrunk) for s in after.scores if s.subject != subject}


def pairs(count: str, out_of: str) -> st.SearchStrategy[dict[str, int]]:
    two = st.tuples(st.integers(0, 40), st.integers(0, 40))
    return two.map(lambda both: {count: min(both), out_of: max(both)})


SUMS = st.tuples(
    st.fixed_dictionaries(
        {"dispatched": st.integers(0, 40), "dispatch_failed": st.integers(0, 50)}
    ),
    *(pairs(f"on_time.{level}", f"decided.{level}") for level in Level),
    pairs("satisfied", "revisited"),
    st.fixed_dictionaries({"handled": st.integers(0, 40), "reworked": st.integers(0, 60)}),
    pairs("recurred", "closed_in_grid"),
    *(
        st.lists(st.integers(1, 5), max_size=12).map(lambda found, name=name: rated(name, found))
        for name in INDICATORS
    ),
).map(lambda parts: {key: n for part in parts for key, n in part.items()})
GROUPS = st.dictionaries(st.sampled_from(["D1", "D2", "D3", "D4"]), SUMS)
TRIED = st.fixed_dictionaries(
    {"rating": st.sampled_from((0.0, 0.1, 0.3, 0.9, 1.0)), "rating_half": st.integers(0, 40)}
).map(lambda changes: reweighted(WEIGHTS, changes))


@settings(max_examples=300)
@given(GROUPS, SUMS, st.sampled_from(INDICATORS), st.integers(1, 5), st.integers(0, 4), TRIED)
def test_a_rating_moves_a_score_towards_itself(
    group: dict[str, Any],
    own: dict[str, int],
    indicator: str,
    rating: int,
    more: int,
    weights: Weights,
) -> None:
    """Whatever was measured, however others do, with any share of ratings."""

    def scored(*ratings: int) -> Board:
        sums = dict(own)
        for key, n in rated(indicator, list(ratings)).items():
            sums[key] = sums.get(key, 0) + n
        return board(group | {"X": sums}, weights)

    before, after = scored(), scored(rating)
    check(before, after, "X", {indicator: rating}, weights)
    # a higher one in its place lowers nothing
    better = of(scored(min(5, rating + more)), "X")
    assert (better.total or 0) >= (of(after, "X").total or 0) - NOISE


def test_a_perfect_rating_costs_no_points_among_badly_rated_ones() -> None:
    """One rating of 5 pulled handling from 99.4 to 72.2, because the group's ratings were low."""
    measured = {"dispatched": 300, "decided.blue": 300, "on_time.blue": 298}
    bad = {f"D{i}": measured | rated("handling", [1, 1, 2]) for i in range(6)}
    before = of(board(bad | {"best": measured}, WEIGHTS), "best")
    after = of(board(bad | {"best": measured | rated("handling", [5])}, WEIGHTS), "best")
    assert after.handling > before.handling
    assert after.shrunk > before.shrunk
    assert after.rank == before.rank == 1


Sums = dict[tuple[str, int], dict[str, dict[str, int]]]


def months(states: list[EventState]) -> Sums:
    """(kind, month) → subject → measure → n, from the facts that the views are made of."""
    out: Sums = defaultdict(dict)
    for state in states:
        for day, kind, code, measure, n in score_facts(RULES, state):
            mine = out[kind, day // 100].setdefault(code, {})
            mine[measure] = mine.get(measure, 0) + n
    return out


#: a department's clean day, so that there is always something to be rated
def closed_one(at: int) -> list[Action]:
    place = ("150402", "150402001", "150402001001", "150402001001002")
    steps: list[tuple[str, int, dict[str, Any]]] = [
        ("report", 0, {"level": Level.ORANGE, "place": place}), ("register", 1, {}),
        ("dispatch", 2, {}), ("accept", 3, {}), ("handle", 5, {}), ("close", 6, {}),
    ]  # fmt: skip
    return [act(kind, at + n * 60_000, "mine", **more) for kind, n, more in steps]


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(histories(max_size=40), st.tuples(*[st.integers(1, 5)] * 3), st.data())
def test_over_all_histories(actions: list[Action], ratings: tuple[int, ...], data: Any) -> None:
    """A visit with ratings against the same visit without: in the months of all subjects."""
    actions = [*actions, *closed_one(max(a.ts for a in actions) + 1)]
    plain, praised = Store(), Store()
    for store in (plain, praised):
        store.take(*actions)
    ended = sorted(e for e, held in plain.held.items() if held.state is not None
                   and held.state.status is Status.CLOSED)  # fmt: skip
    event = data.draw(st.sampled_from(ended))
    at = plain.high + 60_000
    plain.take(act("revisit", at, event, action_id="visit"))
    praised.take(act("revisit", at, event, action_id="visit", ratings=ratings))
    kept = [
        [held.state for held in store.held.values() if held.state is not None]
        for store in (plain, praised)
    ]
    before, after = (months(states) for states in kept)
    assert before.keys() == after.keys()
    given_ = dict(zip(INDICATORS, ratings, strict=True))
    for key, sums in after.items():
        old, new = board(before[key], WEIGHTS), board(sums, WEIGHTS)
        for score in new.scores:
            was = of(old, score.subject)
            counted = score.sums.get("rated.handling", 0) - was.sums.get("rated.handling", 0)
            if counted:
                check(old, new, score.subject, given_, WEIGHTS)
            else:
                # ratings that come after the month's are counted as late, and change nothing
                assert {**score.sums, "late_news": 0} == {**was.sums, "late_news": 0}
            readds(score, new, key, kept[1])


def readds(score: Score, of_all: Board, key: tuple[str, int], states: list[EventState]) -> None:
    """The events behind the score add up to it again, and their prices to what it lost."""
    kind, month = key
    period = read(f"{month // 100}-{month % 100:02d}")
    gathered = Gatherer(RULES, kind, score.subject, period)
    for state in states:
        gathered.take(state)
    found = explain(
        gathered, by=kind, period=period, closed=False, version=0, weights=WEIGHTS, score=score,
        priors=of_all.priors,
    )  # fmt: skip
    assert found.agrees, found.differences
    for part in found.parts:
        behind = [*part.good, *part.missed]
        assert sum(one.denominator for one in behind) == part.denominator
        assert sum(one.numerator for one in behind) == part.raw
    if score.total is None:
        return
    assert math.fsum(p.share * p.value for p in found.parts) == pytest.approx(
        score.total, abs=NOISE
    )
    bill = math.fsum(
        price.points * n
        for price in prices(score, WEIGHTS)
        for n in gathered.events.get(price.measure, {}).values()
    )
    assert bill == pytest.approx(100 - score.total, abs=NOISE)


@settings(max_examples=40, deadline=None)
@given(st.dictionaries(st.sampled_from(["D1", "D2", "D3", "D4"]), SUMS, min_size=1))
def test_pandas_comes_to_the_same(group: dict[str, dict[str, int]]) -> None:
    table = pd.DataFrame.from_dict(group, orient="index").fillna(0)
    expected = scorecount.scores(table)
    for score in board(group, WEIGHTS).scores:
        wanted = expected[score.subject]
        assert score.rank == wanted["rank"]
        for name in (*INDICATORS, "total", "shrunk", "low", "high"):
            value = getattr(score, name)
            assert value == pytest.approx(wanted.get(name), abs=1e-9), (score.subject, name)
