"""Codes that a city does not know: one for each source, or refused; what was sent stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.config.cities import load
from dashboard.core.model.actions import Action, ActionError, Kind, check, decode, encode
from dashboard.core.model.codes import Known, counted, refused, source_of, unknown_of

KNOWN = Known(
    department=frozenset({"zj"}),
    category=frozenset({"gas"}),
    places={"county": frozenset({"c1"}), "grid": frozenset({"g1"})},
)
CODES = st.text(max_size=200)


def action(**more: object) -> Action:
    return Action(action_id="a", event_id="e", kind=Kind.DISPATCH, ts=1, **more)  # type: ignore[arg-type]


def test_what_the_city_knows_is_not_changed() -> None:
    known = action(department="zj", category="gas", place=("c1", "t", "", "g1"), actor="dept:zj")
    assert counted(known, KNOWN, "api") is known
    assert refused(known, KNOWN) is known


def test_the_rest_is_one_code_a_source_and_is_kept_as_sent() -> None:
    sent = action(department="x", category="y", place=("c2", "t9", "m", "g2"), actor="dept:x")
    found = counted(sent, KNOWN, "hotline")
    stand_in = unknown_of("hotline")
    assert (found.department, found.category, found.actor) == (
        stand_in, stand_in, f"dept:{stand_in}"
    )  # fmt: skip
    # the pack lists no townships and no communities, so it knows all of them
    assert found.place == (stand_in, "t9", "m", stand_in)
    assert found.as_sent == (
        ("department", "x"), ("category", "y"), ("county", "c2"), ("grid", "g2"), ("actor", "x")
    )  # fmt: skip
    assert counted(found, KNOWN, "hotline") is found, "sent again, nothing more is counted"
    assert decode(encode(found)) == found


def test_a_city_that_lists_nothing_knows_everything() -> None:
    sent = action(department="x", category="y", place=("c2", "t9", "m", "g2"))
    assert counted(sent, Known(), "api") is sent


def test_refused_where_the_source_says_so() -> None:
    with pytest.raises(ActionError) as error:
        refused(action(place=("c1", "t", "m", "g2")), KNOWN)
    assert (error.value.field, error.value.value) == ("place", "g2")


@given(CODES, CODES, st.lists(CODES, max_size=4), CODES)
def test_whatever_is_sent_can_be_stored(department: str, category: str, place: list[str], by: str):
    sent = action(
        department=department, category=category, place=tuple(place), actor=f"dept:{by}"[:200]
    )
    found = check(counted(sent, KNOWN, "a" * 32))
    assert {found.department, found.category} <= {"", "zj", "gas", unknown_of("a" * 32)}


def test_its_name_tells_whose_it_is() -> None:
    city = load("chifeng")
    assert source_of(unknown_of("api")) == "api"
    assert source_of("150402") is None
    assert city.department_name(unknown_of("api"), "zh") == "未知编码（api）"
    assert city.place_name(unknown_of("api"), "en") == "Unknown (api)"
    assert city.known.department == frozenset(city.departments)
