"""Precision and recall of the guard on a labelled set of notes, printed as a table."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from dashboard.config.cities import load
from dashboard.core.model.persons import PATTERNS, masked, spans_of

_HERE = Path(__file__).parent
#: what the guard must reach
RECALL, PRECISION = 0.98, 0.97


def _lines(name: str) -> list[str]:
    lines = (_HERE / name).read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _parts(line: str) -> tuple[str, list[tuple[int, int]]]:
    """The note without the marks, and where its personal parts are."""
    text, spans, start = "", list[tuple[int, int]](), 0
    for mark in line:
        if mark == "«":
            start = len(text)
        elif mark == "»":
            spans.append((start, len(text)))
        else:
            text += mark
    return text, spans


WITH, WITHOUT = _lines("with_persons.txt"), _lines("without.txt")


def test_the_set_is_large_enough() -> None:
    assert sum(len(_parts(line)[1]) for line in WITH) >= 150
    assert len(set(WITHOUT)) >= 200
    assert not set(WITH) & set(WITHOUT)


def test_no_place_department_or_category_of_a_city_is_taken_for_a_person() -> None:
    texts = []
    for city in (load("chifeng"), load("la"), load("boston")):
        places = [place.name(lang) for place in city.places.values() for lang in ("zh", "en")]
        texts += [*city.departments, *city.categories, *places]
        texts += [f"位于{name}附近" for name in places] + [f"{name}居民反映积水" for name in places]
    assert len(texts) > 10_000
    assert [text for text in texts if masked(text).found] == []


def test_precision_and_recall(capsys: pytest.CaptureFixture[str]) -> None:
    parts = found = masks = right = 0
    missed, wrong, kinds = list[str](), list[str](), Counter[str]()
    for line in WITH:
        text, spans = _parts(line)
        given = [(start, end) for start, end, _ in spans_of(text)]
        kinds.update(masked(text).found)
        for start, end in spans:
            parts += 1
            if any(a <= start and end <= b for a, b in given):
                found += 1
            else:
                missed.append(line)
        for a, b in given:
            masks += 1
            if any(start < b and a < end for start, end in spans):
                right += 1
            else:
                wrong.append(line)
    for text in WITHOUT:
        given = [(start, end) for start, end, _ in spans_of(text)]
        masks += len(given)
        wrong += [text] * len(given)
    recall, precision = found / parts, right / masks
    with capsys.disabled():
        print(f"\npersonal parts {parts}, found {found}: recall {recall:.3f}")
        print(
            f"masks {masks}, right {right}: precision {precision:.3f}; notes without {len(WITHOUT)}"
        )
        print(", ".join(f"{name} {kinds[name]}" for name in PATTERNS))
        for line in missed:
            print("  missed:", line)
        for line in wrong:
            print("  wrong: ", line, "→", masked(line.replace("«", "").replace("»", "")).text)
    assert recall >= RECALL, missed
    assert precision >= PRECISION, wrong
    assert set(kinds) == set(PATTERNS)
