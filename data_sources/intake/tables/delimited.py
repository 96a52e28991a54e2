"""Tables as delimited text: CSV with any delimiter, with or without quotes, in any encoding.

Only the line feed ends a line, and a quote that has no pair spoils its own line alone: the lines
that a field in quotes has taken are given back and read one by one if the record does not fit. The
header is the first line with as many fields as most lines have; what is above it is reported in
`facts`, and no row is lost: each line below is a row, or a row that could not be read.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path

from data_sources.intake.encodings import MAX_LINE, Encoding, FileError, opened, recognise
from data_sources.intake.tables.model import TableRow, Watch, distinct

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", "^": "^", "~": "~"}
#: records that the delimiter and the header are recognised from
_HEAD = 300
#: lines that a quoted field may have; with more it is a stray quote
_MAX_LINES = 200
#: lines between two reports of how far the reading is
_REPORTED = 5000
_NUMBER = re.compile(r"[-+]?[\d\s.,:/\-]*\d[\d\s.,:/\-TZ]*")

csv.field_size_limit(MAX_LINE)


class Delimited:
    """A file of delimited text."""

    kind = "CSV"

    def __init__(self, file: Path, encoding: Encoding | None = None, delimiter: str = "") -> None:
        self.file = file
        self.encoding = encoding or recognise(file)
        self.size = file.stat().st_size
        head = []
        for line in self._lines(None):
            head.append(line)
            if len(head) >= _HEAD:
                break
        filled = [line for line in head if line.strip()]
        if not filled:
            raise FileError(file, "it is empty")
        self.delimiter = delimiter or _delimiter(filled)
        self.header, self._above, self._named = self._recognise_header(head)
        facts = [("encoding", self.encoding.name)]
        facts.append(("delimiter", _DELIMITERS.get(self.delimiter, self.delimiter)))
        if self._above:
            facts.append(("lines above the header", str(self._above)))
        if not self._named:
            facts.append(("header", "none"))
        self.facts = tuple(facts)

    def rows(self, watch: Watch | None = None) -> Iterator[TableRow]:
        """The rows from the first to the last; a line that is blank is none."""
        records = _Records(self._lines(watch), self.delimiter, len(self.header))
        header, width = self.header, len(self.header)
        skip = self._above + self._named
        for number, fields, error in records:
            if number <= skip:
                continue
            if error:
                yield TableRow(number, {}, error)
            elif len(fields) == width:
                yield TableRow(number, dict(zip(header, map(str.strip, fields), strict=True)))
            elif len(fields) > width and not any(map(str.strip, fields[width:])):
                # a delimiter too many at the end of the line is no field
                yield TableRow(number, dict(zip(header, map(str.strip, fields), strict=False)))
            else:
                yield TableRow(number, {}, f"{len(fields)} fields, expected {width}")

    def _lines(self, watch: Watch | None) -> Iterator[str]:
        codec, errors = self.encoding.codec, "replace"
        with opened(self.file) as (data, raw):
            text = io.TextIOWrapper(data, encoding=codec, errors=errors, newline="\n")
            number = 0
            try:
                while line := text.readline(MAX_LINE):
                    number += 1
                    if len(line) == MAX_LINE and not line.endswith("\n"):
                        reason = f"line {number} is longer than {MAX_LINE:,} characters"
                        raise FileError(self.file, reason)
                    if watch is not None and number % _REPORTED == 0:
                        watch(raw.tell())
                    yield line.rstrip("\r\n").replace("\0", "")
            except UnicodeError as error:
                raise FileError(self.file, f"not {self.encoding.name}: {error}") from error
            finally:
                text.detach()  # `opened` closes the bytes

    def _recognise_header(self, head: list[str]) -> tuple[list[str], int, int]:
        """The names of the columns, the lines above them, and whether (1) they are in the file."""
        records = [
            (number, fields)
            for number, fields, error in _Records(iter(head), self.delimiter, 0)
            if not error
        ]
        widths = Counter(len(fields) for _, fields in records)
        width = max(widths, key=lambda w: (widths[w] * (w > 1), w))
        for number, fields in records:
            fields = list(map(str.strip, fields))
            short = len(fields) < width
            if short and len(records) > number and number < len(head) // 2 + 1:
                continue
            while len(fields) > width and not fields[-1]:
                fields.pop()
            if sum(map(bool, fields)) < 0.5 * len(fields):
                continue
            if _is_header(fields, [row for _, row in records if len(row) >= width]):
                return distinct(fields), number - 1, 1
            break
        return [str(n) for n in range(1, width + 1)], 0, 0


class _Records:
    """The records of lines: number of the first line, fields, and why it could not be read."""

    def __init__(self, lines: Iterator[str], delimiter: str, width: int) -> None:
        self._lines, self._delimiter, self._width = lines, delimiter, width
        self._back: deque[str] = deque()
        self._taken: list[str] = []
        self._number = 0

    def __iter__(self) -> Iterator[tuple[int, list[str], str]]:
        reader = csv.reader(self._feed(), delimiter=self._delimiter)
        while True:
            self._taken.clear()
            first = self._number + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except (_Unpaired, csv.Error):
                reader = csv.reader(self._feed(), delimiter=self._delimiter)
                yield first, *self._alone()
                continue
            if len(self._taken) > 1 and self._width and len(fields) != self._width:
                reader = csv.reader(self._feed(), delimiter=self._delimiter)
                yield first, *self._alone()
            elif fields and (len(fields) > 1 or fields[0].strip()):
                yield first, fields, ""

    def _feed(self) -> Iterator[str]:
        while True:
            if len(self._taken) > _MAX_LINES:
                raise _Unpaired
            line = self._back.popleft() if self._back else next(self._lines, None)
            if line is None:
                return
            self._number += 1
            self._taken.append(line)
            # the reader needs the line's end to keep it within quotes
            yield line + "\n"

    def _alone(self) -> tuple[list[str], str]:
        """The first of the taken lines without regard to quotes; the others are given back."""
        first, *others = self._taken
        self._back.extendleft(reversed(others))
        self._number -= len(others)
        fields = first.split(self._delimiter)
        if self._width and len(fields) == self._width:
            return fields, ""
        return [], "a quote without its pair"


class _Unpaired(Exception):
    """A quote has taken more lines than a field has."""


def _delimiter(lines: list[str]) -> str:
    """The mark that parts most lines into the same number of fields, more than one."""
    best, most = ",", 0.0
    for mark in _DELIMITERS:
        widths = Counter(len(fields) for _, fields, _ in _Records(iter(lines), mark, 0))
        found = [(n, w) for w, n in widths.items() if w > 1]
        if not found:
            continue
        count, width = max(found)
        # more fields speak for a mark, but less than that all lines agree
        score = (count / sum(widths.values())) ** 2 * (1 + min(width, 20) / 20)
        first = len(next(csv.reader([lines[0]], delimiter=mark), []))
        score *= 1.2 if first == width else 1.0
        if score > most:
            best, most = mark, score
    return best


def _is_header(fields: list[str], records: list[list[str]]) -> bool:
    """Whether a record names the columns, rather than being a row of them."""
    names = [name for name in fields if name]
    if len(set(names)) < 0.6 * len(names):
        return False
    figures = sum(1 for name in names if _NUMBER.fullmatch(name))
    if not figures:
        return True
    # years and numbers may be names, but not most of them, nor where all rows look like this one
    below = [sum(1 for cell in row if _NUMBER.fullmatch(cell.strip())) for row in records[1:20]]
    usual = sorted(below)[len(below) // 2] if below else 0
    return figures < 0.4 * len(names) and figures < max(1, usual)
