"""None, not recorded, not counted here: three things in three words on the leaders' pages."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest

from dashboard.config.words import catalogue
from dashboard.core.model.periods import Span
from dashboard.core.model.records import coverage, has_records
from dashboard.core.questions.answers import Calendar, Kpis, Point, Series
from dashboard.core.questions.ask import Ask, Own
from dashboard.core.questions.behind.opened import Listed, opened
from dashboard.core.questions.grid.base_counts import AreaCounts, GridCounts
from dashboard.core.questions.grid.ledger import empty
from dashboard.core.questions.grid.sheet import sheet
from dashboard.core.questions.story import Neighbours
from layouts.look.theme import THEMES
from layouts.pages import events, figures, overview
from layouts.pages.departments.board import against, reason
from layouts.pages.departments.compare import comparison_body
from layouts.pages.departments.context import Context
from layouts.pages.event.around import _every
from layouts.pages.event.grid import GridData, _rows
from layouts.pages.event.sheet import value
from layouts.pages.kit.known import coverage_words, uncounted
from layouts.pages.kit.points import course
from layouts.pages.movers import page as movers
from layouts.pages.overview import _warned, cards
from layouts.pages.warnings import none_open

TEXT = catalogue("en")
WORDS = {"en": "not recorded", "zh": "未记录"}
POINTS = [Point(start_ms=n, day=20180101 + n, reported=n) for n in range(4)]


def written(shown: object) -> str:
    return json.dumps(shown, cls=_Plain, ensure_ascii=False)


class _Plain(json.JSONEncoder):
    def default(self, o: Any) -> object:
        return o.to_plotly_json()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("since", [None, 20180201])
def test_cards_of_a_range_without_records_have_no_number(lang: str, since: int | None) -> None:
    kept = coverage(20180101, 20180104, since)
    shown = written(cards(Kpis(), None, None, POINTS, {}, Ask(lang=lang), catalogue(lang), kept))
    assert shown.count(f'"{WORDS[lang]}"') == 11
    assert "data-figure" not in shown
    assert "<svg" not in shown


@pytest.mark.parametrize("since", [20180101, 20180104])
def test_cards_of_a_range_with_some_records_have_their_numbers(since: int) -> None:
    kept = coverage(20180101, 20180104, since)
    shown = written(cards(Kpis(), None, None, POINTS, {}, Ask(), TEXT, kept))
    assert "not recorded" not in shown
    assert '"data-figure": "0"' in shown


def test_days_before_the_records_are_not_recorded_in_the_table_of_a_course() -> None:
    shown = course("", POINTS, "day", [("reported", "")], lambda *_: "/", TEXT, 20180103)
    told = written(shown)
    assert told.count('"not recorded"') == 2
    assert told.count("data-figure") == 2


def test_days_before_the_records_are_a_gap_in_a_course() -> None:
    series = Series(by="day", points=POINTS)
    light = THEMES["light"]
    drawn = figures.trend(series, None, light, TEXT, "Asia/Shanghai", since=20180103)
    reported = next(trace for trace in drawn.data if trace.name == TEXT["review.kpi.reported"])
    assert list(reported.y) == [None, None, 2, 3]


def test_days_before_the_records_are_not_recorded_in_the_calendar() -> None:
    found = Calendar(year=2018, years=[2018], days=POINTS)
    told = written(figures.calendar(found, "reported", Ask(), "/", TEXT, 20180103))
    assert told.count("not recorded") == 2
    assert "2018-01-01: not recorded" in told
    assert "2018-01-03: 2" in told


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (0, "2018-02 is not recorded. "),
        (20180301, "2018-02 is not recorded. "),
        (20180215, "There are records for 14 of 28 days of 2018-02. "),
    ],
)
def test_a_board_says_what_of_the_range_compared_with_is_recorded(since: int, words: str) -> None:
    def span(month: int, last: int) -> Span:
        first = 20180000 + month * 100
        return Span(
            start_ms=0, end_ms=1, first_day=first + 1, last_day=first + last,
            label=f"2018-{month:02d}", kind="month",
        )  # fmt: skip

    row = SimpleNamespace(before=object())
    board = SimpleNamespace(span=span(3, 31), compared=span(2, 28), rows=[row])
    context = Context(Ask(), "department", TEXT, "Asia/Shanghai", "/", lambda _, code: code, since)
    told = against(cast(Any, board), context)
    month = context.period(board.compared)
    assert words.replace("2018-02", month) in told


@pytest.mark.parametrize(
    ("first", "since", "words"),
    [
        (20180101, 20180101, ""),
        (20180101, 20180103, "records for 2 of 4 days"),
        (20180101, 20180105, "Not recorded: the records begin on 2018-01-05."),
        (20180101, None, "Not recorded: there are no records yet."),
    ],
)
def test_a_range_says_for_how_many_days_there_are_records(
    first: int, since: int | None, words: str
) -> None:
    assert coverage_words(coverage(first, 20180104, since), TEXT) == words


def test_a_day_without_any_records_is_not_recorded() -> None:
    assert [has_records(20180102, since) for since in (0, 20180101, 20180102, 20180103)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_a_figure_that_is_not_kept_has_its_own_words() -> None:
    assert '"Not counted here"' in written(uncounted(TEXT))
    assert '"此处未统计"' in written(uncounted(catalogue("zh")))


def month(first: int = 20180101, last: int = 20180131) -> Span:
    return Span(start_ms=0, end_ms=1, first_day=first, last_day=last, label="2018-01", kind="month")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("since", [0, 20180201, 20180115])
def test_a_list_of_a_range_without_records_has_no_number(lang: str, since: int) -> None:
    text = catalogue(lang)
    ask = Ask(lang=lang, range="2018-01")
    listed = Listed(asked=opened(ask), span=month(), figure=0, count=0, counts={"reported": 0})
    words = cast(Any, None)
    data = events.EventsData(listed=listed, words=words, zone="", since=since)
    told = written(events.body(data, ask, text))
    recorded = since == 20180115
    assert (WORDS[lang] in told.lower()) is not recorded
    assert (text["review.events.none"] in told) is recorded


@pytest.mark.parametrize(("since", "counted"), [(0, False), (20180201, False), (20180115, True)])
def test_a_sheet_of_a_month_before_the_records_has_only_base_counts(
    since: int, counted: bool
) -> None:
    counts = GridCounts(code="1", households=7)
    found = sheet(empty("2018-01"), counts, AreaCounts(grids=1), False, since)
    base, rest = found.of("base"), [line for line in found.lines if line.part != "base"]
    assert base[0].n == 7
    events_of = found.of("events")
    assert [line.n for line in events_of] == ([0] * 5 if counted else [None] * 5)
    shown = {value(line, TEXT) == "not recorded" for line in rest}
    assert shown == {not counted}


@pytest.mark.parametrize(
    ("since", "words"),
    [
        (0, "Not recorded: there are no records yet."),
        (20180201, "Not recorded: the records begin on 2018-02-01."),
        (20180101, TEXT["review.dep.compare_none"]),
    ],
)
def test_a_comparison_without_records_says_so(since: int, words: str) -> None:
    board = SimpleNamespace(span=month(), weighed=SimpleNamespace(changed=False))
    context = Context(Ask(), "department", TEXT, "Asia/Shanghai", "/", lambda _, code: code, since)
    found = cast(Any, SimpleNamespace(board=board, sides=[]))
    assert words in written(comparison_body(found, context))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_who_is_chosen_and_has_no_score_here_is_not_counted_here(lang: str) -> None:
    text = catalogue(lang)
    board = SimpleNamespace(span=month(), weighed=SimpleNamespace(changed=False))
    found = cast(Any, SimpleNamespace(board=board, sides=[]))

    def told(by: str, chosen: str) -> str:
        ask = Ask(lang=lang, own=Own(d=chosen), area="150402")
        context = Context(
            ask, by, text, "Asia/Shanghai", "/", lambda _, code: code, 20180101,
            area="150402", here=lambda code: code.startswith("150402"),
        )  # fmt: skip
        return written(comparison_body(found, context))

    places = told("township", "150402001,150430001")
    assert places.count(text["list.uncounted"]) == 1
    outside = text["review.dep.uncounted_outside"]
    assert outside.format(name="150430001", area="150402") in places
    assert text["review.dep.nothing"].format(name="150402001") in places
    assert text["review.dep.compare_none"] not in places
    uncounted_area = text["review.dep.uncounted_area"]
    assert uncounted_area.format(name="BOS", area="150402") in told("department", "BOS")


@pytest.mark.parametrize(
    ("by", "counted"), [("grid", False), ("county", False), ("township", True)]
)
def test_scores_are_not_counted_of_every_kind_of_place(by: str, counted: bool) -> None:
    assert ('"Not counted here"' in written(movers._without(by, TEXT))) is not counted


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("since", [0, 20180201, 20180115])
def test_movers_of_a_range_without_records_are_not_recorded(lang: str, since: int) -> None:
    text = catalogue(lang)
    data = cast(Any, SimpleNamespace(span=month(), since=since, first_day=since))
    words = written(movers._nothing(data, Ask(lang=lang), text)).lower()
    assert (WORDS[lang] in words) is (since != 20180115)
    section = overview._movers(
        cast(Any, SimpleNamespace(span=month(), since=since, compared=None)),
        Ask(lang=lang), cast(Any, None), text,
    )  # fmt: skip
    told = written(section).lower()
    assert (WORDS[lang] in told) is (since != 20180115)
    assert (text["review.overview.unknown_before"].lower() in told) is (since == 20180115)


@pytest.mark.parametrize(
    ("since", "words"), [(0, "Not recorded"), (20180101, "No warning is open")]
)
def test_warnings_without_any_records_are_not_recorded(since: int, words: str) -> None:
    assert none_open(since, TEXT).startswith(words)


@pytest.mark.parametrize("filter_", [{"department": "x"}, {"level": "red"}, {"channel": "sensor"}])
def test_warnings_are_not_counted_by_department_level_or_channel(filter_: dict[str, str]) -> None:
    data = cast(Any, SimpleNamespace(warnings=[], since=20180101))
    told = written(_warned(data, Ask(**filter_), cast(Any, None), TEXT))
    assert "Not counted here" in told
    assert TEXT["review.warning.none"] not in told
    assert "Not counted here" not in written(_warned(data, Ask(), cast(Any, None), TEXT))


def test_a_part_without_a_case_has_no_score() -> None:
    context = Context(Ask(), "department", TEXT, "Asia/Shanghai", "/", lambda _, code: code)
    told = written(reason(context, "BOS", "outcome", None))
    assert '"–"' in told
    assert TEXT["known.no_part"] in told
    assert '"data-figure": "0"' in written(reason(context, "BOS", "outcome", 0.0))


@pytest.mark.parametrize(("rows", "way"), [(8, True), (11, False)])
def test_what_is_around_an_event_leads_to_all_of_it(rows: int, way: bool) -> None:
    state = cast(Any, SimpleNamespace(event_id="E 1", reported_at=1_515_038_400_000))
    words = cast(Any, SimpleNamespace(text=TEXT, city=SimpleNamespace(zone="Asia/Shanghai")))
    found = Neighbours(cast(Any, tuple(range(rows))), 11)
    told = written(_every("same_grid", found, state, Ask(), words))
    assert ("3 more: all 11" in told and "around=grid:E%201" in told) is way


@pytest.mark.parametrize(("since", "recorded"), [(0, False), (20180115, True)])
def test_a_ledger_of_an_empty_store_is_not_recorded(since: int, recorded: bool) -> None:
    found = sheet(empty("2018-01"), GridCounts(code="1"), AreaCounts(), False, since)
    data = GridData(
        code="1", month="2018-01", events=0, rows=(), sheet=found, months=("", ""), further=""
    )
    told = written(_rows(data, Ask(), cast(Any, None), TEXT))
    assert (TEXT["review.empty"] in told) is recorded
    assert ("not recorded" in told) is not recorded
