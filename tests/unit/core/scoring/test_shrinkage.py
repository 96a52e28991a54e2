"""Shrinkage: between what is seen and the group's mean; finds a prior that is known."""

from __future__ import annotations

import math
import random
from statistics import fmean

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dashboard.core.scoring.shrinkage import MAX_STRENGTH, Prior, prior, shrink, wilson

_cases = st.integers(1, 400).flatmap(
    lambda n: st.tuples(st.floats(0, n, allow_subnormal=False), st.just(float(n)))
)
_priors = st.builds(Prior, st.floats(0, 1), st.floats(0, MAX_STRENGTH), st.just(3), st.just(9.0))


@given(_cases, _priors)
def test_between_what_is_seen_and_the_mean(case: tuple[float, float], group: Prior) -> None:
    x, n = case
    found = shrink(x, n, group)
    low, high = sorted((x / n, group.mean))
    assert low - 1e-12 <= found.value <= high + 1e-12
    assert 0 <= found.low <= found.value <= found.high <= 1


@given(_cases, st.floats(0, 1))
def test_without_a_prior_nothing_moves(case: tuple[float, float], mean: float) -> None:
    x, n = case
    assert shrink(x, n, Prior(mean, 0.0, 1, n)).value == x / n


@given(st.integers(1, 400), st.floats(0, 1), st.floats(0, 1), _priors)
def test_more_successes_never_mean_less(n: int, one: float, two: float, group: Prior) -> None:
    worse, better = sorted((one, two))
    a, b = shrink(worse * n, n, group), shrink(better * n, n, group)
    assert a.value <= b.value + 1e-12
    assert a.low <= b.low + 1e-9
    assert a.high <= b.high + 1e-9


@given(_cases, st.floats(0, 1), st.floats(0, 900), st.floats(0.1, 100))
def test_a_stronger_prior_pulls_further(
    case: tuple[float, float], mean: float, strength: float, more: float
) -> None:
    x, n = case
    near = shrink(x, n, Prior(mean, strength + more, 2, n)).value
    far = shrink(x, n, Prior(mean, strength, 2, n)).value
    assert abs(near - mean) <= abs(far - mean) + 1e-12


@given(st.lists(_cases, min_size=2, max_size=40))
def test_a_prior_is_a_proportion_with_a_bounded_strength(cases: list[tuple[float, float]]) -> None:
    found = prior(cases)
    assert min(x / n for x, n in cases) - 1e-9 <= found.mean
    assert found.mean <= max(x / n for x, n in cases) + 1e-9
    assert 0 <= found.strength <= MAX_STRENGTH
    assert found.subjects == len(cases)
    assert found.n == pytest.approx(math.fsum(n for _, n in cases))


@given(st.lists(_cases, min_size=2, max_size=12), st.randoms())
def test_a_prior_does_not_depend_on_the_order(
    cases: list[tuple[float, float]], rng: random.Random
) -> None:
    mixed = list(cases)
    rng.shuffle(mixed)
    assert prior(mixed) == pytest.approx(prior(cases), rel=1e-6)
    assert prior([*cases, (0.0, 0.0)]) == prior(cases)


def test_by_hand() -> None:
    # p' = 30/40, so the squares of the differences are 0.25², 0.05², 0.15², 0.05²
    cases = [(5.0, 10.0), (8.0, 10.0), (9.0, 10.0), (8.0, 10.0)]
    spread = 10 * (0.0625 + 0.0025 + 0.0225 + 0.0025)
    chance = 0.75 * 0.25
    variance = (spread - 3 * chance) / (40 - 400 / 40 - 3)
    assert prior(cases).mean == 0.75
    assert prior(cases).strength == pytest.approx(chance / variance - 1)
    # shrunk by hand with m = 20 and p' = 0.6: (3 + 12) / (4 + 20)
    assert shrink(3, 4, Prior(0.6, 20.0, 2, 9.0)).value == pytest.approx(15 / 24)


def test_who_has_no_group() -> None:
    assert prior([]) == Prior(0.0, 0.0, 0, 0.0)
    assert prior([(3, 4), (0, 0)]) == Prior(0.75, 0.0, 1, 4.0)


