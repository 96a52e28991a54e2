"""Tables as JSON: a list of records, at the top or in another record, nested, or one a line.

Read by pieces (ijson), so that a file of any size takes the memory of its largest outer record.
Which list holds the rows is found from the beginning of the file: the outermost list of records,
unless its records say less of themselves than those of a list in them. Fields of what is outside go
along into each row. Socrata's ``rows.json`` has its columns in ``meta``, a CKAN answer its rows in
``result.records``, ArcGIS and GeoJSON in ``features``: all the same to this reader.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import ijson
import msgspec

from data_sources.intake.encodings import Encoding, FileError, opened, recognise
from data_sources.intake.tables.model import TableRow, Watch
from data_sources.intake.tables.records import flat, scalars, text

#: bytes from which the place of the rows is found
_LOOK = 4_000_000
_REPORTED = 1000
_LINES = re.compile(rb"\s*\{[^\n]*\}\s*\r?\n\s*\{")
#: where a feature of a map has its columns
_PARTS = ("properties", "attributes")
#: a record around the rows, as JavaScript files have it
_WRAPPED = re.compile(rb"\s*(?:(?:var|let|const)\s+)?[\w.$]+\s*=\s*(?=[\[{])|\s*[\w.$]+\((?=[\[{])")


class Json:
    """A file of JSON, or of JSON records one a line."""

    kind = "JSON"

    def __init__(self, file: Path, path: str = "") -> None:
        self.file = file
        self.size = file.stat().st_size
        self.encoding = recognise(file)
        with opened(file) as (data, _):
            head = data.read(100_000)
        self.lines = not path and _LINES.match(head.removeprefix(b"\xef\xbb\xbf")) is not None
        self.facts: tuple[tuple[str, str], ...]
        if self.lines:
            self.kind, self.facts = "NDJSON", ()
            return
        wrapped = _WRAPPED.match(head)
        self._skip = wrapped.end() if wrapped else 0
        self.names = self._socrata_names()
        self.outer, self.inner = ("data", "") if self.names else _parted(path) or self._found()
        self.path = f"{self.outer}[]" + (f".{self.inner}[]" if self.inner else "")
        self.facts = (("rows in", self.path),)

    def rows(self, watch: Watch | None = None) -> Iterator[TableRow]:
        """The rows from the first to the last; their numbers count records."""
        number = 0
        for number, (cells, error) in enumerate(self._records(watch), 1):
            yield TableRow(number, cells, error)
        if not number:
            raise FileError(self.file, "no list of records in it")

    def _records(self, watch: Watch | None) -> Iterator[tuple[dict[str, str], str]]:
        if self.lines:
            yield from self._by_line(watch)
            return
        prefix = f"{self.outer}.item" if self.outer else "item"
        with opened(self.file) as (data, raw):
            source = self._bytes(data)
            try:
                for count, record in enumerate(ijson.items(source, prefix, use_float=True)):
                    if watch is not None and count % _REPORTED == 0:
                        watch(raw.tell())
                    yield from self._rows_of(record)
            except ijson.IncompleteJSONError as error:
                yield {}, f"the file is cut off or broken here: {error}"[:200]
            except ijson.JSONError as error:
                yield {}, f"not JSON from here: {error}"[:200]

    def _rows_of(self, record: Any) -> Iterator[tuple[dict[str, str], str]]:
        if self.names and isinstance(record, list):
            if len(record) != len(self.names):
                yield {}, f"{len(record)} fields, expected {len(self.names)}"
            else:
                cells: dict[str, str] = {}
                flat(dict(zip(self.names, record, strict=True)), cells)
                yield cells, ""
            return
        if not isinstance(record, dict):
            yield {}, "not a record"
            return
        if not self.inner:
            yield _cells(record), ""
            return
        around: dict[str, str] = {}
        inner = record
        *outside, last = self.inner.split(".")
        for name in outside:
            _around(inner, around)
            below = inner.get(name)
            inner = below if isinstance(below, dict) else {}
        _around(inner, around)
        rows = inner.get(last)
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict):
                # what a row states itself wins
                yield {**around, **_cells(row)}, ""
            else:
                yield {}, "not a record"

    def _by_line(self, watch: Watch | None) -> Iterator[tuple[dict[str, str], str]]:
        with opened(self.file) as (data, raw):
            for count, line in enumerate(data):
                if watch is not None and count % _REPORTED == 0:
                    watch(raw.tell())
                if not line.strip():
                    continue
                try:
                    record = msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
                except msgspec.DecodeError as error:
                    yield {}, f"not JSON: {error}"
                    continue
                yield (_cells(record), "") if isinstance(record, dict) else ({}, "not a record")

    def _bytes(self, data: IO[bytes]) -> IO[bytes]:
        """The file as UTF-8, from where its JSON begins."""
        if self.encoding.codec in ("utf-8", "utf-8-sig"):
            if data.read(3) != b"\xef\xbb\xbf":
                data.seek(0)
            if self._skip:
                data.read(self._skip)
            return data
        return _Recoded(data, self.encoding)  # type: ignore[return-value]

    def _socrata_names(self) -> list[str]:
        """The names of the columns of ``rows.json``; [] for any other file."""
        with opened(self.file) as (data, _):
            head = data.read(2_000)
            if b'"meta"' not in head or b'"view"' not in head:
                return []
        with opened(self.file) as (data, _):
            try:
                columns = ijson.items(self._bytes(data), "meta.view.columns.item")
                return [str(c.get("fieldName") or c.get("name")) for c in columns]
            except ijson.JSONError:
                return []

    def _found(self) -> tuple[str, str]:
        """Where the rows are: the outer list, and the list within each of its records."""
        maps: Counter[str] = Counter()
        fields: dict[str, set[str]] = {}
        with opened(self.file) as (data, raw):
            try:
                for prefix, event, _ in ijson.parse(self._bytes(data)):
                    if event == "start_map":
                        maps[prefix] += 1
                    elif event in ("string", "number", "boolean", "null"):
                        owner, _, name = prefix.rpartition(".")
                        fields.setdefault(owner, set()).add(name)
                    if raw.tell() > _LOOK and maps and max(maps.values()) > 50:
                        break
            except ijson.JSONError as error:
                if not maps:
                    raise FileError(self.file, f"not JSON: {error}") from error
        lists = sorted((p for p in maps if p.endswith("item")), key=lambda p: p.count("."))
        if not lists:
            raise FileError(self.file, "no list of records in it")

        def own(prefix: str) -> int:
            below = f"{prefix}."
            return sum(
                len(names)
                for owner, names in fields.items()
                if (owner == prefix or owner.startswith(below))
                and ".item" not in owner[len(prefix) :]
            )

        top = [p for p in lists if p.count("item") == 1]
        best = max(top or lists[:1], key=lambda p: (min(maps[p], 3), own(p)))
        nested = [p for p in lists if p.startswith(f"{best}.") and p.count("item") == 2]
        inner = max(nested, key=own, default="")
        outer = best.removesuffix("item").removesuffix(".")
        if inner and own(inner) > own(best):
            return outer, inner[len(best) + 1 :].removesuffix(".item")
        return outer, ""


def _parted(path: str) -> tuple[str, str] | None:
    """A path such as ``data[].rows[]`` as outer and inner list."""
    if not path:
        return None
    outer, _, inner = path.removesuffix("[]").partition("[].")
    return outer, inner


def _cells(record: dict[str, Any]) -> dict[str, str]:
    cells: dict[str, str] = {}
    # a feature of a map: its properties are the columns, its point one more
    properties = record.get("properties") or record.get("attributes")
    if isinstance(properties, dict) and (
        "geometry" in record or scalars(record) <= 2 + scalars(properties)
    ):
        # "type" is the feature's own: it is no column
        outer = {k: v for k, v in record.items() if k not in (*_PARTS, "type")}
        record = {**outer, **properties}
        geometry = record.get("geometry")
        if isinstance(geometry, dict) and {"x", "y"} <= geometry.keys():
            record["geometry"] = {"type": "Point", "coordinates": [geometry["x"], geometry["y"]]}
    flat(record, cells)
    return cells


def _around(record: dict[str, Any], into: dict[str, str]) -> None:
    for name, value in record.items():
        if not isinstance(value, dict | list):
            into[name] = text(value)


class _Recoded(io.RawIOBase):
    """Bytes of another encoding as UTF-8."""

    def __init__(self, data: IO[bytes], encoding: Encoding) -> None:
        self._text = io.TextIOWrapper(data, encoding=encoding.codec, errors="replace")

    def read(self, size: int = -1) -> bytes:
        """So many characters as UTF-8."""
        return self._text.read(size).encode()
