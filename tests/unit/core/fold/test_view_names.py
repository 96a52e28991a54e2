"""The names of views: as stores hold them, built and read in one module."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from dashboard.core.fold import view_names as names
from tests.support.processes import ROOT

#: a view family or a sorted set of places, then the colon that only a name has
NAME = re.compile(
    r"(place|levels|day|levelday|score|scoreday|surge|minute|slot|cells|queue|points|alerts|ledger):"
    r"([{\w]|$)"
)
HOME = ROOT / "dashboard" / "core" / "fold" / "view_names.py"


def test_the_names_that_stores_hold() -> None:
    assert names.COUNT == "count"
    assert names.place("grid") == "place:grid"
    assert names.levels("county") == "levels:county"
    assert names.day_levels(20180307) == "day:20180307"
    assert names.place_day_levels(20180307) == "levelday:20180307"
    assert names.score("d", 201803) == "score:d:201803"
    assert names.score_day("t", 20180307) == "scoreday:t:20180307"
    assert names.surge("township", 20180307) == "surge:township:20180307"
    assert names.minute("on_time", 20180307) == "minute:on_time:20180307"
    assert names.slot("150402", 20180307) == "slot:150402:20180307"
    assert (names.cells(12), names.place_cells("150402", 14)) == ("cells:12", "cells:150402:14")
    assert names.place_ranked("queue", "150402") == "queue:150402"
    assert (names.ledger("g:1"), names.DEADLINES) == ("ledger:g:1", "deadlines")


def test_names_are_read_back() -> None:
    assert names.minute_of(names.minute("on_time", 20180307)) == ("on_time", 20180307)
    assert names.slot_of(names.slot("a:b", 20180307)) == ("a:b", 20180307)
    assert names.month_of_score(names.score("d", 201803), "d") == 201803
    assert names.kind_of_ranked(names.place_ranked("points", "a:b")) == "points"
    for name in (names.COUNT, names.score_day("d", 20180307), names.score("t", 201803)):
        assert names.month_of_score(name, "d") is None, name
        assert names.minute_of(name) is names.slot_of(name) is None, name


@pytest.mark.parametrize("name", [names.minute("closed", 20180307), names.slot("g", 20180307)])
def test_dense_views(name: str) -> None:
    assert names.is_dense(name)
    assert not names.is_dense(names.day_levels(20180307))


def spelled(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of every text and f-string in a module that begins like a view's name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            text = ast.unparse(node)[2:-1]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = node.value
        else:
            continue
        if NAME.match(text) or text == "{name}:{code}":
            yield node.lineno, text


def test_no_other_module_spells_a_name() -> None:
    found = [
        (str(file.relative_to(ROOT)), line, text)
        for room in ("dashboard", "data_sources", "callbacks", "layouts")
        for file in sorted((ROOT / room).rglob("*.py"))
        if file != HOME
        for line, text in spelled(file.read_text("utf-8"))
    ]
    assert found == []


def test_a_planted_name_is_found() -> None:
    planted = 'a = f"score:{kind}:{month}"\nb = "minute:"\nc = "day: unknown"\nd = "a day:"\n'
    assert {line for line, _ in spelled(planted)} == {1, 2}
