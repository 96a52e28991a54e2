"""The content of a brief: its sentences, its tables, and when it falls due."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from dashboard.config.cities import load
from dashboard.config.words.briefs import Words
from dashboard.core.briefs.compose import MOST, compose
from dashboard.core.briefs.model import (
    Brief,
    Head,
    Late,
    Material,
    Point,
    Row,
    Scored,
    Sentence,
    Sums,
)
from dashboard.core.briefs.schedule import due, parse_kinds, parse_minute
from dashboard.core.briefs.sentences import sentences
from dashboard.core.model.rules import default_rules

ZONE = ZoneInfo("Asia/Shanghai")
RULES = default_rules(ZONE)
HEAD = Head(
    id="2018-01-x",
    area="",
    period="month",
    at="2018-01",
    first=20180101,
    last=20180131,
    running=False,
    compared="2017-12",
    zone="Asia/Shanghai",
    made=1_517_500_000_000,
    as_of=1_517_500_000_000,
    source="live",
    position={"g0": "1-0"},
)


def material(**more: object) -> Material:
    """A plain month against a plain month before."""
    now = Sums(reported=240, closed=200, open=60, overdue=12, decided=180, on_time=153)
    before = Sums(reported=200, closed=190, open=50, overdue=15, decided=100, on_time=90)
    made = Material(total=Row("", now, before), open_before=50, overdue_before=15, end=10**12)
    return replace(made, **more)


def sentences_by_rule(what: Material) -> dict[str, Sentence]:
    return {one.rule: one for one in sentences(what)}


def brief(what: Material, head: Head = HEAD) -> Brief:
    return compose(head, what)


def test_a_change_comes_with_its_size() -> None:
    found = sentences_by_rule(material())
    more = found["volume_more_share"].values
    assert (more["change"].value, more["share"].value) == (40, 0.2)
    assert found["open_more"].values["change"].value == 10
    down = found["on_time_down"]
    assert down.tone == "bad"
    assert down.values["points"].value == pytest.approx(5.0)
    fewer = found["overdue_share_fewer"].values
    assert (fewer["change"].value, fewer["share"].value) == (3, 0.2)


def test_a_period_in_which_nothing_happened_has_that_sentence_alone() -> None:
    what = Material(total=Row("", Sums()))
    made = brief(what, replace(HEAD, compared=""))
    assert [one.rule for one in made.sentences] == ["nothing"]
    assert made.tables == made.charts == made.definitions == ()


def test_small_numbers_are_given_no_percentage() -> None:
    small = Row("", Sums(reported=9, open=5, overdue=1), Sums(reported=6))
    found = sentences_by_rule(material(total=small))
    assert "share" not in found["volume_more"].values
    assert "share" not in found["overdue_fewer"].values
    assert "on_time_none" in found


@pytest.mark.parametrize(("n", "mentioned"), [(19, False), (20, True)])
def test_medians_and_rates_of_few_are_no_sentence(n: int, mentioned: bool) -> None:
    now = Sums(reported=n, timed=n, handled=n, dispatched=n, median=9e6, p90=2e7, returned=0.1)
    found = sentences_by_rule(material(total=Row("", replace(now, reworked=0.0))))
    assert ("speed" in found) is ("quality" in found) is mentioned


def test_a_rise_is_mentioned_only_beyond_chance() -> None:
    def areas(now: int, before: int) -> Material:
        rows = (
            Row("a", Sums(reported=now), Sums(reported=before)),
            Row("b", Sums(reported=5), Sums(reported=5)),
        )
        return material(areas=rows)

    assert "rise_area_share" not in sentences_by_rule(areas(60, 50))
    risen = sentences_by_rule(areas(90, 50))["rise_area_share"].values
    assert (risen["name"].value, risen["n"].value) == ("a", 40)


def test_those_with_the_same_number_are_named_together_or_not_at_all() -> None:
    def equal(count: int) -> Material:
        rows = [Row(f"a{n}", Sums(reported=8)) for n in range(count)]
        return material(areas=(*rows, Row("z", Sums(reported=1))))

    assert set(sentences_by_rule(equal(3))["most_area_share"].values) >= {"name", "name2", "name3"}
    assert not any(rule.startswith("most_area") for rule in sentences_by_rule(equal(4)))


def test_a_lowest_score_needs_three_and_a_rank() -> None:
    def scored(*handling: float) -> Material:
        rows = [
            Scored(code=f"d{n}", n=50, handling=one, total=one, rank=n + 1)
            for n, one in enumerate(handling)
        ]
        return material(scores=tuple(rows))

    assert "slowest_department" not in sentences_by_rule(scored(90, 50))
    slowest = sentences_by_rule(scored(90, 70, 50))["slowest_department"].values
    assert (slowest["name"].value, slowest["score"].value) == ("d2", 50)
    unranked = material(scores=(Scored(code="d", n=2, handling=1.0),))
    assert not any("department" in rule for rule in sentences_by_rule(unranked))


def test_every_number_has_a_definition_and_every_definition_is_listed() -> None:
    what = material(
        levels=(Row("red", Sums(reported=2, open=1)), Row("blue", Sums(reported=238))),
        areas=tuple(Row(f"a{n:02d}", Sums(reported=n + 1)) for n in range(20)),
        longest=(Late(event_id="e", level="red", category="c", department="d", area="a", since=0),),
        series=tuple(Point(20180101 + n, 5, 4, 3, 2) for n in range(5)),
    )
    made = brief(what)
    for one in made.sentences:
        for name, figure in one.values.items():
            names = ("name", "name2", "name3", "event", "category", "department")
            assert figure.metric or name in names, (one.rule, name)
            assert not figure.metric or figure.metric in made.definitions
    areas = next(table for table in made.tables if table.id == "areas")
    assert (len(areas.rows), areas.of) == (MOST, 20)
    assert areas.rows[0][:2] == ("a19", 20)


def test_a_day_that_has_not_begun_is_no_zero() -> None:
    points = (Point(20180101, 5, 4, 3, 2), Point(20180102, 0, 0, 0, 0, running=True))
    course = brief(material(series=points)).charts[0]
    assert course.lines[0].values == (5.0, None)


def at(*when: int) -> int:
    return round(datetime(*when, tzinfo=ZONE).timestamp() * 1000)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("now", "day", "week", "month"),
    [
        # a Monday that is the first of a month
        (at(2026, 6, 1, 7, 29), "2026-05-30", "2026-W21", "2026-04"),
        (at(2026, 6, 1, 7, 30), "2026-05-31", "2026-W22", "2026-05"),
        (at(2026, 6, 2, 0, 0), "2026-05-31", "2026-W22", "2026-05"),
        (at(2026, 1, 1, 8, 0), "2025-12-31", "2025-W52", "2025-12"),
    ],
)
def test_what_has_fallen_due(now: int, day: str, week: str, month: str) -> None:
    found = due(RULES, now, 450, ("day", "week", "month"))
    assert [one.period.label for one in found] == [day, week, month]
    assert all(one.moment <= now for one in found)


def test_the_schedule_as_written() -> None:
    assert parse_kinds("day, month") == ("day", "month")
    assert parse_kinds("none") == ()
    assert parse_minute("07:30") == 450
    for wrong in ("7", "24:00", "07:60", "07:3"):
        with pytest.raises(ValueError, match="time of day"):
            parse_minute(wrong)
    with pytest.raises(ValueError, match="year"):
        parse_kinds("year")


def test_what_has_no_usable_time_is_counted_next_to_the_times() -> None:
    now = replace(material().total.now, unmeasured=5, timed=40, median=2.0, p90=9.0)
    before = replace(material().total.before or Sums(), unmeasured=0)
    scores = (Scored(code="BOS", n=0, unmeasured=5), Scored(code="PWR", n=9, total=90.0, rank=1))
    made = brief(material(total=Row("", now, before), scores=scores))
    rules = [one.rule for one in made.sentences]
    assert rules[rules.index("speed") + 1] == "unmeasured"
    assert (
        sentences_by_rule(material(total=Row("", now, before)))["unmeasured"].values["n"].value == 5
    )
    tables = {one.id: one for one in made.tables}
    rows = {row[0]: row[2:] for row in tables["indicators"].rows}
    assert rows["unmeasured"] == (5, 0, 5)
    assert tables["scores"].columns[-1].metric == "unmeasured"
    assert [row[-1] for row in tables["scores"].rows] == [5, 0]
    assert "unmeasured" in made.definitions
    # without any, nothing is written of them
    plain = brief(material(scores=(Scored(code="PWR", n=9, total=90.0, rank=1),)))
    assert "unmeasured" not in plain.definitions


@pytest.mark.parametrize(
    ("since", "rules", "words"),
    [
        (20180201, ["records_none"], "Not recorded: the records begin on 2018-02-01"),
        (None, ["records_empty"], "Not recorded: there are no records yet."),
        (20180129, ["records_part", "nothing"], "There are records for 3 of 31 days"),
        (20180101, ["nothing"], "No matter was reported"),
        (0, ["nothing"], "No matter was reported"),
    ],
)
def test_what_is_not_recorded_is_not_none(since: int | None, rules: list[str], words: str) -> None:
    made = brief(Material(total=Row("", Sums()), end=10**12), replace(HEAD, since=since))
    assert [one.rule for one in made.sentences] == rules
    assert Words(load("chifeng"), "en", ZONE).plain(HEAD, made.sentences[0]).startswith(words)
    assert made.tables == ()


def test_a_week_recorded_in_part_keeps_its_figures() -> None:
    week = replace(HEAD, period="week", at="2018-W03", first=20180115, last=20180121)
    made = brief(material(), replace(week, since=20180119))
    part = made.sentences[0]
    assert (part.values["n"].value, part.values["of"].value) == (3, 7)
    assert len(made.sentences) > 3
    assert made.tables
