"""Reads a CSV file line by line, so that one bad line never spoils another.

In: a path, plain or .gz. Out: the header, then for each line either its fields by name with the
physical line number, or a `RowError`. A stray quote makes a plain reader swallow the rest of the
file into one field; here only its own line is refused.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from dashboard.errors import GridwallError
from data_sources.intake.dead_letter import RowError

#: lines that a quoted field may have; with more it is a stray quote
_MAX_LINES = 20
_GZIP = b"\x1f\x8b"


class FileError(GridwallError):
    """The file as a whole can't be used; nothing was written."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"file {file}: {reason}")


class Row(msgspec.Struct, frozen=True):
    """A line of the file: its number (the header is 1) and its fields, or the error."""

    line: int
    values: dict[str, str]
    error: RowError | None = None


def read_lines(file: Path) -> list[str]:
    """The physical lines; bytes that are not UTF-8 become surrogates.

    Raises: `FileError`.
    """
    try:
        data = file.read_bytes()
        if data.startswith(_GZIP):
            data = gzip.decompress(data)
    except OSError as error:
        raise FileError(file, error.strerror or str(error)) from error
    except (EOFError, zlib.error) as error:
        raise FileError(file, f"broken gzip: {error}") from error
    text = data.decode("utf-8-sig", errors="surrogateescape")
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


def read_rows(file: Path, needed: frozenset[str], name: str) -> Iterator[Row]:
    """The rows of ``file``; the format ``name`` must have the columns ``needed``.

    Other columns are passed on. Raises: `FileError` before the first row.
    """
    lines = read_lines(file)
    if not lines:
        raise FileError(file, "it is empty")
    header = [column.strip() for column in _fields(lines[0]) or []]
    missing = sorted(needed - set(header))
    if missing:
        raise FileError(file, f"not {name}: no column {', '.join(missing)}")
    twice = sorted({column for column in needed if header.count(column) > 1})
    if twice:
        raise FileError(file, f"not {name}: column {', '.join(twice)} more than once")
    return _rows(lines, header)


def _rows(lines: list[str], header: list[str]) -> Iterator[Row]:
    at = 1
    while at < len(lines):
        start, at = at, at + 1
        if not lines[start].strip():
            continue  # a blank line is not a row
        fields, used = _record(lines, start, len(header))
        at = start + used
        error = None
        if any("\udc80" <= mark <= "\udcff" for mark in lines[start]):
            error = RowError("line", lines[start], "not UTF-8")
        elif fields is None:
            error = RowError("line", lines[start], "a quote without its pair")
        elif len(fields) != len(header):
            reason = f"{len(fields)} fields, expected {len(header)}"
            error = RowError("line", lines[start], reason)
        good = fields if fields is not None and error is None else []
        yield Row(start + 1, dict(zip(header, good, strict=False)), error)


def _record(lines: list[str], start: int, width: int) -> tuple[list[str] | None, int]:
    """The fields of the record that starts here and how many lines it takes."""
    text = lines[start]
    if text.count('"') % 2 == 0:
        return _fields(text), 1
    for used in range(2, min(_MAX_LINES, len(lines) - start) + 1):
        text += "\n" + lines[start + used - 1]
        if text.count('"') % 2 == 0:
            fields = _fields(text)
            if fields is not None and len(fields) == width:
                return fields, used
            break
    return None, 1


def _fields(text: str) -> list[str] | None:
    try:
        return next(csv.reader([text], strict=True), [])
    except csv.Error:
        return None
