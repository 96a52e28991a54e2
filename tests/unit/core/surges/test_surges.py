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
    CALM_MS,
    TIERS,
    Evidence,
    Judgement,
    Outcome,
    SurgeWarning,
    evidence,
    judge,
    local_hour,
    step,
    windows,
)
from dashboard.core.surges.model import Day, Model, learn, read_day
from dashboard.core.surges.tail import log_mass, size_of, upper_quantile, upper_tail
from tests.support.core.surgetrial import LOCAL, START, WORK, day_number, township_of

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


def history(rates: dict[str, float], days: int, seed: int = 1) -> list[Day]:
    """Days on which each pair has Poisson reports, all between 8 and 18 o'clock."""
    rng = np.random.default_rng(seed)
    out = []
    for day in range(days):
        counts = {
            f"{pair}|{hour:02d}": int(n)
            for pair, rate in rates.items()
            for hour in range(8, 18)
            if (n := rng.poisson(rate / 10))
        }
        out.append(read_day(day_number(day), day % 7 < 5, counts))
    return out


RATES = {f"{t:03d}{g:03d}|litter": 2.0 for t in range(1, 4) for g in range(1, 9)}
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


def models_of(rates: dict[str, float] = RATES, days: int = 28) -> dict[str, Model]:
    grids = history(rates, days)
    towns: dict[str, float] = {}
    for pair, rate in rates.items():
        town = f"{pair[:3]}|{pair.partition('|')[2]}"
        towns[town] = towns.get(town, 0.0) + rate
    return {"grid": learn(grids), "township": learn(history(towns, days))}


MODELS = models_of()
NOON = START + 28 * 24 * HOUR + 12 * HOUR


def look(
    now: int, counts: dict[tuple[int, str], int], opened: dict[str, SurgeWarning] | None = None
) -> list[Judgement]:
    """Judge reports given as {(hour of the 28th day, grid's pair): n} at ``now``."""
    seen: dict[str, dict[tuple[int, int], dict[str, int]]] = {tier: {} for tier in TIERS}
    for (hour, pair), n in counts.items():
        for tier, name in (("grid", pair), ("township", pair[:3] + pair[6:])):
            of = seen[tier].setdefault((day_number(28), hour), {})
            of[name] = of.get(name, 0) + n
    alpha = thresholds(MODELS, True, Surge())
    return judge(
        MODELS,
        windows(LOCAL, WORK, now),
        seen,
        alpha=alpha,
        min_count=3,
        opened={warning.pair for warning in (opened or {}).values()},
    )


def pass_of(
    opened: dict[str, SurgeWarning], now: int, counts: dict[tuple[int, str], int]
) -> Outcome:
    """One pass; ``opened`` is brought up to date."""
    outcome = step(MODELS, list(opened.values()), look(now, counts, opened), now, township_of)
    for warning in (*outcome.raised, *outcome.updated):
        opened[warning.id] = warning
    for over in outcome.ended:
        del opened[over.warning.id]
    return outcome


