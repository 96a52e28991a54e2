"""An ask and its URL: what a link keeps, what it leaves out, in which order."""

from __future__ import annotations

import pytest

from dashboard.core.questions.ask import Ask, AskError, Known, Own, parse

KNOWN = Known(areas=frozenset({"150402"}), departments=frozenset({"D1", "D2"}))
QUERY = {
    "sort": "-due", "area": "150402", "w_handling": "60", "lang": "en", "unknown": "x",
    "department": "D2,,D2,D1", "q": "e 1", "page": "2", "theme": "", "weights": "y",
}  # fmt: skip


def test_every_parameter_finds_its_place() -> None:
    ask = parse(QUERY, KNOWN)
    assert (ask.area, ask.lang, ask.department) == ("150402", "en", "D2,D1")
    other = {"unknown": "x", "weights": "y"}
    weights = {"w_handling": "60"}
    assert ask.own == Own(sort="-due", q="e 1", page="2", weights=weights, other=other)


def test_a_url_has_the_filters_first_and_then_the_rest_by_name() -> None:
    ask = parse(QUERY, KNOWN)
    assert ask.url("/queue") == (
        "/queue?area=150402&department=D2,D1&lang=en&page=2&q=e%201&sort=-due&unknown=x"
        "&w_handling=60&weights=y"
    )
    assert parse(ask.query(), KNOWN) == ask
    assert Ask().url("/queue") == "/queue"


def test_changed_parameters() -> None:
    ask = parse(QUERY, KNOWN)
    changed = ask.but(page=3, q=None, sort="", w_handling=None, w_rating="5", area="", range=None)
    assert changed.query() == {
        "department": "D2,D1", "lang": "en", "page": "3", "unknown": "x", "w_rating": "5",
        "weights": "y",
    }  # fmt: skip
    assert ask.but(unknown=None, weights=None).own.other == {}
    assert ask.bare().query() == {"area": "150402", "department": "D2,D1", "lang": "en"}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"area": "9"}, "area"),
        ({"department": "D9"}, "department"),
        ({"level": "pink"}, "level"),
        ({"lang": "fr"}, "lang"),
        ({"range": "tomorrow"}, "range"),
        ({"q": "x" * 301}, "q"),
        ({"q": "a\nb"}, "q"),
        ({"no-name": "x"}, "query"),
        ({f"n{i}": "x" for i in range(21)}, "query"),
    ],
)
def test_what_is_not_possible_names_its_parameter(query: dict[str, str], field: str) -> None:
    with pytest.raises(AskError) as raised:
        parse(query, KNOWN)
    assert raised.value.field == field
