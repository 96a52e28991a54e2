"""The fixed rules of movers: who is ranked where, and which part is the reason of a change."""

from __future__ import annotations

import pytest

from dashboard.core.questions.movers import (
    FIGURES,
    Cell,
    Reason,
    Value,
    Without,
    figures_of,
    inner,
    median_reason,
    ranking,
    reason,
)


def counts(**values: float) -> dict[str, Value]:
    return {key: Value(n, n) for key, n in values.items()}


def test_clear_changes_are_ranked_first_and_few_cases_not_at_all() -> None:
    found = ranking(
        FIGURES["overdue"],
        counts(big=104, clear=14, few=4, same=9, gone=0),
        counts(big=90, clear=3, few=0, same=9, gone=8),
        least=5,
    )
    # 14 more of 194 cases may be chance, 11 more of 17 are not
    assert [(one.key, one.change, one.clear) for one in found.worse] == [
        ("clear", 11, True),
        ("big", 14, False),
    ]
    assert [one.key for one in found.better] == ["gone"]
    assert [one.key for one in found.same] == ["same"]
    assert [(one.key, one.now, one.before) for one in found.few] == [("few", 4, 0)]


def test_worse_is_less_where_more_is_good() -> None:
    found = ranking(FIGURES["closed"], counts(a=20, b=40), counts(a=40, b=20), least=5)
    assert [one.key for one in found.worse] == ["a"]
    assert [one.key for one in found.better] == ["b"]


def test_a_rate_needs_its_cases_in_both_periods() -> None:
    now = {"a": Value(0.5, 40), "b": Value(0.5, 4), "c": Value(0.9, 40), "d": Value(0.9, 9)}
    was = {"a": Value(0.9, 40), "b": Value(0.9, 90), "c": Value(0.88, 40)}
    found = ranking(FIGURES["on_time_rate"], now, was, least=5)
    assert [(one.key, one.clear) for one in found.worse] == [("a", True)]
    assert [(one.key, one.clear) for one in found.better] == [("c", False)]
    assert [one.key for one in found.few] == ["b", "d"]


@pytest.mark.parametrize(("deviation", "clear"), [(1.0, True), (3.0, False)])
def test_a_score_moves_clearly_by_its_own_deviation(deviation: float, clear: bool) -> None:
    now, was = {"a": Value(80.0, 30, deviation)}, {"a": Value(84.0, 30, deviation)}
    (one,) = ranking(FIGURES["total"], now, was, least=5).worse
    assert one.clear is clear


def test_only_departments_and_places_with_scores_have_them() -> None:
    assert "total" in figures_of("township")
    assert "total" not in figures_of("category")


NOISE = [
    Cell("category", "noise", 11, 2), Cell("category", "roads", 3, 1),
    Cell("department", "cm", 9, 2), Cell("department", "pw", 5, 1),
    Cell("grid", "g1", 8, 1), Cell("grid", "g2", 6, 2),
    Cell("level", "blue", 14, 3), Cell("level", "red", 0, 0),
]  # fmt: skip


def test_the_part_furthest_above_its_usual_share_is_the_reason() -> None:
    """Noise made 9 of 11 and was 2 of 3; grid g1 made 7 of 11 and was 1 of 3: further above."""
    found = reason(NOISE)
    assert found is not None
    assert (found.cell.part, found.cell.key, found.made, found.change) == ("grid", "g1", 7, 11)
    without_grids = [one for one in NOISE if one.part != "grid"]
    found = reason(without_grids)
    assert found is not None
    assert (found.cell.key, found.made) == ("noise", 9)


def test_a_level_is_asked_last() -> None:
    cells = [Cell("category", c, 2, 0) for c in "abcde"]
    cells += [Cell("level", "red", 9, 0), Cell("level", "blue", 1, 0)]
    found = reason(cells)
    assert found is not None
    assert (found.cell.part, found.spread) == ("level", False)


def test_a_change_that_no_part_made_half_of_is_spread() -> None:
    cells = [Cell("category", c, n, 0) for c, n in zip("abcde", (4, 3, 2, 2, 2), strict=True)]
    found = reason(cells)
    assert found is not None
    assert (found.cell.key, found.spread) == ("a", True)
    assert inner(found, [Cell("grid", "g", 4, 0)], frozenset({"grid"})).inside is None


def test_what_has_no_name_is_no_reason() -> None:
    cells = [Cell("grid", "", 9, 0), Cell("grid", "g", 1, 0)]
    cells += [Cell("category", "c", 9, 0), Cell("category", "d", 1, 0)]
    found = reason(cells)
    assert found is not None
    assert found.cell.key == "c"
    assert reason([Cell("grid", "", 9, 0)]) is None
    only = reason([Cell("grid", "g", 9, 0)])
    assert only is not None
    assert only.cell.key == "g"
    assert reason([Cell("grid", "g", 3, 3)]) is None


def test_parts_of_a_rate_add_up_to_its_change() -> None:
    """Late: 3 of 40 before, 14 of 45 now in one category; 2 of 60 and 2 of 55 in the other."""
    cells = [Cell("category", "n", 14, 3, 45, 40), Cell("category", "r", 2, 2, 55, 60)]
    found = reason(cells, sizes=(100, 100))
    assert found is not None
    assert found.made == pytest.approx(0.11)
    assert found.change == pytest.approx(16 / 100 - 5 / 100)


def test_inside_a_reason_a_department_of_its_own_says_nothing_more() -> None:
    first = Reason(cell=Cell("category", "noise", 11, 2), made=9, change=11)
    own = [Cell("department", "cm", 11, 2), Cell("level", "blue", 11, 2), Cell("grid", "g", 8, 1)]
    kinds = frozenset({"department", "level", "grid"})
    found = inner(first, own, kinds).inside
    assert found is not None
    assert (found.cell.part, found.made) == ("grid", 7)
    two = inner(
        first, [Cell("department", "cm", 9, 2), Cell("department", "pw", 2, 0)], kinds
    ).inside
    assert two is not None
    assert (two.cell.key, two.made) == ("cm", 7)
    # the subject has no other grid
    assert inner(first, own, kinds - {"grid"}).inside is None


def test_a_medians_reason_is_the_part_without_which_it_would_hardly_move() -> None:
    tried = [
        Without("category", "noise", 5.0, 4.0, 20, 20),
        Without("department", "cm", 6.0, 4.0, 20, 20),
        Without("grid", "g", 4.0, 4.0, 3, 20),
        Without("level", "blue", 4.0, 4.0, 20, 20),
    ]
    found = median_reason(5.0, tried, least=5)
    assert found is not None
    assert found.cell.key == "noise"
    assert found.without == (4.0, 5.0)
    assert found.made == pytest.approx(4.0)
    assert median_reason(5.0, tried[1:3], least=5) is not None
    assert median_reason(5.0, [Without("category", "c", 8.0, 4.0, 20, 20)], least=5) is None
