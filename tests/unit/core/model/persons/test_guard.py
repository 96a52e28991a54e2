"""The guard for personal text: every form of the labelled set, every field of an action."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.core.lifecycle import steps
from dashboard.core.model import persons
from dashboard.core.model.actions import Action, Kind, cleaned, decode, encode, from_wire
from dashboard.core.model.persons import MASK, ROLES, masked, masked_id, role_of

KEY = b"a key of this store"
NAME, PHONE = "王女士", "13812345678"
TEXT = f"{NAME}来电，电话{PHONE}"
REPORT = {"action_id": "a", "event_id": "e", "kind": "report", "ts": 1, "level": "red"}


@pytest.mark.parametrize("form", [
    "13812345678", "138 1234 5678", "138-1234-5678", "１３８１２３４５６７８",
    "一三八一二三四五六七八",
    "+86 138 1234 5678", "0476-8221234", "0476-8221234转8001", "(323) 555-1234", "323.555.1234",
    "138​1234​5678",
])  # fmt: skip
def test_every_form_of_a_telephone_is_masked_whole(form: str) -> None:
    done = masked(f"回电{form}，谢谢")
    assert (done.text, done.found) == (f"回电{MASK}，谢谢", {"phone": 1})


def test_the_digit_of_an_identity_card_is_checked() -> None:
    assert masked("110105200512310029").found == {"identity": 1}
    assert masked("110105200512310026").found == {}
    assert masked("身份证110105200512310026").found == {"identity": 1}
    # of the last century a mistyped one too: no case number has such a day
    assert masked("110105194912310021").found == {"identity": 1}


def test_a_case_number_that_looks_like_a_card_stays() -> None:
    # region, day and serial number: one in eleven has a digit that is right for a card
    numbers = [f"15040220180115{n:04}" for n in range(200)]
    assert [n for n in numbers if masked(n).found or masked_id(n, KEY).found] == []


def test_the_check_of_a_bank_card() -> None:
    assert masked("4111 1111 1111 1111").found == {"bank_card": 1}
    assert masked("4111 1111 1111 1112").found == {}


@given(st.text(max_size=80) | st.sampled_from([TEXT, "李四 13800138000", "caller John Smith"]))
def test_masking_twice_changes_nothing(text: str) -> None:
    once = masked(text).text
    assert masked(once).text == once
    assert masked(once).found == {}


@pytest.mark.parametrize(
    "field", ["reason", "category", "department", "to", "text", "actor", "target", "event_id",
              "action_id", "place"],
)  # fmt: skip
def test_no_field_of_an_action_keeps_name_or_number(field: str) -> None:
    value = [TEXT, "", "", ""] if field == "place" else TEXT
    action, found = cleaned(from_wire({**REPORT, field: value}), KEY)
    stored = encode(action).decode()
    assert NAME not in stored
    assert PHONE not in stored
    assert found


@pytest.mark.parametrize("field", ["reason", "category", "department", "to", "text", "actor"])
def test_what_was_written_past_the_intake_is_masked_when_it_is_read(field: str) -> None:
    written = encode(Action(action_id="a", event_id="e", kind=Kind.COMMENT, ts=1, **{field: TEXT}))
    stored = encode(decode(written)).decode()
    assert NAME not in stored
    assert PHONE not in stored


def test_an_action_without_persons_is_the_same_object() -> None:
    action = from_wire({**REPORT, "actor": "dept:BOS", "category": "gas-leak", "text": "井盖缺失"})
    assert cleaned(action, KEY) == (action, {})
    assert cleaned(action, KEY)[0] is action


def test_an_id_keeps_its_shape_and_stays_unique_and_stable() -> None:
    ids = [f"12345-1381234{n:04}-01" for n in range(2000)]
    hidden = [masked_id(one, KEY).text for one in ids]
    assert len(set(hidden)) == len(ids)
    assert hidden == [masked_id(one, KEY).text for one in ids]
    assert all(one.startswith("12345-x") and one.endswith("-01") for one in hidden)
    assert all(len(one) <= len(ids[0]) for one in hidden)
    assert all("1381234" not in one for one in hidden)
    assert masked_id(hidden[0], KEY).text == hidden[0]


def test_a_text_of_the_greatest_length_stays_within_it() -> None:
    name = "张伟"  # the mask is longer than the name
    item = {**REPORT, "reason": f"居民{name}" + "x" * 196, "text": f"居民{name}" + "x" * 496}
    action = decode(encode(from_wire(item)))
    assert (len(action.reason), len(action.text)) == (200, 500)
    assert name not in action.reason + action.text


def test_another_store_has_another_hash() -> None:
    assert masked_id(PHONE, KEY).text != masked_id(PHONE, b"another").text


@pytest.mark.parametrize("name", [
    "la-1-914521231", "boston-101002296113", "150402201801150001", "CF-20180115-000123",
    "150402001001001-0001", "8f14e45f-ceea-467f-a9c1-5a2b3c4d5e6f", "h-1:report", "2135550100",
    "1514764800000-0", "HX2018011500231", "0476-20180115",
])  # fmt: skip
def test_ids_of_sources_stay(name: str) -> None:
    assert masked_id(name, KEY).text == name


@pytest.mark.parametrize(("actor", "role"), [
    ("", ""), ("centre", "centre"), ("dept:BOS", "dept:BOS"), ("grid:150402001001001",) * 2,
    ("dept:Public Works", "dept:Public Works"), ("王伟", "other"), ("John Smith", "other"),
    ("dept:王伟", f"dept:{MASK}"), ("grid:13812345678", f"grid:{MASK}"), ("other", "other"),
])  # fmt: skip
def test_an_actor_is_a_role(actor: str, role: str) -> None:
    assert role_of(actor) == role


def test_the_roles_are_those_of_the_lifecycle() -> None:
    assert ROLES == steps.ROLES


def test_an_unknown_actor_gets_no_right_of_its_grid() -> None:
    # an empty actor may rate any event; a name must not become one
    assert role_of("张三") != ""


def test_a_short_code_costs_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """One look shows that there is nothing in it: no pattern is tried on it."""
    tried: list[str] = []
    numbers = persons._numbers

    def noted(plain: str, *more: object) -> str:
        tried.append(plain)
        return numbers(plain, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(persons, "_numbers", noted)
    for n in range(3000):
        code = f"h-{n}:report"
        assert (masked(code).text, masked_id(code, KEY).text) == (code, code)
    assert tried == []
    # a text that no other test has looked at: answers are kept
    assert masked(f"call {PHONE} when the pump is dry").found
    assert tried
