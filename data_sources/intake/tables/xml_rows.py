"""Tables as XML, such as Open311's: the rows are the elements that repeat and hold single values.

Read as a stream; an element is freed as soon as its row is made. Names of namespaces are left out,
``xsi:nil`` is a blank cell. A document type is refused: no table needs one, and entities can grow
without end.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from data_sources.intake.encodings import FileError, opened
from data_sources.intake.tables.model import TableRow, Watch

_REPORTED = 500
#: elements from which the row is found
_LOOK = 20_000


class Xml:
    """A file of XML."""

    kind = "XML"

    def __init__(self, file: Path, path: str = "") -> None:
        self.file = file
        self.size = file.stat().st_size
        with opened(file) as (data, _):
            head = data.read(4096)
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise FileError(file, "it has a document type; a table as XML needs none")
        self.path = tuple(path.split("/")) if path else self._found()
        self.facts: tuple[tuple[str, str], ...] = (("rows in", "/".join(self.path)),)

    def rows(self, watch: Watch | None = None) -> Iterator[TableRow]:
        """The rows from the first to the last; their numbers count elements."""
        number = 0
        way: list[str] = []
        with opened(self.file) as (data, raw):
            try:
                for event, element in ElementTree.iterparse(data, ("start", "end")):
                    if event == "start":
                        way.append(_name(element.tag))
                        continue
                    if tuple(way) == self.path:
                        number += 1
                        cells: dict[str, str] = {}
                        _flat(element, cells, "")
                        yield TableRow(number, cells)
                        if watch is not None and number % _REPORTED == 0:
                            watch(raw.tell())
                    way.pop()
                    if len(way) < len(self.path):
                        element.clear()
            except ElementTree.ParseError as error:
                yield TableRow(number + 1, {}, f"not XML from here: {error}")

    def _found(self) -> tuple[str, ...]:
        counts: Counter[tuple[str, ...]] = Counter()
        way: list[str] = []
        seen = 0
        with opened(self.file) as (data, _):
            try:
                for event, element in ElementTree.iterparse(data, ("start", "end")):
                    if event == "start":
                        way.append(_name(element.tag))
                        continue
                    seen += 1
                    singles = sum(1 for child in element if not len(child))
                    if singles > 2 and len(way) > 1:
                        counts[tuple(way)] += 1
                    way.pop()
                    if seen > _LOOK and counts:
                        break
            except ElementTree.ParseError as error:
                if not counts:
                    raise FileError(self.file, f"not XML: {error}") from error
        if not counts:
            raise FileError(self.file, "no element in it is a row of single values")
        # of two that are within each other, the outer one is the row
        return max(counts, key=lambda path: (min(counts[path], 3), -len(path), counts[path]))


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _flat(element: Element, into: dict[str, str], before: str) -> None:
    for name, value in element.attrib.items():
        if _name(name) not in ("nil", "schemaLocation", "type"):
            into[f"{before}{_name(name)}"] = value.strip()
    for child in element:
        column = before + _name(child.tag)
        if len(child):
            _flat(child, into, f"{column}.")
        else:
            into[column] = (child.text or "").strip()
