"""A comment: telephone and identity numbers are masked, what cannot be shown is refused."""

from __future__ import annotations

import pytest

from dashboard.core.model.actions import MAX_TEXT, ActionError, from_wire
from dashboard.core.model.persons import masked

PHONES = [
    "打13812345678", "138 1234 5678", "+86-138-1234-5678", "0476-8221234", "(0476)8221234",
    "电话 8221234", "323-555-1234", "(323) 555-1234", "3235551234", "１３８１２３４５６７８",
]  # fmt: skip
IDENTITIES = ["身份证15040219900101123X", "150402 19900101 123x", "123-45-6789", "150402850101123"]
HARMLESS = [
    "2018-01-15 08:30 到场", "网格 150402001001001", "1-914521231 的重复", "12345 转来",
    "已到场，预计 17:30 前完成", "路长 300 米, 20180115", "2018-01-05..2018-01-20", "call 911",
    "花费 12000 元", "编号 CF-20180115-000123", "118.88690,42.25710",
]  # fmt: skip


@pytest.mark.parametrize("text", PHONES)
def test_telephone_numbers(text: str) -> None:
    assert masked(text).found == {"phone": 1}


@pytest.mark.parametrize("text", IDENTITIES)
def test_identity_numbers(text: str) -> None:
    assert masked(text).found == {"identity": 1}


@pytest.mark.parametrize("text", HARMLESS)
def test_what_an_event_is_about(text: str) -> None:
    assert masked(text).found == {}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x" * (MAX_TEXT + 1), "longer than 500 characters"),
        (" \n", "holds nothing but blanks"),
        ("a\x07b", "holds characters that cannot be shown"),
    ],
)
def test_a_comment_that_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ActionError) as refused:
        from_wire({"action_id": "a", "event_id": "e", "kind": "comment", "ts": 1, "text": text})
    assert (refused.value.field, refused.value.reason) == ("text", reason)
    assert text not in str(refused.value)


def test_a_comment_as_long_as_may_be() -> None:
    text = "已到场\n" + "x" * (MAX_TEXT - 4)
    item = {"action_id": "a", "event_id": "e", "kind": "comment", "ts": 1, "text": text}
    assert from_wire(item).text == text
