"""Warnings: one for an incident, its life, and where it is."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.core.model.rules import HOUR, MINUTE
from dashboard.core.surges.incidents import (
    CALM_MS,
    Folded,
    Outcome,
    SurgeWarning,
    as_fields,
    seen_from,
    step,
    surge_row,
)
from dashboard.core.surges.judge import RAREST, Evidence, chance
from tests.support.core.surgepasses import MODELS, NOON, RATES, Reports, look, models_of, pass_of
from tests.support.core.surgetrial import township_of

#: in place of a month of little heating: the models of a city after two days
YOUNG = models_of(RATES | {f"{pair[:6]}|heating": 0.1 for pair in RATES}, days=2)


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


def test_time_that_goes_back_withdraws_what_has_not_happened() -> None:
    opened: dict[str, SurgeWarning] = {}
    pass_of(opened, NOON + 20 * MINUTE, {(12, "001001|litter"): 12})
    outcome = pass_of(opened, NOON - 30 * HOUR, {})
    assert [over.reason for over in outcome.ended] == ["withdrawn"]
    assert opened == {}


def where(warning: SurgeWarning) -> tuple[str, list[str]]:
    """Its own place, and the folded ones."""
    return warning.code, [one.code for one in warning.folded]


def in_grids(hour: int, town: str, n: int, grids: range = range(1, 9)) -> Reports:
    return {(hour, f"{town}{g:03d}|litter"): n for g in grids}


def test_a_heating_failure_is_one_warning_for_its_township() -> None:
    """A township's reports come from all its grids, and each grid's are unusual by themselves."""
    opened: dict[str, SurgeWarning] = {}
    heating = {(12, f"001{g:03d}|heating"): 4 for g in range(1, 9)}
    outcome = pass_of(opened, NOON + 20 * MINUTE, heating, YOUNG)
    (raised,) = outcome.raised
    assert where(raised) == ("001", [f"001{g:03d}" for g in range(1, 9)])
    assert (raised.tier, raised.evidence.observed) == ("township", 32)
    assert {one.evidence.observed for one in raised.folded} == {4}
    # of two days no odds are shown, and from no history more than 1 in 10,000
    assert raised.evidence.p < 1e-9
    assert chance(raised.evidence, odds_days=7) is None
    fields = as_fields(raised, odds_days=7)
    assert {one["evidence"]["p"] for one in (fields, *fields["folded"])} == {None}
    known = as_fields(raised, odds_days=2)
    assert {one["evidence"]["p"] for one in (known, *known["folded"])} == {RAREST}
    # it subsides as one
    ends = []
    for minute in range(25, 60 * 7, 5):
        outcome = pass_of(opened, NOON + minute * MINUTE, heating, YOUNG)
        assert not outcome.raised
        assert not outcome.moved
        ends += [(minute, over.warning.id, over.reason) for over in outcome.ended]
    assert ends == [((HOUR + CALM_MS) // MINUTE, raised.id, "subsided")]


def test_many_grids_a_little_are_their_township() -> None:
    (raised,) = pass_of({}, NOON + 20 * MINUTE, in_grids(12, "001", 2)).raised
    assert where(raised) == ("001", [])


def test_a_grid_that_alone_explains_it_has_the_warning() -> None:
    """Its township stands out as well, by the same reports."""
    counts = {(12, "001001|litter"): 14, (12, "001002|litter"): 1}
    (raised,) = pass_of({}, NOON + 20 * MINUTE, counts).raised
    assert where(raised) == ("001001", ["001"])


@pytest.mark.parametrize(("n", "head"), [(9, "001001"), (7, "001")])
def test_a_grid_needs_more_than_half_of_the_excess(n: int, head: str) -> None:
    counts = {(12, "001001|litter"): n} | in_grids(12, "001", 4, range(2, 4))
    (raised,) = pass_of({}, NOON + 20 * MINUTE, counts).raised
    assert raised.code == head


def test_a_warning_moves_to_the_township_when_it_spreads() -> None:
    opened: dict[str, SurgeWarning] = {}
    counts = {(12, "001001|litter"): 8}
    (raised,) = pass_of(opened, NOON + 5 * MINUTE, counts).raised
    assert raised.code == "001001"
    counts |= in_grids(12, "001", 4, range(2, 9))
    outcome = pass_of(opened, NOON + 20 * MINUTE, counts)
    assert not outcome.raised
    assert not outcome.ended
    (moved,) = outcome.moved
    assert moved.reason == "spread"
    assert where(moved.warning) == ("001", [f"001{g:03d}" for g in range(1, 9)])
    # one incident: the same name, the same beginning
    assert (moved.warning.id, moved.warning.raised_at) == (raised.id, raised.raised_at)
    # what is left in one grid later does not take it back
    counts |= {(13, "001001|litter"): 4}
    assert not pass_of(opened, NOON + HOUR + 20 * MINUTE, counts).moved
    assert [one.code for one in opened.values()] == ["001"]


def test_a_warning_moves_to_the_grid_that_turns_out_to_explain_it() -> None:
    opened: dict[str, SurgeWarning] = {}
    counts = in_grids(12, "001", 1)
    assert [w.code for w in pass_of(opened, NOON + 4 * MINUTE, counts).raised] == ["001"]
    counts[12, "001003|litter"] = 5
    assert not pass_of(opened, NOON + 5 * MINUTE, counts).moved, "a little more than the others"
    counts[12, "001003|litter"] = 30
    (moved,) = pass_of(opened, NOON + 5 * MINUTE, counts).moved
    assert moved.reason == "one_grid"
    assert where(moved.warning) == ("001003", ["001"])


def test_incidents_with_a_calm_hour_between_are_two() -> None:
    """In one township and category; the first has not subsided when the second begins."""
    opened: dict[str, SurgeWarning] = {}
    counts = {(12, "001001|litter"): 8}
    (first,) = pass_of(opened, NOON + 20 * MINUTE, counts).raised
    for minute in (60, 90, 119):
        pass_of(opened, NOON + minute * MINUTE, counts)
    counts[14, "001005|litter"] = 8
    (second,) = pass_of(opened, NOON + 2 * HOUR + 20 * MINUTE, counts).raised
    assert (first.code, where(second)) == ("001001", ("001005", ["001"]))
    ends = {}
    for minute in range(145, 60 * 8, 5):
        outcome = pass_of(opened, NOON + minute * MINUTE, counts)
        assert not outcome.raised
        ends |= {over.warning.id: (minute, over.reason) for over in outcome.ended}
    assert ends == {first.id: (180, "subsided"), second.id: (300, "subsided")}


def test_what_goes_on_in_the_next_hour_elsewhere_is_the_same() -> None:
    opened: dict[str, SurgeWarning] = {}
    counts = {(12, "001001|litter"): 8}
    pass_of(opened, NOON + 55 * MINUTE, counts)
    counts[13, "001005|litter"] = 8
    assert not pass_of(opened, NOON + 65 * MINUTE, counts).raised
    (one,) = opened.values()
    assert where(one) == ("001001", ["001", "001005"])


def test_neighbours_in_two_townships_are_two() -> None:
    counts = {(12, "001008|litter"): 9, (12, "002001|litter"): 9}
    raised = pass_of({}, NOON + 20 * MINUTE, counts).raised
    assert [where(one) for one in raised] == [("001008", ["001"]), ("002001", ["002"])]


def test_grids_without_a_township_are_incidents_of_their_own() -> None:
    counts = {(12, "001001|litter"): 9, (12, "002001|litter"): 9}
    found = [j for j in look(NOON + 20 * MINUTE, counts) if j.pair[0] == "grid"]
    raised = step(MODELS, [], found, NOON + 20 * MINUTE, lambda _: "").raised
    assert [where(one) for one in raised] == [("001001", []), ("002001", [])]


def test_open_warnings_of_one_incident_are_folded_into_the_first() -> None:
    """A store that was written when each place had a warning of its own."""
    why = Evidence(9, 0.2, 0, 2, 1e-7, NOON, NOON + 20 * MINUTE, 28)
    old = [
        SurgeWarning(f"{tier}:{code}:litter:1", tier, code, "litter", at, at, NOON + HOUR, why)
        for tier, code, at in (
            ("grid", "001002", NOON + 5 * MINUTE),
            ("township", "001", NOON + 4 * MINUTE),
            ("grid", "002002", NOON + 4 * MINUTE),
        )
    ]
    opened = {one.id: one for one in old}
    outcome = pass_of(opened, NOON + 70 * MINUTE, {})
    (over,) = outcome.ended
    assert (over.warning.code, over.reason, over.by) == ("001002", "folded", old[1].id)
    assert sorted(map(where, opened.values())) == [("001", ["001002"]), ("002002", [])]
    again = pass_of(opened, NOON + 71 * MINUTE, {})
    assert again == Outcome()


def test_an_area_sees_its_own_part_of_a_warning() -> None:
    def why(p: float) -> Evidence:
        return Evidence(9, 0.2, 0, 2, p, NOON, NOON + HOUR, 28)

    grids = [Folded("grid", f"00100{g}", NOON, why(10.0**-g)) for g in (3, 4, 5)]
    one = SurgeWarning(
        "w", "township", "001", "litter", NOON, NOON, NOON, why(1e-9), NOON, tuple(grids)
    )
    assert seen_from(one, lambda code: True) == one
    assert seen_from(one, lambda code: code.startswith("002")) is None
    inner = seen_from(one, lambda code: code in ("001003", "001004"))
    assert inner is not None
    assert (inner.id, inner.tier, inner.evidence.p) == ("w", "grid", 1e-4)
    assert where(inner) == ("001004", ["001003"])
    assert surge_row(inner, lambda code: code).folded == 1


_PLACES = [f"00{town}00{grid}|litter" for town in (1, 2) for grid in (1, 2, 3)]
_ARRIVALS = st.lists(
    st.tuples(st.integers(0, 24), st.sampled_from(_PLACES), st.integers(1, 12), st.integers(0, 2)),
    max_size=12,
)


@settings(max_examples=25, deadline=None)
@given(_ARRIVALS)
def test_whatever_comes_an_incident_has_one_warning(
    arrivals: list[tuple[int, str, int, int]],
) -> None:
    """Reports of 12 to 18 o'clock in six grids, some up to two hours late, a pass each 15 min."""
    opened: dict[str, SurgeWarning] = {}
    log: dict[str, str] = {}
    counts: Reports = {}
    for tick in range(36):
        now = NOON + tick * 15 * MINUTE + MINUTE
        for at, pair, n, late in arrivals:
            hour = 12 + tick // 4 - late
            if at == tick and hour >= 12:
                counts[hour, pair] = counts.get((hour, pair), 0) + n
        before = dict(opened)
        strong = {j.pair for j in look(now, counts, opened) if j.strong}
        outcome = pass_of(opened, now, counts)
        for one in outcome.raised:
            assert one.id not in log
            log[one.id] = one.code
        log |= {one.warning.id: one.warning.code for one in outcome.moved}
        for over in outcome.ended:
            assert over.warning.id in before
            assert log.pop(over.warning.id) == over.warning.code or over.reason == "folded"
        # the log says what is open, and where
        assert log == {one.id: one.code for one in opened.values()}
        spans: dict[str, list[tuple[int, int]]] = {}
        shown = set()
        for one in opened.values():
            head, folded = where(one)
            assert len({head, *folded}) == 1 + len(folded)
            assert len({code[:3] for code in (head, *folded)}) == 1
            shown |= {(o.tier, f"{o.code}|litter") for o in (one.head, *one.folded)}
            spans.setdefault(township_of(one.code), []).append((one.start, one.high_until))
            if one.id in before:
                assert one.high_until >= before[one.id].high_until
                assert len(one.folded) >= len(before[one.id].folded)
        assert strong <= shown, "what is unusual is in a warning"
        again = step(MODELS, list(opened.values()), look(now, counts, opened), now, township_of)
        assert not again.raised, "a pass that is made again raises nothing"
    assert msgspec.json.decode(
        msgspec.json.encode(list(opened.values())), type=list[SurgeWarning]
    ) == list(opened.values())
