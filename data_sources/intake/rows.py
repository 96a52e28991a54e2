"""Reads a CSV file line by line, so that one bad line never spoils another.

In: a path, plain or .gz, and how its text is encoded. Out: the header, then for each line either
its fields by name with the physical line number, or a `RowError`. A stray quote makes a plain
reader swallow the rest of the file into one field; here only its own line is refused. A few lines
are held at a time, whatever the size of the file.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from data_sources.intake.dead_letter import RowError
from data_sources.intake.encodings import MAX_LINE, Encoding, FileError, opened

#: lines that a quoted field may have; with more it is a stray quote
_MAX_LINES = 20
#: lines between two reports of how far the reading is
_REPORTED = 2000
#: called with the bytes of the file that have been read
Watch = Callable[[int], None]

csv.field_size_limit(MAX_LINE)


class Row(msgspec.Struct, frozen=True):
    """A line of the file: its number (the header is 1) and its fields, or the error."""

    line: int
    values: dict[str, str]
    error: RowError | None = None


def read_lines(file: Path, encoding: Encoding, watch: Watch | None = None) -> Iterator[str]:
    """The physical lines; bytes that are no text in this encoding are marked in them.

    Raises: `FileError`.
    """
    with opened(file) as (data, raw), _text(file, data, encoding) as text:
        number = 0
        while line := text.readline(MAX_LINE):
            number += 1
            if len(line) == MAX_LINE and not line.endswith("\n"):
                reason = f"line {number} is longer than {MAX_LINE:,} characters: not a table"
                raise FileError(file, reason)
            if watch is not None and number % _REPORTED == 0:
                watch(raw.tell())
            yield line.removesuffix("\n").removesuffix("\r")
        if watch is not None:
            watch(raw.tell())


@contextmanager
def _text(file: Path, data: IO[bytes], encoding: Encoding) -> Iterator[io.TextIOWrapper]:
    # Only "\n" ends a line: a lone "\r" is part of a field.
    wrapped = io.TextIOWrapper(data, encoding=encoding.codec, errors=encoding.errors, newline="\n")
    try:
        yield wrapped
    except UnicodeError as error:
        raise FileError(file, f"not {encoding.name}: {error}") from error
    finally:
        wrapped.detach()  # `opened` closes the bytes


def read_rows(
    file: Path,
    needed: frozenset[str],
    name: str,
    encoding: Encoding,
    watch: Watch | None = None,
) -> Iterator[Row]:
    """The rows of ``file``; the format ``name`` must have the columns ``needed``.

    Other columns are passed on. Raises: `FileError` before the first row.
    """
    lines = _Lines(read_lines(file, encoding, watch))
    while (first := lines.take()) is not None and not first.strip():
        continue
    if first is None:
        raise FileError(file, "it is empty")
    header = [column.strip() for column in _fields(first) or []]
    missing = sorted(needed - set(header))
    if missing:
        raise FileError(file, f"not {name}: no column {', '.join(missing)}")
    twice = sorted({column for column in needed if header.count(column) > 1})
    if twice:
        raise FileError(file, f"not {name}: column {', '.join(twice)} more than once")
    return _rows(lines, header, encoding)


class _Lines:
    """Lines with a look ahead: a quoted field may need some more of them, or not."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self._ahead = lines, deque[str]()
        #: the number of the line taken last
        self.number = 0

    def take(self) -> str | None:
        """The next line; None at the end."""
        line = self.peek(0)
        if line is not None:
            self._ahead.popleft()
            self.number += 1
        return line

    def peek(self, at: int) -> str | None:
        """The line so many after the next one; None beyond the end."""
        while len(self._ahead) <= at:
            line = next(self._lines, None)
            if line is None:
                return None
            self._ahead.append(line)
        return self._ahead[at]


def _rows(lines: _Lines, header: list[str], encoding: Encoding) -> Iterator[Row]:
    while (text := lines.take()) is not None:
        if not text.strip():
            continue  # a blank line is not a row
        number = lines.number
        fields, more = _record(text, lines, len(header))
        whole = text
        for _ in range(more):
            whole += "\n" + (lines.take() or "")
        error = None
        if encoding.damaged(whole):
            error = RowError("line", whole, f"not {encoding.name}")
        elif fields is None:
            error = RowError("line", text, "a quote without its pair")
        elif len(fields) != len(header):
            reason = f"{len(fields)} fields, expected {len(header)}"
            error = RowError("line", text, reason)
        good = fields if fields is not None and error is None else []
        yield Row(number, dict(zip(header, good, strict=False)), error)


def _record(text: str, lines: _Lines, width: int) -> tuple[list[str] | None, int]:
    """The fields of the record that starts with ``text``, and how many more lines it takes."""
    if text.count('"') % 2 == 0:
        return _fields(text), 0
    for more in range(1, _MAX_LINES):
        following = lines.peek(more - 1)
        if following is None:
            break
        text += "\n" + following
        if text.count('"') % 2 == 0:
            fields = _fields(text)
            if fields is not None and len(fields) == width:
                return fields, more
            break
    return None, 0


def _fields(text: str) -> list[str] | None:
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error:
        return None
