"""The truth line's words: what is late or was not seen is shown, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from dashboard.config.words import catalogue
from layouts.pages.kit.frame import Truth
from layouts.pages.kit.shell import truth_words

#: 2021-02-09 09:00:00 in China
AT = 1_612_832_400_000


def truth(
    lang: str, behind: int = 0, unheard: Mapping[str, int | None] | None = None
) -> tuple[str, str, bool]:
    return truth_words(Truth(AT, AT, behind, unheard or {}), catalogue(lang), "Asia/Shanghai")


def test_current() -> None:
    assert truth("en") == ("As of 2021-02-09 09:00:00", "up to date", False)
    assert truth("zh") == ("数据截至 2021-02-09 09:00:00", "实时", False)
    assert truth("en", behind=999)[1:] == ("up to date", False)


@pytest.mark.parametrize(
    ("behind", "words", "warns"),
    [
        (1_000, "1 s behind", False),
        (5_001, "5 s behind", True),
        (59_999, "59 s behind", True),
        (119_999, "1 min behind", True),
        (120_000, "2 min behind", True),
        (7_200_000, "2 h behind", True),
        (8_100_000, "2 h 15 min behind", True),
    ],
)
def test_behind(behind: int, words: str, warns: bool) -> None:
    assert truth("en", behind=behind)[1:] == (words, warns)


@pytest.mark.parametrize(
    ("lang", "trouble", "words"),
    [
        ("zh", "memory", "数据库内存已满，新数据写不进"),
        ("en", "password", "Database refuses the password"),
        ("zh", "data", "数据库丢失了数据，待恢复或确认"),
        ("en", "other", "Database does not work"),
    ],
)
def test_the_cause_is_named_first(lang: str, trouble: str, words: str) -> None:
    _, shown, warns = truth_words(Truth(AT, AT, 0, {}, trouble), catalogue(lang), "Asia/Shanghai")
    assert shown.startswith(words)
    assert warns


def test_not_heard_of() -> None:
    _, words, warns = truth("zh", unheard={"feed": 9_000, "clock": None})
    assert words == (
        "数据源已静默 9 秒：收不到新上报，不等于没有事件 · 时限程序未运行：超期与督办未计"
    )
    assert warns
    _, words, warns = truth("en", unheard={"clock": 30_000})
    assert words.startswith("deadline clock stopped 30 s ago")
    assert warns
    assert "up to date" not in words
