"""Scores against numbers worked out by hand, ranks, and what is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.model.actions import Level
from dashboard.core.model.rules import Rules, Weights, default_rules
from dashboard.core.scoring.formulas import COMPONENTS, INDICATORS, formulas, shares
from dashboard.core.scoring.ranks import compared, scoreboard
from dashboard.core.scoring.scores import Score, Share, board, brief, ranked
from dashboard.core.scoring.shrinkage import MAX_STRENGTH, wilson
from dashboard.core.scoring.weights import WeightsError, checked, flat, reweighted, version_of

WEIGHTS = Weights()
#: 20 dispatched, 3 failed; weights 30 of 40 in time; 4 of 5 satisfied; 2 of 16 reworked; 1 of 10
#: came again; ratings: dispatch 4 and 5, outcome 2
SUMS = {
    "dispatched": 20, "dispatch_failed": 3,
    "decided.blue": 8, "decided.yellow": 4, "decided.orange": 2, "decided.red": 2,
    "on_time.blue": 6, "on_time.yellow": 2, "on_time.orange": 1, "on_time.red": 2,
    "handled": 16, "reworked": 2, "revisited": 5, "satisfied": 4,
    "closed": 14, "visited": 7, "closed_in_grid": 10, "recurred": 1,
    "rated.dispatch": 2, "rating.dispatch": 7, "rated.outcome": 1, "rating.outcome": 1,
    "quick": 4, "reopened": 7, "returned_late": 1, "extended_late": 2,
    "excluded": 3, "late_news": 1,
}  # fmt: skip


def without(*prefixes: str) -> dict[str, int]:
    return {name: n for name, n in SUMS.items() if not name.startswith(prefixes)}


def one(sums: dict[str, int], weights: Weights = WEIGHTS) -> Score:
    return board({"D1": sums}, weights).scores[0]


def test_by_hand() -> None:
    result = one(SUMS)
    # ratings of 4 and 5 are 75 % and 100 %, next to five as good as what was measured
    dispatch = 0.7 * 85 + 0.3 * (75 + 100 + 5 * 85) / 7
    assert result.dispatch == pytest.approx(dispatch)
    # (6 + 2·2 + 4·1 + 8·2) / (8 + 2·4 + 4·2 + 8·2)
    assert result.handling == pytest.approx(100 * 30 / 40)
    # (0.5 · 80 + 0.3 · 87.5 + 0.2 · 90), and a rating of 2 is 25 %
    outcome = 0.7 * 84.25 + 0.3 * (25 + 5 * 84.25) / 6
    assert result.outcome == pytest.approx(outcome)
    assert result.total == pytest.approx(0.3 * dispatch + 0.4 * 75 + 0.3 * outcome)
    assert (round(dispatch, 2), round(outcome, 2), round(result.total or 0, 2)) == (
        85.21, 81.29, 79.95,
    )  # fmt: skip
    assert (result.n, result.subject, result.department) == (20, "D1", "D1")
    assert result.coverage == Share(7, 14, 0.5)
    assert (result.excluded, result.late_news) == (3, 1)
    assert result.checks == {
        "quick": Share(4, 16, 0.25),
        "reopened": Share(7, 14, 0.5),
        "returned_late": Share(1, 20, 0.05),
        "extended_late": Share(2, 20, 0.1),
    }
    # cases of unequal weight count as fewer: 40² / (8·1 + 4·4 + 2·16 + 2·64)
    assert result.parts["handling.measured"].n == pytest.approx(1600 / 184)
    assert result.parts["handling.measured"].denominator == 40
    assert result.sums == SUMS


def test_a_part_without_data_gives_its_weight_to_the_others() -> None:
    no_ratings = without("rat")
    assert one(no_ratings).dispatch == pytest.approx(85)
    assert one(no_ratings).outcome == pytest.approx(84.25)
    unvisited = without("rat", "revisited", "satisfied")
    assert one(unvisited).outcome == pytest.approx((0.3 * 87.5 + 0.2 * 90) / 0.5)
    only_rated = without("dispatch")
    assert one({**only_rated, "rated.dispatch": 2, "rating.dispatch": 7}).dispatch == 87.5
    no_outcome = one(without("rat", "handled", "revisited", "satisfied", "closed_in", "rec", "rew"))
    assert no_outcome.outcome is None
    assert no_outcome.total == pytest.approx((0.3 * 85 + 0.4 * 75) / 0.7)
    undecided = one(without("decided", "on_time", "rat"))
    assert undecided.handling is None
    assert undecided.total == pytest.approx((0.3 * 85 + 0.3 * 84.25) / 0.6)
    nothing = one({})
    assert (nothing.total, nothing.shrunk, nothing.low, nothing.high) == (None,) * 4
    assert (nothing.n, nothing.rank, nothing.parts) == (0, None, {})


def test_nothing_good_is_a_zero_and_not_missing() -> None:
    result = one({"dispatched": 2, "dispatch_failed": 2, "decided.red": 1})
    assert (result.dispatch, result.handling, result.total) == (0.0, 0.0, 0.0)


def test_work_of_an_earlier_period_cannot_push_a_score_out_of_range() -> None:
    result = one({"dispatched": 1, "dispatch_failed": 5, "handled": 1, "reworked": 3})
    assert (result.dispatch, result.outcome) == (0.0, 0.0)
    assert result.parts["outcome.rework"].numerator == 0


def test_json_has_the_names_that_others_rely_on() -> None:
    members = msgspec.to_builtins(one(SUMS))
    names = {"department", "dispatch", "handling", "outcome", "total", "n", "rank"}
    assert names <= members.keys()
    assert names <= msgspec.to_builtins(brief(one(SUMS))).keys()
    place = msgspec.to_builtins(board({"T1": SUMS}, WEIGHTS, department=False).scores[0])
    assert place["subject"] == "T1"
    assert "department" not in place


_amounts = st.integers(0, 50)
_measures = sorted({m for f in formulas(WEIGHTS).values() for part in f for m in part})
_sums = st.dictionaries(st.sampled_from(_measures), _amounts)
_groups = st.dictionaries(st.sampled_from([f"D{i}" for i in range(8)]), _sums, min_size=1)


@given(_groups)
def test_scores_lie_between_0_and_100_and_within_their_parts(group: dict[str, Any]) -> None:
    for s in board(group, WEIGHTS).scores:
        indicators = [v for v in (s.dispatch, s.handling, s.outcome) if v is not None]
        assert all(-1e-9 <= v <= 100 + 1e-9 for v in indicators)
        assert (s.total is None) == (not indicators)
        if s.total is None or s.shrunk is None:
            continue
        assert min(indicators) - 1e-9 <= s.total <= max(indicators) + 1e-9
        assert s.low is not None
        assert s.high is not None
        assert 0 <= s.low <= s.shrunk + 1e-9 <= s.high + 2e-9 <= 100 + 3e-9
        assert sum(p.share for p in s.parts.values()) == pytest.approx(1)
        assert sum(p.share * p.value for p in s.parts.values()) == pytest.approx(s.total)
        assert sum(p.share * p.shrunk for p in s.parts.values()) == pytest.approx(s.shrunk)


@given(st.sets(st.sampled_from(COMPONENTS)))
def test_shares_add_up_whatever_is_missing(present: set[str]) -> None:
    found = shares(dict.fromkeys(present, 3.0), WEIGHTS)
    for name in INDICATORS:
        inner = found.get(name, {})
        assert bool(inner) == any(p.startswith(name) for p in present)
        assert sum(inner.values()) == pytest.approx(1 if inner else 0)
    assert set(found["total"]) == present
    assert sum(found["total"].values()) == pytest.approx(1 if present else 0)


def test_few_events_are_drawn_to_the_group() -> None:
    lucky = {"dispatched": 5}
    steady = {"dispatched": 400, "dispatch_failed": 8}
    others = {f"D{i}": {"dispatched": 200, "dispatch_failed": 20 + 10 * i} for i in range(5)}
    result = board({"lucky": lucky, "steady": steady, **others}, WEIGHTS)
    by_id = {s.subject: s for s in result.scores}
    assert by_id["lucky"].total == 100
    assert by_id["steady"].rank == 1
    assert by_id["lucky"].rank != 1
    group = result.priors["dispatch.measured"]
    assert 0 < group.strength < MAX_STRENGTH
    shrunk = (5 + group.strength * group.mean) / (5 + group.strength)
    assert by_id["lucky"].shrunk == pytest.approx(100 * shrunk)
    # one component: the total's interval is that component's
    low, high = wilson(shrunk, 5 + group.strength)
    assert (by_id["lucky"].low, by_id["lucky"].high) == pytest.approx((100 * low, 100 * high))


def test_the_halves_of_intervals_add_up_in_squares() -> None:
    s = one({"dispatched": 10, "dispatch_failed": 2, "decided.blue": 10, "on_time.blue": 5})
    assert s.total == s.shrunk == pytest.approx((0.3 * 80 + 0.4 * 50) / 0.7)
    (a, b), (c, d) = wilson(0.8, 10), wilson(0.5, 10)
    below = ((3 / 7 * (0.8 - a)) ** 2 + (4 / 7 * (0.5 - c)) ** 2) ** 0.5
    above = ((3 / 7 * (b - 0.8)) ** 2 + (4 / 7 * (d - 0.5)) ** 2) ** 0.5
    assert s.low == pytest.approx(s.total - 100 * below)
    assert s.high == pytest.approx(s.total + 100 * above)


def entry(subject: str, shrunk: float | None, n: int = 10) -> Score:
    return Score(subject=subject, shrunk=shrunk, n=n)


def test_ranks_and_ties() -> None:
    rows = [entry("C", 90), entry("A", 80), entry("B", 90), entry("D", 95), entry("E", 70)]
    assert [(s.subject, s.rank) for s in ranked(rows, 5)] == [
        ("D", 1), ("B", 2), ("C", 2), ("A", 4), ("E", 5),
    ]  # fmt: skip
    noise = [entry("A", 100 * (0.1 + 0.2)), entry("B", 100 * 0.3)]
    assert [s.rank for s in ranked(noise, 5)] == [1, 1]


def test_few_events_are_shown_last_and_not_ranked() -> None:
    rows = [entry("A", 100, 4), entry("B", None, 50), entry("C", 10, 5)]
    assert [(s.subject, s.rank) for s in ranked(rows, 5)] == [("C", 1), ("A", None), ("B", None)]


@given(st.lists(st.tuples(st.none() | st.sampled_from([10.0, 20.0, 30.0]), st.integers(0, 9))))
def test_a_rank_is_one_more_than_those_ahead(rows: list[tuple[float | None, int]]) -> None:
    listed = ranked([entry(f"D{i}", total, n) for i, (total, n) in enumerate(rows)], 5)
    assert len(listed) == len(rows)
    fit = [s.shrunk for s in listed if s.shrunk is not None and s.n >= 5]
    for s in listed:
        if s.shrunk is None or s.n < 5:
            assert s.rank is None
        else:
            assert s.rank == 1 + sum(1 for total in fit if total > s.shrunk)


def sums(good: int, n: int = 100) -> dict[str, int]:
    return {"dispatched": n, "dispatch_failed": n - good}


def test_the_change_of_rank_is_up_when_positive() -> None:
    earlier = {"A": sums(90), "B": sums(70), "C": sums(50), "D": sums(3, 4)}
    now = {"A": sums(90), "B": sums(100), "C": sums(50), "D": sums(10), "E": sums(30)}
    found = {s.department: (s.rank, s.rank_change) for s in scoreboard(now, earlier)}
    assert found == {"A": (2, -1), "B": (1, 1), "C": (3, 0), "D": (5, None), "E": (4, None)}
    again = compared(board(now, WEIGHTS).scores, board(earlier, WEIGHTS).scores, 5)
    assert again == scoreboard(now, earlier)


def test_what_if_changes_only_what_it_names() -> None:
    tried = reweighted(WEIGHTS, {"total.dispatch": "0.5", "total.outcome": 0.1, "levels.red": "16"})
    assert tried.total == {"dispatch": 0.5, "handling": 0.4, "outcome": 0.1}
    assert tried.levels[Level.RED] == 16
    assert (tried.outcome, tried.rating) == (WEIGHTS.outcome, WEIGHTS.rating)
    assert Weights() == WEIGHTS
    plain = one(SUMS)
    assert one(SUMS, tried).total == pytest.approx(
        0.5 * plain.dispatch + 0.4 * 100 * 46 / 56 + 0.1 * plain.outcome
    )
    at_once = reweighted(WEIGHTS, {"rating_half": 0})
    assert one(SUMS, at_once).dispatch == pytest.approx(0.7 * 85 + 0.3 * 87.5)
    assert reweighted(WEIGHTS, flat({"rating": 0, "min_ranked": 30})).min_ranked == 30
    assert one(SUMS, reweighted(WEIGHTS, {"rating": 0})).dispatch == pytest.approx(85)
    assert one(SUMS, reweighted(WEIGHTS, {"min_ranked": 30})).rank is None


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"total.dispatch": 0.5}, "weights.total", "must add up to 1"),
        ({"outcome.rework": 0.5}, "weights.outcome", "must add up to 1"),
        ({"total.dispatch": "x"}, "weights.total.dispatch", "a number"),
        ({"total.dispatch": "nan"}, "weights.total.dispatch", "0 to 1"),
        ({"total.dispatch": -0.1}, "weights.total.dispatch", "0 to 1"),
        ({"total.speed": 0.1}, "weights.total.speed", "expected one of total.dispatch"),
        ({"levels.green": 1}, "weights.levels.green", "expected one of"),
        ({"levels.red": "1.5"}, "weights.levels.red", "whole number"),
        ({"rating": 1.5}, "weights.rating", "0 to 1"),
        ({"rating": True}, "weights.rating", "a number"),
        ({f"levels.{level}": 0 for level in Level}, "weights.levels", "above 0"),
    ],
)
def test_weights_that_make_no_sense_are_refused(
    changes: dict[str, Any], field: str, message: str
) -> None:
    with pytest.raises(WeightsError, match=message) as caught:
        reweighted(WEIGHTS, changes)
    assert caught.value.field == field


def test_configured_weights_are_checked_and_versions_named(rules: Rules) -> None:
    assert checked(WEIGHTS) is WEIGHTS
    with pytest.raises(WeightsError, match="expected dispatch, handling, outcome"):
        checked(Weights(total={"dispatch": 1.0}))
    later = reweighted(WEIGHTS, {"rating": 0.5})
    newer = replace(rules, weights=((0, WEIGHTS), (201803, later)))
    assert [version_of(newer, m) for m in (201801, 201802, 201803, 201904)] == [
        0,
        0,
        201803,
        201803,
    ]
    assert newer.weights_of(201803) is later


@pytest.fixture
def rules() -> Rules:
    from zoneinfo import ZoneInfo

    return default_rules(ZoneInfo("Asia/Shanghai"))
