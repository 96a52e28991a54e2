"""Tells which columns of a boundary file hold the codes and the names of its areas."""

from __future__ import annotations

import re
from dataclasses import dataclass

from data_sources.maps.boundaries.errors import BoundaryError
from data_sources.maps.boundaries.files import Layer

_CODE = re.compile(
    r"(^|_)(code|adcode|id|no|nr|num|number|gid|fips|geoid|uid|key)($|_)|编码|代码|編碼|代碼|编号",
    re.IGNORECASE,
)
_NAME = re.compile(r"name|label|title|nom|名|bezeichn", re.IGNORECASE)
_ENGLISH = re.compile(r"(^|_)(en|eng|english)($|_)|英文", re.IGNORECASE)
#: a row's number in its file: it means nothing for the place
_ROW = re.compile(r"objectid|fid|ogc_fid|oid|row", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")
_DATE = re.compile(r"\d{4}-\d\d-\d\d[T ]")


@dataclass(frozen=True)
class Chosen:
    """The columns of one file; code "": codes are made of the names."""

    code: str
    zh: str
    en: str
    #: those that people named; the others are guesses
    given: tuple[str, ...] = ()


def choose(layer: Layer, code: str = "", zh: str = "", en: str = "") -> Chosen:
    """The columns as given, else as guessed. Raises: `BoundaryError` when there is no name."""
    for name in (code, zh, en):
        if name and name not in layer.columns:
            known = ", ".join(layer.columns)
            raise BoundaryError(f"{layer.file}: no column {name!r}; there are {known}")
    given = tuple(name for name in (code, zh, en) if name)
    names = sorted(
        (name for name in layer.columns if _as_name(layer.columns[name], name) > 0),
        key=lambda name: -_as_name(layer.columns[name], name),
    )
    han = [name for name in names if _share_of_han(layer.columns[name]) > 0.5]
    plain = [name for name in names if name not in han]
    if not zh:
        zh = han[0] if han else en
    if not en:
        marked = [name for name in plain if _ENGLISH.search(name)]
        en = (marked or ([] if zh and not _names(plain) else plain) or [zh])[0]
    zh, en = zh or en, en or zh
    if not zh:
        known = ", ".join(layer.columns) or "none"
        raise BoundaryError(f"{layer.file}: no column looks like names; name one of {known}")
    codes = sorted(
        (name for name in layer.columns if name not in (zh, en) and _as_code(layer, name) > 0),
        key=lambda name: -_as_code(layer, name),
    )
    return Chosen(code or (codes[0] if codes else ""), zh, en, given)


def _names(columns: list[str]) -> list[str]:
    return [name for name in columns if _NAME.search(name)]


def _filled(cells: list[str]) -> list[str]:
    return [cell for cell in cells if cell]


def _share_of_han(cells: list[str]) -> float:
    filled = _filled(cells)
    return sum(bool(_HAN.search(cell)) for cell in filled) / len(filled) if filled else 0.0


def _as_name(cells: list[str], column: str) -> float:
    """How much a column looks like names: words, few of them twice, and its title."""
    filled = _filled(cells)
    words = [c for c in filled if re.search(r"[^\W\d_]", c) and not _DATE.match(c) and len(c) < 80]
    if len(words) * 2 < len(cells) or not filled:
        return 0.0
    return len(set(filled)) / len(filled) + (0.6 if _NAME.search(column) else 0.0)


def _as_code(layer: Layer, column: str) -> float:
    """How much a column looks like codes: each once, and its title."""
    cells = layer.columns[column]
    if not all(cells) or len(set(cells)) < len(cells) or any(len(c) > 32 for c in cells):
        return 0.0
    if any(_HAN.search(cell) or " " in cell or "[" in cell for cell in cells):
        return 0.0
    titled = 1.0 if _CODE.search(column) else 0.0
    longest = min(len(max(cells, key=len)), 12) / 24
    return 0.0 if not titled else titled + longest - (0.9 if _ROW.fullmatch(column) else 0.0)
