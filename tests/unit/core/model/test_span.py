"""Plausible times: what is refused names the span, and what a number may be instead."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.config import cities
from dashboard.config.cities.reader import load
from dashboard.config.sources import Source
from dashboard.config.spans import earliest_of, span_of
from dashboard.core.model.actions import Action, ActionError, Kind
from dashboard.core.model.span import Span, plausible
from tests.support.core.shorthand import LOS_ANGELES, SHANGHAI, ms

NOW = ms("2026-11-30 09:00")
SPAN = Span(ms("2005-01-01 00:00"), NOW + 300_000, SHANGHAI)
NAMED = "2005-01-01T00:00:00+08:00 to 2026-11-30T09:05:00+08:00"


@pytest.mark.parametrize(
    ("moment", "reason"),
    [
        (SPAN.earliest, None),
        (SPAN.latest, None),
        (SPAN.latest + 1, f"is after the plausible span, {NAMED}"),
        (SPAN.earliest - 1, f"is before the plausible span, {NAMED}"),
        (1, f"is before the plausible span, {NAMED}"),
        (
            NOW // 1000,
            f"is before the plausible span, {NAMED}; looks like seconds, expected milliseconds",
        ),
        (
            NOW * 1000,
            f"is after the plausible span, {NAMED}; looks like microseconds, expected milliseconds",
        ),
    ],
)
def test_what_is_refused_names_the_span(moment: int, reason: str | None) -> None:
    assert SPAN.refusal(moment) == reason


@given(st.integers(-(2**63), 2**63))
def test_every_number_is_judged(moment: int) -> None:
    assert (SPAN.refusal(moment) is None) == (moment in SPAN)
    Span(moment, moment).refusal(0)


@pytest.mark.parametrize("name", ["ts", "due", "until"])
def test_every_time_of_an_action_is_judged(name: str) -> None:
    times = {"ts": NOW, "due": NOW + 86_400_000, "until": None}
    good = Action(action_id="a", event_id="e", kind=Kind.DISPATCH, **times)  # type: ignore[arg-type]
    assert plausible(good, SPAN) is good
    bad = Action(
        action_id="a",
        event_id="e",
        kind=Kind.DISPATCH,
        **{**times, name: NOW // 1000},  # type: ignore[arg-type]
    )
    with pytest.raises(ActionError, match="looks like seconds") as refused:
        plausible(bad, SPAN)
    assert (refused.value.field, refused.value.value) == (name, NOW // 1000)


def test_a_city_has_records_since_a_day() -> None:
    la = load("la")
    assert earliest_of(la, NOW) == ms("2005-08-01 00:00", LOS_ANGELES)
    unknown = msgspec.structs.replace(la, records_begin=None)
    assert earliest_of(unknown, NOW) == ms("2006-11-01 00:00", LOS_ANGELES)
    span = span_of(Source(name="api"), la, NOW)
    assert (span.latest, span.zone) == (NOW + 300_000, ZoneInfo("America/Los_Angeles"))
    own = Source(name="x", earliest="2020-01-01T00:00:00-08:00", ahead=0)
    span = span_of(own, la, NOW)
    assert (span.earliest, span.latest) == (ms("2020-01-01 00:00", LOS_ANGELES), NOW)


@pytest.mark.parametrize("city", cities.available(cities.folders()[0]))
def test_every_city_of_ours_says_when_its_records_begin(city: str) -> None:
    assert load(city).records_begin is not None
