"""Names are found by their words in any language and by pinyin, whole or by first letters."""

from __future__ import annotations

import pytest

from dashboard.config.words.pinyin import readings
from dashboard.core.questions.search import Name, Names, around, cleaned, of_words

NAMES = Names(
    [
        Name("departments", "xf", ("消防救援局", "Fire and Rescue")),
        Name("places", "1", ("红山区", "Hongshan District"), 0),
        Name("places", "2", ("长青街道", "Changqing Subdistrict"), 1),
        Name("places", "3", ("长青街道红山社区", "Hongshan Community"), 2),
        Name("categories", "lv", ("绿化", "Greenery")),
    ],
    readings,
)


def found(text: str, hidden: str = "") -> list[str]:
    hits = NAMES.find(cleaned(text), lambda name: name.code != hidden)
    return [hit.name.code for own in hits.values() for hit in own]


@pytest.mark.parametrize(
    "text",
    [
        "xfj",
        "xfjyj",
        "xiaofang",
        "xiaofangjiuyuanju",
        "xiaofjyj",
        "XF",
        "xiao fang",
        "消防",
        "rescue",
    ],
)
def test_a_department_by_pinyin_and_words(text: str) -> None:
    assert found(text)[0] == "xf"


def test_every_reading_of_a_character_counts() -> None:
    assert found("changqing") == found("zhangqing") == ["2", "3"]
    assert found("cqjd") == ["2", "3"]
    assert found("lvhua") == found("luhua") == ["lv"]


def test_the_wider_place_and_the_beginning_come_first() -> None:
    assert found("hongshan") == ["1", "3"]
    assert found("hssq") == ["3"]
    assert found("hongshan", hidden="1") == ["3"]


def test_what_is_in_no_name_is_not_found() -> None:
    for text in ("xfq", "hongshanx", "q", "8", "消防x"):
        assert found(text) == [] or text == "q"


def test_a_number_that_may_be_a_persons_is_not_looked_for_in_comments() -> None:
    assert of_words("路灯")
    assert of_words("lamp 12")
    for text in ("13812345678", "138 1234 5678", "tel 13812345678", "灯", "12"):
        assert not of_words(text), text


def test_texts_are_cut_and_quoted_around_what_was_found() -> None:
    assert cleaned("  A\n b\x00 ") == "a b"
    assert len(cleaned("x" * 999)) == 60
    assert around("a" * 40 + " Lamp is out " + "b" * 40, "lamp", 8) == "…aaaaaaa Lamp is out…"
