"""A row that can't become an event: where it stands, what is wrong with it, and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

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
