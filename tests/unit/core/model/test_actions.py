"""Actions as clients send them: every field wrong in its own way, and the way round."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.model.actions import (
    ENDED,
    NOT_OF_SOURCES,
    Action,
    ActionError,
    Channel,
    Kind,
    Level,
    Status,
    cleaned,
    decode,
    encode,
    from_wire,
)
from tests.support.core.shorthand import ms

GOOD: dict[str, Any] = {
    "action_id": "a1",
    "event_id": "e1",
    "kind": "report",
    "ts": 1_514_764_800_000,
    "level": "red",
    "category": "water",
    "place": ["150402", "", "", "150402001001001"],
    "lat": 42.27,
    "lon": 118.9,
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("action_id", ""),
        ("action_id", 7),
        ("action_id", "x" * 201),
        ("action_id", "a\nb"),
        ("action_id", None),
        ("event_id", ""),
        ("event_id", "e\x001"),
        ("event_id", []),
        ("kind", "explode"),
        ("kind", None),
        ("ts", 0),
        ("ts", -1),
        ("ts", 10**13),
        ("ts", 2**80),
        ("ts", "yesterday"),
        ("ts", "2018-01-01T00:00:00"),
        ("ts", "2018-01-01"),
        ("ts", "0001-01-01T00:00:00+14:00"),
        ("ts", "9999-12-31T23:59:59-14:00"),
        ("ts", 1.5),
        ("ts", True),
        ("ts", None),
        ("actor", "x" * 201),
        ("actor", 1),
        ("level", "purple"),
        ("level", 1),
        ("category", "x" * 201),
        ("category", None),
        ("channel", "pigeon"),
        ("place", ["a", "b", "c", "d", "e"]),
        ("place", "150402"),
        ("place", [150402]),
        ("place", ["x" * 201]),
        ("lat", 90.001),
        ("lat", -91),
        ("lat", float("nan")),
        ("lat", "42"),
        ("lon", 180.5),
        ("lon", float("-inf")),
        ("department", "x" * 201),
        ("due", "2018-01-05T00:00:00"),
        ("due", -5),
        ("due", 10**15),
        ("due", GOOD["ts"] + 11 * 366 * 86_400_000),
        ("no_respond", "yes"),
        ("reason", "x" * 201),
        ("target", "x" * 201),
        ("target", "e1"),
        ("until", "soon"),
        ("until", 0),
        ("until", 10**14),
        ("satisfied", "very"),
        ("satisfied", 1),
        ("ratings", [0]),
        ("ratings", [5, 6]),
        ("ratings", [5, 5, 5, 5]),
        ("ratings", [4.5]),
        ("clock", "sundial"),
        ("step", 5),
        ("step", -1),
        ("step", "1"),
        ("to", "x" * 201),
        ("to", None),
        ("stable", "yes"),
        ("stable", 1),
        ("via", ["e0"]),
        ("via", "e0"),
        ("known", 1),
        ("known", "2018-01-01T00:00:00Z"),
    ],
)
def test_a_wrong_value_is_refused_by_its_field(field: str, value: object) -> None:
    with pytest.raises(ActionError) as error:
        from_wire({**GOOD, field: value})
    assert error.value.field == field
    assert error.value.reason
    assert str(error.value).startswith(f"{field}=")


@pytest.mark.parametrize("field", ["action_id", "event_id", "kind", "ts"])
def test_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(ActionError) as error:
        from_wire({k: v for k, v in GOOD.items() if k != field})
    assert error.value.field == field


@pytest.mark.parametrize("field", ["lat", "lon"])
def test_half_a_position_is_refused(field: str) -> None:
    with pytest.raises(ActionError) as error:
        from_wire({k: v for k, v in GOOD.items() if k != field})
    assert error.value.field == "lat/lon"


@pytest.mark.parametrize("field", ["reporter", "phone", "Kind", "", "__class__"])
def test_an_unknown_field_is_refused_and_its_value_not_repeated(field: str) -> None:
    with pytest.raises(ActionError, match="unknown field") as error:
        from_wire({**GOOD, field: "13800000000"})
    assert error.value.field == field
    assert "138" not in str(error.value)


@pytest.mark.parametrize("item", [None, [], "report", 3, [GOOD]])
def test_only_an_object_is_an_action(item: object) -> None:
    with pytest.raises(ActionError) as error:
        from_wire(item)
    assert error.value.field == "action"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018-02-14T17:00:00+08:00", ms("2018-02-14 17:00")),
        ("2018-02-14T09:00:00Z", ms("2018-02-14 17:00")),
        ("2018-02-14T01:00:00.250-08:00", ms("2018-02-14 17:00") + 250),
        ("2018-11-04T01:30:00-07:00", 1_541_320_200_000),
        ("2018-11-04T01:30:00-08:00", 1_541_323_800_000),
    ],
)
def test_times_with_a_zone(text: str, expected: int) -> None:
    for field in ("ts", "due", "until"):
        assert getattr(from_wire({**GOOD, field: text}), field) == expected


def test_what_is_not_given_is_not_made_up() -> None:
    action = from_wire({k: GOOD[k] for k in ("action_id", "event_id", "kind", "ts")})
    assert action == Action(action_id="a1", event_id="e1", kind=Kind.REPORT, ts=GOOD["ts"])
    assert (action.level, action.due, action.satisfied, action.place) == (None, None, None, ())


def test_there_is_no_field_for_a_person() -> None:
    names = set(Action.__struct_fields__)
    assert not names & {"reporter", "name", "phone", "address", "description", "person"}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b'{"action_id":"a"}',
        b'{"action_id":"a","event_id":"e","kind":"nap","ts":1}',
        b'\xff{"action_id":"a"}',
        # written past the intake; none of these may reach the fold, which could not date them
        b'{"action_id":"a","event_id":"e","kind":"urge","ts":99999999999999999}',
        b'{"action_id":"a","event_id":"e","kind":"extend","ts":1,"until":99999999999999}',
        b'{"action_id":"a","event_id":"e","kind":"report","ts":1,"lat":1.0,"lon":1e300}',
    ],
)
def test_an_unreadable_entry_is_our_own_error(raw: bytes) -> None:
    with pytest.raises(ActionError):
        decode(raw)


_text = st.text(st.characters(codec="utf-8"), max_size=20)
_name = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20)
_time = st.integers(1, 10**13 - 1)
_position = st.none() | st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@st.composite
def actions(draw: st.DrawFn) -> Action:
    ts = draw(_time)
    soon = st.none() | st.integers(ts, min(ts + 10**11, 10**13 - 1))
    at = draw(_position) or (None, None)
    event_id = draw(_name)
    return Action(
        action_id=draw(_name),
        event_id=event_id,
        kind=draw(st.sampled_from(Kind)),
        ts=ts,
        actor=draw(_text),
        level=draw(st.none() | st.sampled_from(Level)),
        category=draw(_text),
        channel=draw(st.none() | st.sampled_from(Channel)),
        place=tuple(draw(st.lists(_text, max_size=4))),
        lat=at[0],
        lon=at[1],
        department=draw(_text),
        due=draw(soon),
        until=draw(soon),
        no_respond=draw(st.booleans()),
        reason=draw(_text),
        target=draw(_text.filter(lambda target: target != event_id)),
        satisfied=draw(st.none() | st.booleans()),
        ratings=tuple(draw(st.lists(st.integers(1, 5), max_size=3))),
        clock=draw(st.sampled_from(["", "respond", "handle"])),
        step=draw(st.integers(0, 4)),
        to=draw(_text),
        stable=draw(st.booleans()),
    )


@given(actions())
def test_an_action_survives_the_stream_and_the_wire(action: Action) -> None:
    # any text may be drawn, also one that names a person: masked when it is read
    assert decode(encode(action)) == cleaned(action)[0]
    if action.kind not in NOT_OF_SOURCES:
        assert from_wire(msgspec.json.decode(encode(action))) == action


@given(actions(), st.lists(_name, min_size=1, max_size=50), _time)
def test_what_the_engine_sends_on_survives_the_stream_and_is_not_taken_from_a_client(
    action: Action, via: list[str], known: int
) -> None:
    name = ">".join((action.action_id, *via))
    sent = msgspec.structs.replace(action, action_id=name, via=tuple(via), known=known)
    assert decode(encode(sent)) == cleaned(sent)[0]
    with pytest.raises(ActionError) as error:
        from_wire(msgspec.json.decode(encode(sent)))
    assert error.value.field == "via"


def test_names_of_the_engine_s_own_may_be_longer() -> None:
    """Of ids that are each as long as allowed; a client's may not."""
    one, other = "x" * 200, "y" * 200
    absorbed = Action(action_id=f"{one}:absorb>{other}", event_id=other, kind=Kind.ABSORB, ts=1)
    assert decode(encode(absorbed)) == absorbed
    sent = Action(action_id=f"{'a' * 200}>{one}", event_id=one, kind=Kind.URGE, ts=1, via=(other,))
    assert decode(encode(sent)) == sent
    with pytest.raises(ActionError, match="action_id"):
        decode(encode(msgspec.structs.replace(sent, via=())))
    with pytest.raises(ActionError, match="via"):
        decode(encode(msgspec.structs.replace(sent, via=(other,) * 51)))


@given(st.dictionaries(st.sampled_from(list(GOOD)) | _text, st.none() | st.integers() | _text))
def test_rubbish_is_refused_and_never_crashes(item: dict[str, Any]) -> None:
    with pytest.raises(ActionError):
        from_wire(item)


def test_levels_are_ranked_and_ended_is_three() -> None:
    assert [level.rank for level in Level] == [0, 1, 2, 3]
    assert {Status.CLOSED, Status.REJECTED, Status.MERGED} == ENDED
