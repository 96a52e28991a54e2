"""A row that can't become an event: where it stands, what is wrong with it, and why.

Local times of a file, written without a zone, as milliseconds UTC.

A time that summer time skips (02:30 in spring) is read with the offset before the change, so
it comes out an hour later on the clock. A time that occurs twice (01:30 in autumn) is the first
of the two, unless that lies before a moment it must not precede; then it is the second.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec

#: enough to recognise a value in the file, too little to carry somebody's story
MAX_VALUE = 80


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a file that was put aside; ``line`` counts from 1, the header included."""

    file: str
    line: int
    field: str
    value: str
    reason: str

    def fields(self) -> dict[str, str | int]:
        """As it is kept in the store."""
        # What isn't UTF-8 in the file is shown escaped; the store takes text only.
        value = self.value[:MAX_VALUE].encode(errors="backslashreplace").decode()
        return {
            "file": self.file,
            "line": self.line,
            "field": self.field,
            "value": value,
            "reason": self.reason,
        }


class RowError(ValueError):
    """What a format says about a row it can't map: the field, its value, and why."""

    def __init__(self, field: str, value: str, reason: str) -> None:
        self.field, self.value, self.reason = field, value, reason
        super().__init__(f"{field}={value!r}: {reason}")


class LetterBox(Protocol):
    """Where dead letters are kept."""

    def dead_letter(self, fields: Mapping[str, str | int]) -> None:
        """Keep one."""


def put_aside(
    box: LetterBox, letters: Iterable[DeadLetter], kept: Iterable[Mapping[str, str]]
) -> int:
    """Keep the letters that are not among ``kept`` yet; returns how many were new.

    So a file replayed twice leaves one letter for a bad line, not two.
    """
    there = {(k.get("file"), k.get("line"), k.get("value"), k.get("reason")) for k in kept}
    new = 0
    for letter in letters:
        fields = letter.fields()
        if (letter.file, str(letter.line), fields["value"], letter.reason) not in there:
            box.dead_letter(fields)
            new += 1
    return new


def parse(field: str, text: str, formats: Sequence[str]) -> datetime:
    """The naive local time; raises :class:`RowError` naming the field."""
    text = text.strip()
    for form in formats:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise RowError(field, text, "not a date and time" if text else "empty, expected a time")


def to_ms(local: datetime, zone: ZoneInfo, not_before: int = 0) -> int:
    """The moment of a naive local time in a zone."""
    first = round(local.replace(tzinfo=zone, fold=0).timestamp() * 1000)
    second = round(local.replace(tzinfo=zone, fold=1).timestamp() * 1000)
    # Where summer time skips an hour, ``second`` is the earlier of the two: not a repeat.
    return second if first < not_before <= second else first


def end_of_day(day: date, zone: ZoneInfo) -> int:
    """The last millisecond of a local day, which may have 23 or 25 hours."""
    return to_ms(datetime.combine(day + timedelta(days=1), time()), zone) - 1
