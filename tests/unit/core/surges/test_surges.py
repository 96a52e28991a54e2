"""The warnings: the tail, what is usual, and one warning's life."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from dashboard.config.rules.book import rules_of
from dashboard.core.model.rules import HOUR, MINUTE, Surge
from dashboard.core.surges.budget import MOST, thresholds
from dashboard.core.surges.judge import (
    TIERS,
    local_hour,
    windows,
)
from dashboard.core.surges.model import Day, learn, read_day
from dashboard.core.surges.tail import log_mass, size_of, upper_quantile, upper_tail
from tests.support.core.surgepasses import MODELS, RATES, history
from tests.support.core.surgetrial import LOCAL, START, WORK, day_number

POISSON = 1e9


def test_the_tail_is_exact() -> None:
    # Poisson(1/2), by fractions of its series times e^-1/2
    series = [Fraction(1, 2) ** j / math.factorial(j) for j in range(60)]
    for k in range(12):
        exact = float(sum(series[k:])) * math.exp(-0.5)
        assert upper_tail(k, 0.5, POISSON) == pytest.approx(exact, rel=1e-9)
    # geometric (size 1): P(X >= k) = (mean / (1 + mean))^k
    for mean in (0.01, 1.0, 30.0):
        for k in (1, 3, 40):
            assert upper_tail(k, mean, 1.0) == pytest.approx((mean / (1 + mean)) ** k, rel=1e-9)
    assert upper_tail(0, 2.0, 3.0) == 1.0
    assert 0 < upper_tail(3000, 0.001, POISSON) <= 1e-299
    assert sum(math.exp(log_mass(k, 4.0, 2.5)) for k in range(400)) == pytest.approx(1.0)
    for mean, size in ((0.2, 0.3), (7.0, 2.0), (40.0, POISSON)):
        k = upper_quantile(0.975, mean, size)
        assert upper_tail(k + 1, mean, size) <= 0.025 < upper_tail(k, mean, size)


def test_the_size_gives_the_variance() -> None:
    mean, size = 3.0, size_of(3.0, 0.2, 0.5)
    assert mean + mean**2 / size == pytest.approx(3.0 + 0.2 * 3.0 + 0.5 * 9.0)
    assert size_of(3.0, 0.0, 0.0) == POISSON


CELL = ((True, 12, 1.0),)


def test_a_category_may_hold_a_bar_and_a_code_not() -> None:
    day = read_day(20260302, True, {"001001|a|b|07": 2, "001001|a|b|08": 1, "001002|c|08": 0})
    assert day.pairs == {"001001|a|b": 3}
    assert list(day.hours) == ["a|b"]
    assert day.multiple == [("001001|a|b", 2)]


def test_the_expected_count_is_the_true_one() -> None:
    model = learn(history(RATES, 28))
    found = [model.usual(pair, CELL) for pair in RATES]
    means = [usual.mean for usual in found if usual]
    assert np.mean(means) == pytest.approx(0.2, rel=0.1)
    night = model.usual("001001|litter", ((True, 3, 1.0),))
    assert night is not None
    assert night.mean < 0.01


@pytest.mark.parametrize("place", ["001001", "009009"])
def test_fewer_days_are_wider(place: str) -> None:
    tails = []
    for days in (28, 7, 2):
        usual = learn(history(RATES, days)).usual(f"{place}|litter", CELL)
        assert usual is not None
        assert usual.days == days
        # the same mean, so that only the width differs
        tails.append(upper_tail(4, 0.2, usual.size * 0.2 / usual.mean))
    assert tails == sorted(tails)
    few = read_day(day_number(0), True, {f"{pair}|09": 2 for pair in RATES})
    guess = learn((), [(few, 10.0)]).usual(f"{place}|litter", CELL)
    assert guess is not None
    assert guess.days == 0
    assert upper_tail(4, 0.2, guess.size * 0.2 / guess.mean) > tails[-1]


def test_a_past_surge_does_not_hide_the_next() -> None:
    days = history(RATES, 28)
    pair = "001001|litter"
    surged = dict(days[20].pairs) | {pair: 60}
    hours = {"litter": [n + 20 * (9 <= h < 12) for h, n in enumerate(days[20].hours["litter"])]}
    loud = Day(days[20].day, days[20].working, surged, hours, [*days[20].multiple, (pair, 20)])
    before, after = learn(days), learn([*days[:20], loud, *days[21:]])
    for name in (pair, "002002|litter"):
        a, b = before.usual(name, CELL), after.usual(name, CELL)
        assert a is not None
        assert b is not None
        assert b.mean < a.mean * 1.25 + 0.01
        assert upper_tail(6, b.mean, b.size) < 4 * upper_tail(6, a.mean, a.size)


def test_windows_round_up_to_the_next_look() -> None:
    hour = START + 10 * HOUR
    for minutes, until in ((0, 5), (5, 5), (5.1, 10), (21, 40), (59.9, 60)):
        running, last, wide = windows(LOCAL, WORK, hour + round(minutes * MINUTE))
        assert (running.start, running.end) == (hour, hour + until * MINUTE)
        assert running.cells == ((True, 10, until / 60),)
        assert (last.start, last.end, last.hours) == (hour - HOUR, hour, ((day_number(0), 9),))
        assert (wide.start, wide.end) == (hour - 3 * HOUR, hour)
        assert not wide.single
    assert windows(LOCAL, WORK, START + MINUTE)[1].hours[0][1] == 23
    assert windows(LOCAL, WORK, START + MINUTE)[1].cells[0][0] is False  # Sunday


def test_an_hour_that_comes_twice_is_one_of_two_hours() -> None:
    local = rules_of("la", "America/Los_Angeles").local
    first = 1793520000000  # 2026-11-01 01:00 PDT
    assert local.iso(first).startswith("2026-11-01T01:00:00.000-07:00")
    day, hour, start = local_hour(local, first + 90 * MINUTE)  # 01:30 PST
    assert (day, hour, start) == (20261101, 1, first)
    running = windows(local, WORK, first + 90 * MINUTE)[0]
    assert running.cells[0][2] == pytest.approx(1.5)
    last = windows(local, WORK, first + 121 * MINUTE)[1]
    assert last.cells[0][2] == pytest.approx(2.0)


def test_a_threshold_spends_the_budget_and_no_more() -> None:
    before = dict.fromkeys(TIERS, 0.0)
    for budget in (0.01, 0.1, 1.0, 10.0):
        alpha = thresholds(MODELS, True, Surge(false_alarms_per_day=budget))
        assert all(before[tier] <= alpha[tier] <= MOST for tier in TIERS)
        before = alpha
    strict = thresholds(MODELS, True, Surge(false_alarms_per_day=0.01))
    assert strict["grid"] < strict["township"] < 2e-3
    assert thresholds({"grid": learn(())}, True, Surge()) == {"grid": MOST}
