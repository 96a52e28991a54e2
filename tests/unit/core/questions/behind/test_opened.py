"""The address of the list behind a figure, and what such an address asks for."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest

from dashboard.config.rules.book import rules_of
from dashboard.core.model.periods import span
from dashboard.core.questions.ask import Ask, AskError, Known, parse
from dashboard.core.questions.behind.opened import (
    COUNTS,
    MEASURES,
    MIDDLES,
    RATES,
    SCORED,
    TALLIED,
    address,
    of_bin,
    opened,
)
from data_sources.desk.kinds import KINDS
from layouts.pages.events import name_of

KNOWN = Known(areas=frozenset({"1504"}), departments=frozenset({"BOS"}))
EVERY = (*COUNTS, *RATES, *MIDDLES, *SCORED, *(f"{TALLIED}{name}" for name in MEASURES))


def read(url: str) -> Ask:
    split = urlsplit(url)
    assert split.path == "/events"
    return parse(dict(parse_qsl(split.query)), KNOWN)


def test_an_address_keeps_the_filters_and_names_the_figure() -> None:
    page = Ask(area="1504", range="2018-01", compare="year", lang="en").but(move="late", page="3")
    asked = opened(read(address(page, "on_time_rate", show="late", department="BOS")))
    assert (asked.of, asked.show, asked.page) == ("on_time_rate", "late", 1)
    assert (asked.ask.area, asked.ask.department, asked.ask.range) == ("1504", "BOS", "2018-01")
    assert asked.ask.own.move == ""
    assert asked.shows() == ("decided", "on_time", "late")


@pytest.mark.parametrize("of", EVERY)
def test_every_figure_has_an_address_a_kind_and_a_name(of: str, words: dict[str, str]) -> None:
    asked = opened(read(address(Ask(), of)))
    assert asked.of == of
    assert name_of(of, words) != of
    for show in asked.shows():
        assert asked.scored or show in KINDS
        if show in KINDS:
            assert name_of(show, words) != show


def test_the_range_is_cut_but_never_widened() -> None:
    of = span("2018-01-15", rules_of("la", None), 2_000_000_000_000)
    inside = opened(Ask().but(of="reported", since=of.start_ms + 5, until=of.start_ms + 9))
    assert (inside.within(of).start_ms, inside.within(of).end_ms) == (
        of.start_ms + 5,
        of.start_ms + 9,
    )
    wider = opened(Ask().but(of="reported", since="1", until=of.end_ms + 1))
    assert wider.within(of) == of


def test_a_bin_has_an_end_or_none() -> None:
    asked = opened(Ask().but(of="timed", bin=of_bin(0.25, 0.5)))
    assert (asked.low, asked.high) == (0.25, 0.5)
    asked = opened(Ask().but(of="open_now", bin=of_bin(180.0, None)))
    assert (asked.low, asked.high) == (180, None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"of": "ended"},
        {"of": "score.nothing"},
        {"of": "on_time_rate", "show": "reported"},
        {"of": "handling.measured", "show": "late"},
        {"of": "reported", "sort": "1; DROP"},
        {"of": "reported", "bin": "1-2"},
        {"of": "timed", "bin": "1-x"},
        {"of": "reported", "since": "-5"},
        {"of": "reported", "since": "9", "until": "9"},
        {"of": "reported", "unplaced": "event_id"},
        {"of": "lost", "only": "status:closed"},
        {"of": "lost", "by": "grid"},
        {"of": "reported", "page": "0x1"},
    ],
)
def test_what_cannot_be_listed_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(AskError):
        opened(Ask().but(**wrong))


@pytest.fixture(params=["zh", "en"])
def words(request: pytest.FixtureRequest) -> dict[str, str]:
    from dashboard.config.words import catalogue

    return dict(catalogue(request.param))
