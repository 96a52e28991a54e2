"""What every kind of file is read as: a table of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

#: called with how much of the file (`Table.size`) has been read
Watch = Callable[[int], None]


class TableRow(NamedTuple):
    """One row: where it is in the file (line or row, from 1), its cells by column, or the error."""

    number: int
    cells: dict[str, str]
    #: why it could not be read; "" if it was
    error: str = ""


class Table(Protocol):
    """A file that can be read as often as needed."""

    file: Path
    #: what kind of file it is: "CSV", "Excel" …
    kind: str
    #: what was recognised of it, in words: ("encoding", "UTF-8"), ("delimiter", ";") …
    facts: tuple[tuple[str, str], ...]
    #: how much there is to read, in the unit of a `Watch`
    size: int

    def rows(self, watch: Watch | None = None) -> Iterator[TableRow]:
        """The rows from the first to the last."""


def distinct(names: list[str]) -> list[str]:
    """Names of columns, each once: a blank one by its number, a repeated one with its count."""
    seen: dict[str, int] = {}
    out = []
    for number, name in enumerate(names, 1):
        name = " ".join(name.split()) or f"column {number}"
        count = seen[name] = seen.get(name, 0) + 1
        out.append(name if count == 1 else f"{name} ({count})")
    return out
