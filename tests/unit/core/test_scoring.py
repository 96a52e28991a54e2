"""Scores against numbers worked out by hand, ranks, and what is missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.scoring import MIN_RANKED, Score, ranked, score, scoreboard

#: 20 dispatched, 3 of them failed; weights 30 of 40 in time; 4 of 5 satisfied; 2 of 16 reworked
SUMS = {
    "dispatched": 20, "dispatch_failed": 3,
    "decided": 18, "due_weight": 40, "on_time": 15, "on_time_weight": 30,
    "revisited": 5, "satisfied": 4, "handled": 16, "reworked": 2,
}  # fmt: skip


def without(*names: str) -> dict[str, int]:
    return {name: n for name, n in SUMS.items() if name not in names}


def test_by_hand() -> None:
    result = score("D1", SUMS)
    assert result.dispatch == pytest.approx(85.0)
    assert result.handling == pytest.approx(75.0)
    # (0.5 × 80 + 0.3 × 87.5) / 0.8
    assert result.outcome == pytest.approx(82.8125)
    # 0.3 × 85 + 0.4 × 75 + 0.3 × 82.8125
    assert result.total == pytest.approx(80.34375)
    assert (result.n, result.department) == (20, "D1")
    assert (result.rank, result.rank_change) == (None, None)


def test_a_part_without_data_gives_its_weight_to_the_others() -> None:
    unvisited = score("D1", without("revisited", "satisfied"))
    assert unvisited.outcome == pytest.approx(87.5)
    unhandled = score("D1", without("handled", "reworked"))
    assert unhandled.outcome == pytest.approx(80.0)
    no_outcome = score("D1", without("handled", "reworked", "revisited", "satisfied"))
    assert no_outcome.outcome is None
    assert no_outcome.total == pytest.approx((0.3 * 85 + 0.4 * 75) / 0.7)
    undecided = score("D1", without("decided", "due_weight", "on_time", "on_time_weight"))
    assert undecided.handling is None
    assert undecided.total == pytest.approx((0.3 * 85 + 0.3 * 82.8125) / 0.6)
    assert score("D1", {}) == Score("D1", None, None, None, None, 0)


def test_nothing_good_is_a_zero_and_not_missing() -> None:
    result = score("D1", {"dispatched": 2, "dispatch_failed": 2, "decided": 1, "due_weight": 8})
    assert (result.dispatch, result.handling, result.total) == (0.0, 0.0, 0.0)


def test_work_of_an_earlier_period_cannot_push_a_score_out_of_range() -> None:
    result = score("D1", {"dispatched": 1, "dispatch_failed": 5, "handled": 1, "reworked": 3})
    assert (result.dispatch, result.outcome) == (0.0, 0.0)


_measures = st.sampled_from(list(SUMS))


@given(st.dictionaries(_measures, st.integers(0, 50)))
def test_scores_lie_between_0_and_100(sums: dict[str, int]) -> None:
    result = score("D1", sums)
    parts = [result.dispatch, result.handling, result.outcome]
    known = [value for value in parts if value is not None]
    assert all(0 <= value <= 100 for value in known)
    assert (result.total is None) == (not known)
    if result.total is not None:
        assert min(known) - 1e-9 <= result.total <= max(known) + 1e-9


def entry(department: str, total: float | None, n: int = 10) -> Score:
    return Score(department, total, total, total, total, n)


def test_ranks_and_ties() -> None:
    board = ranked([entry("C", 90), entry("A", 80), entry("B", 90), entry("D", 95), entry("E", 70)])
    assert [(s.department, s.rank) for s in board] == [
        ("D", 1), ("B", 2), ("C", 2), ("A", 4), ("E", 5),
    ]  # fmt: skip


def test_few_events_are_shown_last_and_not_ranked() -> None:
    board = ranked(
        [entry("A", 100, MIN_RANKED - 1), entry("B", None, 50), entry("C", 10, MIN_RANKED)]
    )
    assert [(s.department, s.rank) for s in board] == [("C", 1), ("A", None), ("B", None)]


@given(st.lists(st.tuples(st.none() | st.sampled_from([10.0, 20.0, 30.0]), st.integers(0, 9))))
def test_a_rank_is_one_more_than_those_ahead(rows: list[tuple[float | None, int]]) -> None:
    board = ranked(entry(f"D{i}", total, n) for i, (total, n) in enumerate(rows))
    assert len(board) == len(rows)
    fit = [s.total for s in board if s.total is not None and s.n >= MIN_RANKED]
    for s in board:
        if s.total is None or s.n < MIN_RANKED:
            assert s.rank is None
        else:
            assert s.rank == 1 + sum(1 for total in fit if total > s.total)


def sums(good: int, n: int = 10) -> dict[str, int]:
    return {"dispatched": n, "dispatch_failed": n - good}


def test_the_change_of_rank_is_up_when_positive() -> None:
    earlier = {"A": sums(9), "B": sums(8), "C": sums(7), "D": sums(3, 4)}
    now = {"A": sums(9), "B": sums(10), "C": sums(7), "D": sums(5), "E": sums(6)}
    board = {s.department: (s.rank, s.rank_change) for s in scoreboard(now, earlier)}
    assert board == {"A": (2, -1), "B": (1, 1), "C": (3, 0), "D": (5, None), "E": (4, None)}


def test_scoreboard_is_score_and_ranks() -> None:
    now = {"A": SUMS, "B": without("handled", "reworked"), "C": {}}
    # the same answer again: nothing kept from before may change it
    for _ in range(2):
        board = scoreboard(now, {})
        assert [s.rank_change for s in board] == [None] * 3
        assert {s.department: s.total for s in board} == {
            d: score(d, m).total for d, m in now.items()
        }
    grown = scoreboard({"A": {**SUMS, "dispatched": 40}}, now)
    assert grown[0].dispatch == pytest.approx(92.5)
