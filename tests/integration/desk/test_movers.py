"""Movers over tables made by hand: the reason in words, courses, and a range to compare with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dashboard.config.words import catalogue
from dashboard.core.fold.rows import facts
from dashboard.core.lifecycle.late import replay
from dashboard.core.lifecycle.replay import Item
from dashboard.core.model.actions import Action, Kind, Level
from dashboard.core.model.periods import compared, span
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.movers import Found
from data_sources.desk.copy.reader import Reader
from data_sources.desk.copy.tables import Tables
from data_sources.desk.figures import default_range
from data_sources.desk.movers.read import movers
from layouts.pages.movers.why import Why
from tests.support.stores.engine import RULES

ZONE = ZoneInfo("Asia/Shanghai")
NAMES = {"noise": "Noise complaint", "roads": "Road damage", "cm": "City Management Bureau"}
NAMES_ZH = {"noise": "噪声扰民", "roads": "道路破损", "cm": "城市管理局"}


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> int:
    return round(datetime(2026, month, day, hour, minute, tzinfo=ZONE).timestamp() * 1000)


NOW = at(4, 1, 0) - 1


def overdue(
    name: str, category: str, department: str, reported: int, *, grid: str = "001",
    handled: int = 0, township: str = "150402001",
) -> list[Action]:  # fmt: skip
    """An event that is overdue after an hour, until it is handled."""
    place = ("150402", township, f"{township}001", f"{township}001{grid}")
    given: dict[str, Any] = {"level": Level.BLUE, "category": category, "place": place}
    steps = [
        (Kind.REPORT, reported, given),
        (Kind.REGISTER, reported + 1, {}),
        (Kind.DISPATCH, reported + 2, {"department": department, "due": reported + 3_600_000}),
        *([(Kind.HANDLE, handled, {})] if handled else []),
        (Kind.ESCALATE, NOW, {}),
    ]
    return [
        Action(action_id=f"{name}:{kind}", event_id=name, kind=kind, ts=ts, **more)
        for kind, ts, more in steps
    ]


@pytest.fixture
def asked() -> Callable[..., Any]:
    """Answers a question over events, at a moment."""

    def ask(events: list[list[Action]], question: Callable[[Reader], Any], now: int = NOW) -> Any:
        tables = Tables()
        rows = {}
        for life in events:
            state = replay(RULES, [Item(f"{a.ts}-{n}", a, a.ts) for n, a in enumerate(life)]).state
            assert state is not None
            rows[state.event_id] = facts(RULES, state)
        tables.change(tables.new(), rows, None)
        with tables.snapshot("") as (cursor, _):
            return question(Reader(cursor, tables.guard, RULES, now))

    return ask


def rising() -> list[list[Action]]:
    """Overdue: 3 at the end of February, all handled since; 14 at the end of March."""
    before = [
        overdue(f"b{n}", category, "cm", at(2, 20 + n), grid=f"10{n}", handled=at(3, 5))
        for n, category in enumerate(("noise", "noise", "roads"))
    ]
    now = [
        overdue(f"n{n}", category, department, at(3, 3 + n), grid=f"20{n}" if n < 10 else f"2{n}")
        for n, (category, department) in enumerate(
            [("noise", "cm")] * 9 + [("noise", "pw")] * 2
            + [("roads", "pw"), ("roads", "cm"), ("lamps", "el")]
        )
    ]  # fmt: skip
    return [*before, *now]


def march(reader: Reader, figure: str = "overdue", by: str = "township", **more: str) -> Found:
    ask = Ask(range="2026-03").but(**more)
    now = span(ask, RULES, reader.now_ms)
    before = compared(now, RULES, "previous")
    assert before is not None
    return movers(reader, ask, figure, by, now, before, 12, 6)


def test_the_reason_in_one_sentence_in_both_languages(asked: Callable[..., Any]) -> None:
    found: Found = asked(rising(), march)
    (one,) = found.ranking.worse
    assert (one.key, one.before, one.now, one.clear) == ("150402001", 3, 14, True)
    why = found.reasons[one.key]
    assert (why.cell.key, why.made, why.change) == ("noise", 9, 11)
    said = {}
    for lang, names in (("en", NAMES), ("zh", NAMES_ZH)):
        text = catalogue(lang)
        words = Why(text, span("2026-03", RULES, NOW), lambda part, code, n=names: n[code])
        said[lang] = words.sentence(found.figure, one, why)
    assert said["en"] == (
        "Rose from 3 to 14: 9 of the 11 more in the category Noise complaint, "
        "7 of these at City Management Bureau."
    )
    assert said["zh"] == "从 3 升至 14：多出的 11 件中 9 件属“噪声扰民”类，其中 7 件在城市管理局。"
    course = found.courses[one.key]
    assert len(course.now) == 31
    assert course.now[-1] == 14
    assert course.before[-1] == 3
    assert list(course.before[:20]) == [0] * 19 + [1]


def test_what_began_is_explained_by_a_day(asked: Callable[..., Any]) -> None:
    """Six of seven reports come on one day, of six categories in six grids."""
    events = [overdue(f"e{n}", f"c{n}", f"d{n}", at(3, 12, 8 + n), grid=f"10{n}") for n in range(6)]
    events += [overdue("x", "c9", "d9", at(3, 20), grid="201")]
    events += [overdue("y", "c9", "d8", at(2, 2), grid="202")]
    found: Found = asked(events, lambda r: march(r, "reported"))
    (one,) = found.ranking.worse
    why = found.reasons[one.key]
    assert (why.cell.part, why.cell.key, why.made) == ("day", "11", 6)
    words = Why(catalogue("en"), span("2026-03", RULES, NOW), lambda part, code: code)
    assert words.sentence(found.figure, one, why) == ("Rose from 1 to 7: all 6 more on 2026-03-12.")
    assert found.courses[one.key].now[11] == 6
    assert sum(value or 0 for value in found.courses[one.key].before) == 1


def test_what_the_others_did_comes_after_the_part(asked: Callable[..., Any]) -> None:
    """12 more lamps, all in one grid; the 2 roads of before are gone: 10 more."""
    events = [overdue(f"n{n}", "lamps", "el", at(3, 2 + n), grid="101") for n in range(12)]
    events += [overdue(f"b{n}", "roads", "pw", at(2, 5 + n), grid=f"20{n}") for n in range(2)]
    found: Found = asked(events, lambda r: march(r, "reported"))
    (one,) = found.ranking.worse
    words = Why(catalogue("en"), span("2026-03", RULES, NOW), lambda part, code: code)
    assert words.sentence(found.figure, one, found.reasons[one.key]) == (
        "Rose from 2 to 12: 12 more in the category lamps, all of these in the grid"
        " 150402001001101, 2 fewer elsewhere."
    )


def test_subjects_inside_an_area_and_what_has_no_place(asked: Callable[..., Any]) -> None:
    """Another township of few cases is listed, not ranked; what has no grid is counted apart."""
    events = rising()
    events += [overdue(f"f{n}", "noise", "cm", at(3, 4), township="150402002") for n in range(4)]
    found: Found = asked(events, march)
    assert [one.key for one in found.ranking.few] == ["150402002"]
    assert found.subjects == ("township", "community", "grid", "department", "category")
    lost = overdue("l", "noise", "cm", at(3, 4))
    lost[0] = Action(
        action_id="l:report", event_id="l", kind=Kind.REPORT, ts=at(3, 4), level=Level.BLUE,
        category="noise", place=("150402", "150402001"),
    )  # fmt: skip
    found = asked([*events, lost], lambda r: march(r, by="grid"))
    assert found.unknown is not None
    assert (found.unknown.now, found.unknown.before) == (1, 0)


@pytest.mark.parametrize(
    ("days_ago", "range_"),
    [(0, "month"), (1, "today"), (2, "today"), (3, "2d"), (4, "2d"), (25, "13d"), (60, "month")],
)
@pytest.mark.parametrize("hour", [0, 14])
def test_a_page_without_a_range_shows_one_that_can_be_compared(
    asked: Callable[..., Any], days_ago: int, range_: str, hour: int
) -> None:
    """On 26 March: February is known only if the records begin on its first day or before.

    Records that begin in the afternoon have no morning to compare: one day fewer.
    """
    now = at(3, 26, 15)
    first = datetime.fromtimestamp(now / 1000, ZONE) - timedelta(days=days_ago)
    first = first.replace(hour=hour, minute=10)
    events = [overdue("e", "c", "d", round(first.timestamp() * 1000))]
    late = {1: "month", 3: "today"} if hour else {}
    assert asked(events, default_range, now) == late.get(days_ago, range_)
    assert asked([], default_range, now) == "month"