@pytest.mark.parametrize(
    "cases",
    [
        pytest.param([(4, 8), (4, 8), (4, 8)], id="all alike"),
        pytest.param([(5, 5), (9, 9)], id="all good"),
        pytest.param([(0, 5), (0, 9)], id="all bad"),
        pytest.param([(1, 1), (0, 1), (1, 1)], id="one case each tells nothing"),
        pytest.param([(5, 9), (4, 9), (5, 9)], id="less than chance"),
    ],
)
def test_differences_within_chance_are_all_noise(cases: list[tuple[float, float]]) -> None:
    assert prior(cases).strength == MAX_STRENGTH


def test_differences_beyond_every_prior_are_left_as_they_are() -> None:
    assert prior([(0, 500), (500, 500)]).strength == 0


def test_the_known_interval() -> None:
    """Wilson at 95 % for 8 of 10 and for 0 of 10, as printed in textbooks."""
    assert wilson(0.8, 10, 1.959964) == pytest.approx((0.4901625, 0.9433178), abs=1e-6)
    assert wilson(0.0, 10, 1.959964) == pytest.approx((0.0, 0.2775328), abs=1e-6)
    assert wilson(1.0, 10)[1] == 1.0


def _drawn(rng: random.Random, sizes: list[int], a: float, b: float) -> list[tuple[float, float]]:
    out = []
    for n in sizes:
        p = rng.betavariate(a, b)
        out.append((float(sum(rng.random() < p for _ in range(n))), float(n)))
    return out


@pytest.mark.parametrize(("a", "b"), [(12.0, 8.0), (45.0, 5.0), (2.0, 2.0)])
def test_a_known_prior_is_found(a: float, b: float) -> None:
    rng = random.Random(20180101)
    sizes = [rng.randint(5, 120) for _ in range(1500)]
    found = prior(_drawn(rng, sizes, a, b))
    assert found.mean == pytest.approx(a / (a + b), abs=0.01)
    assert found.strength == pytest.approx(a + b, rel=0.15)


def test_the_estimate_of_the_variance_is_unbiased_at_small_numbers() -> None:
    """Two to four cases a subject, where a wrong denominator is off by a third."""
    a, b = 6.0, 4.0
    rng = random.Random(7)
    sizes = [rng.randint(2, 4) for _ in range(200)]
    true = a * b / ((a + b) ** 2 * (a + b + 1))
    found = []
    for _ in range(400):
        cases = _drawn(rng, sizes, a, b)
        total = sum(sizes)
        mean = sum(x for x, _ in cases) / total
        spread = sum(n * (x / n - mean) ** 2 for x, n in cases)
        room = total - sum(n * n for n in sizes) / total - (len(sizes) - 1)
        variance = (spread - (len(sizes) - 1) * mean * (1 - mean)) / room
        found.append(variance)
        strength = prior(cases).strength
        if 0 < strength < MAX_STRENGTH:
            assert strength == pytest.approx(mean * (1 - mean) / variance - 1)
    assert fmean(found) == pytest.approx(true, rel=0.06)


def test_shrunk_estimates_are_nearer_the_truth() -> None:
    """Over 20 groups of 300: less than half the error, and the 90 % interval holds the truth
    about that often (a little less: it takes the group's mean and strength as known)."""
    raw, near, held = [], [], []
    for seed in range(20):
        rng = random.Random(seed)
        truth = [rng.betavariate(16, 4) for _ in range(300)]
        cases = []
        for p in truth:
            n = rng.randint(1, 30)
            cases.append((float(sum(rng.random() < p for _ in range(n))), float(n)))
        group = prior(cases)
        for (x, n), p in zip(cases, truth, strict=True):
            found = shrink(x, n, group)
            raw.append((x / n - p) ** 2)
            near.append((found.value - p) ** 2)
            held.append(found.low <= p <= found.high)
    assert fmean(near) < 0.5 * fmean(raw)
    assert 0.85 <= fmean(held) <= 0.95


@given(_cases)
def test_the_interval_narrows_with_the_number(case: tuple[float, float]) -> None:
    x, n = case
    assume(n > 1)
    low, high = wilson(x / n, n)
    wider = wilson(x / n, n / 2)
    assert wider[1] - wider[0] >= high - low - 1e-12
