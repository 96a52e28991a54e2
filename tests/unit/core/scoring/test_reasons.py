"""What a score lost, why it moved, what is suspicious, and the weights of an address."""

from __future__ import annotations

import math
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.model.actions import Level
from dashboard.core.model.periods import Span, span
from dashboard.core.model.rules import Weights, default_rules
from dashboard.core.questions.ask import AskError
from dashboard.core.questions.departments import month_of
from dashboard.core.questions.what_if import fields, tried
from dashboard.core.scoring.formulas import COMPONENTS
from dashboard.core.scoring.reasons import checked, fall, lost, prices
from dashboard.core.scoring.scores import Score, board

NOON = 1_517_000_000_000


def pairs(count: str, of: str) -> st.SearchStrategy[dict[str, int]]:
    return st.tuples(st.integers(0, 40), st.integers(0, 40)).map(
        lambda two: {count: min(two), of: max(two)}
    )


SUMS = st.tuples(
    pairs("dispatch_failed", "dispatched"),
    *(pairs(f"on_time.{level}", f"decided.{level}") for level in Level),
    pairs("satisfied", "revisited"),
    st.fixed_dictionaries({"handled": st.integers(0, 40), "reworked": st.integers(0, 60)}),
    pairs("recurred", "closed_in_grid"),
    st.integers(0, 20).flatmap(
        lambda n: st.fixed_dictionaries(
            {"rated.handling": st.just(n), "rating.handling": st.integers(0, 4 * n)}
        )
    ),
).map(lambda parts: {k: v for part in parts for k, v in part.items()})


def scored(sums: dict[str, int], weights: Weights | None = None) -> Score:
    return board({"D": sums}, weights or Weights()).scores[0]


@given(SUMS)
def test_losses_add_up_to_what_is_missing(sums: dict[str, int]) -> None:
    score = scored(sums)
    if score.total is None:
        assert not lost(score)
        return
    assert math.fsum(lost(score).values()) == pytest.approx(100 - score.total)


@given(SUMS)
def test_prices_share_out_the_loss_without_a_rest(sums: dict[str, int]) -> None:
    score = scored(sums)
    if score.total is None:
        return
    bill = math.fsum(p.points * sums.get(p.measure, 0) for p in prices(score, Weights()))
    assert bill == pytest.approx(100 - score.total, abs=1e-6)
    assert {p.component for p in prices(score, Weights())} <= set(COMPONENTS)


@given(SUMS, SUMS)
def test_a_fall_is_the_sum_of_its_causes(now: dict[str, int], before: dict[str, int]) -> None:
    one, other = scored(now), scored(before)
    found = fall(one, other)
    if one.total is None or other.total is None:
        assert found is None
        return
    assert found is not None
    assert found.points == pytest.approx(one.total - other.total)
    assert math.fsum(m.points for m in found.moved) == pytest.approx(found.points, abs=1e-6)
    assert [m.points for m in found.moved] == sorted(
        (m.points for m in found.moved), key=lambda p: round(p, 9)
    )
    assert fall(one, None) is None


def test_a_cause_shows_when_its_share_changed() -> None:
    alone = {"dispatched": 10, "dispatch_failed": 2}
    both = alone | {"decided.blue": 10, "on_time.blue": 5}
    found = fall(scored(both), scored(alone))
    assert found is not None
    assert {m.component: m.reweighed for m in found.moved} == {
        "handling.measured": True,
        "dispatch.measured": True,
    }
    assert found.moved[0].component == "handling.measured"


def checks_of(quick: int, handled: int, usual: int) -> Any:
    sums = {
        "A": {"quick": quick, "handled": handled, "dispatched": 9},
        "B": {"quick": usual, "handled": 1000, "dispatched": 9},
    }
    scores = board(sums, Weights()).scores
    mine = next(s for s in scores if s.subject == "A")
    return {c.name: c for c in checked(mine, scores)}["quick"]


def test_a_check_is_marked_only_far_above_others_and_not_for_a_handful() -> None:
    found = checks_of(60, 100, 50)
    assert (found.count, found.of, found.share, found.elsewhere) == (60, 100, 0.6, 0.05)
    assert found.stands_out
    assert not checks_of(2, 2, 50).stands_out  # two cases are none
    assert not checks_of(6, 100, 50).stands_out  # hardly more than elsewhere
    assert not checks_of(3, 30, 50).stands_out  # twice as many, yet chance would do
    assert checks_of(0, 0, 50).share is None


def test_weights_of_an_address() -> None:
    base = Weights()
    assert tried(base, {"sort": "n"}).changed == {}
    assert tried(base, {}).weights is base
    found = tried(base, {"w_dispatch": "60"})
    assert found.what_if
    assert math.fsum(found.weights.total.values()) == pytest.approx(1)
    assert found.weights.total["dispatch"] == pytest.approx(60 / 130)
    assert set(found.changed) == {"total.dispatch", "total.handling", "total.outcome"}
    whole = {"w_dispatch": "0", "w_handling": "50", "w_outcome": "50", "w_red": "9"}
    found = tried(base, whole)
    assert found.weights.total == {"dispatch": 0, "handling": 0.5, "outcome": 0.5}
    assert found.weights.levels["red"] == 9
    # what the fields of a page show asks for the same weights again
    same = {name: str(value) for name, value in fields(base).items()}
    assert not tried(base, same).what_if


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("w_dispatch", "101"),
        ("w_dispatch", "-1"),
        ("w_dispatch", "nan"),
        ("w_red", "1.5"),
        ("w_rating", "x"),
        ("w_min_ranked", "-3"),
    ],
)
def test_invalid_weights_are_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(AskError) as refused:
        tried(Weights(), {name: value})
    assert refused.value.field == name


def test_weights_of_all_zero_are_refused() -> None:
    with pytest.raises(AskError):
        tried(Weights(), {"w_dispatch": "0", "w_handling": "0", "w_outcome": "0"})


def test_a_week_is_weighed_as_the_month_of_its_thursday() -> None:
    def of(text: str) -> Span:
        return span(text, default_rules(ZoneInfo("America/Los_Angeles")), NOON)

    assert date(2018, 1, 1).isocalendar()[:2] == (2018, 1)
    assert month_of(of("2018-W01")) == 201801
    assert month_of(of("2017-W44")) == 201711  # Monday is 30 October, Thursday 2 November
    assert month_of(of("2017-12-30..2018-01-10")) == 201712