def test_raised_once_kept_at_its_peak_and_ended_after_two_calm_hours() -> None:
    opened: dict[str, SurgeWarning] = {}
    pair = "001001|litter"
    at = NOON + 4 * MINUTE
    (raised,) = pass_of(opened, at, {(12, pair): 6}).raised
    assert raised.id == f"grid:001001:litter:{at}"
    proof = raised.evidence
    assert (proof.observed, proof.start, proof.end) == (6, NOON, NOON + 5 * MINUTE)
    assert proof.expected == pytest.approx(0.2 / 12, rel=0.6)
    assert proof.low <= proof.high < 6
    assert proof.p < 1e-6
    assert len(proof.history) == proof.days == 28
    assert pass_of(opened, at + MINUTE, {(12, pair): 6}) == Outcome()
    (updated,) = pass_of(opened, NOON + 5 * MINUTE, {(12, pair): 9}).updated
    assert (updated.id, updated.evidence.observed) == (raised.id, 9)
    # less unusual now: the peak stays
    pass_of(opened, NOON + 50 * MINUTE, {(12, pair): 9})
    assert opened[raised.id].evidence == updated.evidence
    ends: list[tuple[int, str]] = []
    for minute in range(60, 60 * 7, 5):
        outcome = pass_of(opened, NOON + minute * MINUTE, {(12, pair): 9})
        assert not outcome.raised
        ends += [(minute, over.reason) for over in outcome.ended]
    assert ends == [((HOUR + CALM_MS) // MINUTE, "subsided")]


def test_what_grows_slowly_is_seen_over_three_hours() -> None:
    opened: dict[str, SurgeWarning] = {}
    pair = "001001|litter"
    counts = {(12, pair): 1, (13, pair): 2}
    assert not pass_of(opened, NOON + 2 * HOUR + MINUTE, counts).raised
    counts[14, pair] = 2
    (raised,) = pass_of(opened, NOON + 3 * HOUR + MINUTE, counts).raised
    assert raised.evidence.end - raised.evidence.start == 3 * HOUR
    # one that is over is not raised hours later
    counts = {(12, pair): 9}
    assert not pass_of({}, NOON + 3 * HOUR + MINUTE, counts).raised


def test_many_grids_a_little_are_their_township() -> None:
    opened: dict[str, SurgeWarning] = {}
    counts = {(12, f"001{g:03d}|litter"): 2 for g in range(1, 9)}
    raised = pass_of(opened, NOON + 20 * MINUTE, counts).raised
    assert [(w.tier, w.code) for w in raised] == [("township", "001")]


def test_the_grid_wins() -> None:
    opened: dict[str, SurgeWarning] = {}
    counts = {(12, "001001|litter"): 14}
    raised = pass_of(opened, NOON + 20 * MINUTE, counts).raised
    assert [(w.tier, w.code) for w in raised] == [("grid", "001001")]
    # the township has surged as well: that is news
    counts |= {(12, f"001{g:03d}|litter"): 2 for g in range(2, 9)}
    raised = pass_of(opened, NOON + 25 * MINUTE, counts).raised
    assert [(w.tier, w.code) for w in raised] == [("township", "001")]


def test_a_township_gives_way_to_the_grid_that_explains_it() -> None:
    opened: dict[str, SurgeWarning] = {}
    town = SurgeWarning(
        "township:001:litter:1", "township", "001", "litter", NOON, NOON, NOON + HOUR,
        proof_of("001|litter", 8),
    )  # fmt: skip
    opened[town.id] = town
    outcome = pass_of(opened, NOON + 20 * MINUTE, {(12, "001001|litter"): 12})
    (grid,) = outcome.raised
    (over,) = outcome.ended
    assert grid.tier == "grid"
    assert (over.warning.id, over.reason, over.by) == (town.id, "explained", grid.id)


def proof_of(pair: str, n: int) -> Evidence:
    grid = f"{pair[:3]}001|{pair.partition('|')[2]}"
    found = look(NOON + 20 * MINUTE, {(12, grid): n})
    return evidence(MODELS["township"], next(j for j in found if j.pair[0] == "township"))


def test_time_that_goes_back_withdraws_what_has_not_happened() -> None:
    opened: dict[str, SurgeWarning] = {}
    pass_of(opened, NOON + 20 * MINUTE, {(12, "001001|litter"): 12})
    outcome = pass_of(opened, NOON - 30 * HOUR, {})
    assert [over.reason for over in outcome.ended] == ["withdrawn"]
    assert opened == {}


def test_a_threshold_spends_the_budget_and_no_more() -> None:
    before = dict.fromkeys(TIERS, 0.0)
    for budget in (0.01, 0.1, 1.0, 10.0):
        alpha = thresholds(MODELS, True, Surge(false_alarms_per_day=budget))
        assert all(before[tier] <= alpha[tier] <= MOST for tier in TIERS)
        before = alpha
    strict = thresholds(MODELS, True, Surge(false_alarms_per_day=0.01))
    assert strict["grid"] < strict["township"] < 2e-3
    assert thresholds({"grid": learn(())}, True, Surge()) == {"grid": MOST}
