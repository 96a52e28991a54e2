"""Both languages say everything, with the same blanks to fill."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.core.events import Kind, Level, Status
from dashboard.i18n import LANGUAGES, catalogue, language

ROOT = Path(__file__).parents[3]
CALL = re.compile(r"""text(?:\(|\[)f?["']([a-z_]+\.[a-z_]*[a-z])["']""")


def test_languages_have_the_same_keys_and_blanks() -> None:
    first = catalogue(LANGUAGES[0])
    for lang in LANGUAGES[1:]:
        other = catalogue(lang)
        assert other.keys() == first.keys()
        for key, words in first.items():
            blanks = set(re.findall(r"{\w+}", words))
            assert set(re.findall(r"{\w+}", other[key])) == blanks, key
            assert words.strip(), key
            assert other[key].strip(), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_a_word(lang: str) -> None:
    words = catalogue(lang)
    for prefix, codes in (("level", Level), ("level_short", Level), ("kind", Kind)):
        assert {f"{prefix}.{code}" for code in codes} <= words.keys()
    assert {f"status.{code}" for code in Status} <= words.keys()


def test_words_that_code_asks_for_are_there() -> None:
    files = [*ROOT.glob("layouts/**/*.py"), *ROOT.glob("assets/wall/*.js")]
    asked = {key for file in files for key in CALL.findall(file.read_text("utf-8"))}
    assert len(asked) > 30
    assert asked <= catalogue("zh").keys()


def test_asked_for_language() -> None:
    assert language("en-GB") == "en"
    assert language("zh_CN") == "zh"
    assert language("fr") == language(None) == language("") == "zh"
    with pytest.raises(KeyError, match="fr"):
        catalogue("fr")
