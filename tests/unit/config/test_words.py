"""Both languages say everything, with the same blanks to fill, and code has no words of its own."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from dashboard import ROOT
from dashboard.config.words import LANGUAGES, catalogue, language
from dashboard.core.model.actions import Kind, Level, Status
from dashboard.core.model.state import Standing
from layouts.wall.catalogue import LOCALES

PO = ROOT / "dashboard/config/words"
#: Rooms that ask for words by key.
ROOMS = ("layouts", "callbacks", "dashboard", "data_sources", "assets")
#: Rooms whose every word on screen comes from the catalogues.
SCREENS = ("layouts", "callbacks", "assets")
KEY = r"[a-z][a-z_]*(?:\.[a-z0-9_-]+)+"
#: text["a.b"], text("a.b"), words["a.b"] and the browser's text("a.b", …).
CALL = re.compile(rf"""(?:text|words)\s*(?:\(|\[)\s*f?["']({KEY})["']""")
#: A key whose end is only known when it runs: "level." + level, f"level_short.{level}".
GROWN = re.compile(r"""["']([a-z][a-z_]*\.[a-z0-9_.-]*)(?:["']\s*\+|\{|\$\{)""")
CJK = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
SENTENCE = re.compile(r"^[A-Z][a-z]+,? [a-z]+\b")
STRING = re.compile(r""""([^"\\\n]*)"|'([^'\\\n]*)'|`([^`\\]*)`""")
#: What belongs to no language: names of formats, of a product, signs.
TECHNICAL = {"Gridwall", "HH:MM", "GeoJSON"}


def sources(rooms: tuple[str, ...]) -> list[Path]:
    found = [path for room in rooms for path in (ROOT / room).rglob("*")]
    ours = [p for p in found if "vendor" not in p.parts]
    return sorted(p for p in ours if p.suffix in {".py", ".js", ".mjs"})


def blanks(words: str) -> Counter[str]:
    return Counter(re.findall(r"{\w+}", words))


def messages(words: Mapping[str, str]) -> set[str]:
    """The message ids, without the plural forms."""
    return {key.partition("#")[0] for key in words}


def test_languages_have_the_same_keys_and_blanks() -> None:
    first = catalogue(LANGUAGES[0])
    for lang in LANGUAGES[1:]:
        other = catalogue(lang)
        assert messages(other) == messages(first)
        for key, words in other.items():
            plain, _, form = key.partition("#")
            if form == "by":
                assert words == first[key], key
                continue
            assert set(blanks(words)) == set(blanks(first[plain])), key
            assert words.strip(), key
            assert max(blanks(words).values(), default=1) == 1, key
        for key, words in first.items():
            assert words.strip(), key
            assert other[key].strip(), key
            # the browser fills the first of two blanks of one name, and no more
            assert max(blanks(words).values(), default=1) == 1, key


def read(lang: str) -> Catalog:
    with (PO / f"{lang}.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_catalogue_is_well_formed(lang: str) -> None:
    raw = (PO / f"{lang}.po").read_text("utf-8")
    ids = [one.id if isinstance(one.id, str) else one.id[0] for one in read(lang) if one.id]
    twice = [key for key, n in Counter(re.findall(r'^msgid "(.+)"', raw, re.M)).items() if n > 1]
    assert twice == []
    held = read(lang)
    assert held.locale_identifier == LOCALES[lang].replace("-", "_")
    assert held.charset == "utf-8"
    assert not [one.id for one in held if one.id and one.fuzzy]
    assert not [key for key in ids if not re.fullmatch(KEY, key)]
    if lang == "en":
        chinese = [key for key, words in catalogue(lang).items() if CJK.search(words)]
        assert chinese == ["review.lang.zh"]  # a language's own name, for who cannot read this one


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_code_has_a_word(lang: str) -> None:
    words = catalogue(lang)
    for prefix, codes in (("level", Level), ("level_short", Level), ("kind", Kind)):
        assert {f"{prefix}.{code}" for code in codes} <= words.keys()
    assert {f"status.{code}" for code in Status} <= words.keys()
    standings = {f"review.event.standing_{one.name.lower()}" for one in Standing}
    assert standings <= words.keys()


def test_words_that_code_asks_for_are_there() -> None:
    known = catalogue("zh").keys()
    asked: dict[str, str] = {}
    for file in sources(ROOMS):
        for key in CALL.findall(file.read_text("utf-8")):
            asked[key] = file.name
    missing = {
        key: where
        for key, where in asked.items()
        # what is followed by more ("scene." + name) is asked for by its beginning
        if key not in known and not any(one.startswith(key) for one in known)
    }
    assert len(asked) > 30
    assert not missing, missing


def test_no_word_is_left_over() -> None:
    code = "\n".join(file.read_text("utf-8") for file in sources(ROOMS))
    literal = set(re.findall(rf"""["'`]({KEY})["'`]""", code))
    grown = tuple(set(GROWN.findall(code)))
    left = [
        key for key in messages(catalogue("zh")) if key not in literal and not key.startswith(grown)
    ]
    assert not left, left


@pytest.mark.parametrize("file", sources(SCREENS), ids=lambda path: path.name)
def test_code_has_no_words_of_its_own(file: Path) -> None:
    code = file.read_text("utf-8")
    assert CJK.findall(code) == []
    spoken = list(_python(code) if file.suffix == ".py" else _script(code))
    assert [words for words in spoken if words not in TECHNICAL] == []


def _python(code: str) -> Iterator[str]:
    """Sentences, and words that are a component's first argument or its label."""
    tree = ast.parse(code)
    quiet = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        spoken = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if spoken and id(node) not in quiet and SENTENCE.match(node.value):
            yield node.value
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if not isinstance(node.func.value, ast.Name) or node.func.value.id != "html":
                continue
            named = {"children", "title", "alt", "placeholder", "aria-label"}
            given = [*node.args[:1], *(k.value for k in node.keywords if k.arg in named)]
            for one in given:
                for part in one.elts if isinstance(one, ast.List) else [one]:
                    if isinstance(part, ast.Constant) and re.search(r"[A-Za-z]", str(part.value)):
                        yield str(part.value)


def _script(code: str) -> Iterator[str]:
    bare = re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", code, flags=re.S)
    for groups in STRING.findall(bare):
        words = next((one for one in groups if one), "")
        if SENTENCE.match(words):
            yield words
    for words in re.findall(r"textContent = \"([^\"]*[A-Za-z][^\"]*)\"", bare):
        yield words


@pytest.mark.parametrize(
    "file", [p for p in sources(("assets",)) if p.name != "names.mjs"], ids=lambda path: path.name
)
def test_numbers_are_shaped_in_one_place(file: Path) -> None:
    """``count``, ``decimals`` and ``percent`` of names.mjs know how a language writes."""
    code = file.read_text("utf-8")
    for word in ("toFixed", "toLocale", "Intl.NumberFormat"):
        assert word not in code


def test_asked_for_language() -> None:
    assert language("en-GB") == "en"
    assert language("zh_CN") == "zh"
    assert language("fr") == language(None) == language("") == "zh"
    with pytest.raises(KeyError, match="fr"):
        catalogue("fr")


@pytest.mark.parametrize("key", sorted(catalogue("en")))
def test_no_english_text_has_chinese_punctuation(key: str) -> None:
    """Its quotation marks are straight: curly ones are as wide as a letter in a Chinese font."""
    assert not re.search(r"[\u2018-\u201d\u3000-\u303f\uff00-\uffef]", catalogue("en")[key])
