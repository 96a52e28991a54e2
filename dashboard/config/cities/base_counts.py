"""Reads the file of base counts per grid; the only module that knows its columns.

``base-counts.csv`` or ``base-counts.csv.gz`` in the city's folder, or the file that
``GRIDWALL_BASE_COUNTS`` names (docs/base-counts.md). Every mistake is reported with its line and
field. A column that may be about a person is refused by its name; a cell is a count or a date, so
none can hold a name.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from dashboard.config.cities.model import City
from dashboard.config.reading import ConfigError, Mistake, shown, unknown
from dashboard.core.questions.grid.base_counts import KINDS, BaseCounts, GridCounts

NAMES = ("base-counts.csv", "base-counts.csv.gz")
COUNTS = ("households", "residents", "units")
COLUMNS = ("code", *COUNTS, *KINDS, "as_of")
#: a count above this is none: it may be a telephone number
MOST = 1_000_000
MAX_BYTES, MAX_ROWS, MAX_MISTAKES = 50_000_000, 1_000_000, 100
_PERSONAL = re.compile(
    r"(?:^|[_\W])(?:name|first[ _-]?name|last[ _-]?name"
    r"|surname|phone|mobile|tel|telephone|cell|e?mail"
    r"|wechat|id[ _-]?(?:card|no|number)|identity|passport|birth\w*|dob|age|sex|gender|ethnic\w*"
    r"|religion|address|owner|head|contact|person|resident|photo|plate|lat|lon|remark|note)"
    r"(?:$|[_\W\d])|姓名|名字|户主|联系人|负责人|电话|手机|微信|邮箱|身份证|证件|出生|生日|年龄|性别"
    r"|民族|宗教|地址|住址|门牌|车牌|照片|备注",
    re.IGNORECASE,
)


@cache
def base_counts(city: City, file: Path | None = None) -> BaseCounts:
    """The base counts of a city: of ``file``, else of its folder, else its grids' households.

    Read once, then the same object again. Raises: `ConfigError`.
    """
    paths = {code: city.path(code) for code in city.places if not city.children.get(code)}
    found = file or next((f for n in NAMES if (f := city.directory / n).exists()), None)
    grids = dict(_listed(city))
    if found is not None:
        for code, row in _read(found, set(paths)).items():
            listed = grids.get(code)
            homes = listed.households if listed and row.households is None else row.households
            grids[code] = replace(row, households=homes)
    return BaseCounts(grids, paths, simulated=city.simulated)


def _listed(city: City) -> Iterator[tuple[str, GridCounts]]:
    """Households that the city's own list of places has."""
    for place in city.places.values():
        if place.households is not None:
            yield place.code, GridCounts(code=place.code, households=place.households)


def _read(file: Path, known: set[str]) -> dict[str, GridCounts]:
    mistakes: list[Mistake] = []
    reader = csv.reader(io.StringIO(_text(file)), strict=True)
    grids: dict[str, GridCounts] = {}
    try:
        heads = [head.strip() for head in next(reader, [])]
        mistakes += _of_heads(heads)
        if mistakes:
            raise ConfigError(file, *mistakes)
        for number, cells in enumerate(reader):
            if number == MAX_ROWS or len(mistakes) >= MAX_MISTAKES:
                mistakes.append(Mistake("not read any further", reader.line_num))
                break
            if any(cell.strip() for cell in cells):
                row = _row(heads, cells, reader.line_num, known, grids, mistakes)
                grids[row.code] = row
    except csv.Error as error:
        mistakes.append(Mistake(f"no CSV: {error}", reader.line_num))
    if mistakes:
        raise ConfigError(file, *mistakes)
    return grids


def _text(file: Path) -> str:
    try:
        with (gzip.open if file.suffix == ".gz" else open)(file, "rb") as opened:
            data = opened.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise ConfigError(file, Mistake(f"larger than {MAX_BYTES:,} bytes"))
        return data.decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise ConfigError(file, Mistake(f"cannot be read: {error}")) from error


def _of_heads(heads: list[str]) -> Iterator[Mistake]:
    for place, head in enumerate(heads):
        if head in COLUMNS:
            if head in heads[:place]:
                yield Mistake("this column is there twice", 1, head)
        elif _PERSONAL.search(head):
            reason = "a column about persons: this file holds counts only, take the column out"
            yield Mistake(reason, 1, head[:60])
        else:
            yield Mistake(unknown(head, COLUMNS), 1, head[:60])
    if "code" not in heads:
        yield Mistake("this column is missing", 1, "code")


def _row(
    heads: list[str],
    cells: list[str],
    line: int,
    known: set[str],
    before: Mapping[str, GridCounts],
    mistakes: list[Mistake],
) -> GridCounts:
    """The row; what is wrong in it goes to ``mistakes``, and counts as not recorded."""

    def wrong(head: str, value: str, reason: str) -> None:
        mistakes.append(Mistake(reason, line, head, shown(value)))

    if len(cells) != len(heads):
        reason = f"expected {len(heads)} cells, found {len(cells)}"
        mistakes.append(Mistake(reason, line))
    values = {head: cell.strip() for head, cell in zip(heads, cells, strict=False)}
    code = values.get("code", "")
    if code not in known:
        wrong("code", code, "no grid of this city: expected a place that has no places in it")
    elif code in before:
        wrong("code", code, "this grid has a row already")
    counts: dict[str, int] = {}
    for head in (*COUNTS, *KINDS):
        cell = values.get(head, "")
        if cell.isascii() and cell.isdigit() and len(cell) < 10 and int(cell) <= MOST:
            counts[head] = int(cell)
        elif cell:
            wrong(head, cell, f"expected a count of 0 to {MOST:,}, or nothing")
    as_of = None
    if given := values.get("as_of", ""):
        try:
            as_of = date.fromisoformat(given)
        except ValueError:
            wrong("as_of", given, "expected a day such as 2026-01-31")
    return GridCounts(
        code=code,
        **{name: counts.get(name) for name in COUNTS},
        places={kind: counts[kind] for kind in KINDS if kind in counts},
        as_of=as_of,
    )
