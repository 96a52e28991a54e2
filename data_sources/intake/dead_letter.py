"""A row that can't become an event: its file and line, the field, the value, and the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

import msgspec

#: characters kept of a value: enough to find it in the file, too few to carry a personal story
MAX_VALUE = 80


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One refused line of a file; ``line`` counts from 1, the header included."""

    file: str
    line: int
    field: str
    value: str
    reason: str

    def fields(self) -> dict[str, str | int]:
        """The letter as it is stored, its value cut to `MAX_VALUE` characters."""
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
    """A row that a format can't map: the field, its value, and the reason."""

    def __init__(self, field: str, value: str, reason: str) -> None:
        self.field, self.value, self.reason = field, value, reason
        super().__init__(f"{field}={value!r}: {reason}")


class LetterBox(Protocol):
    """Where dead letters are stored."""

    def dead_letter(self, fields: Mapping[str, str | int]) -> None:
        """Store one letter."""


def store_new(
    box: LetterBox, letters: Iterable[DeadLetter], kept: Iterable[Mapping[str, str]]
) -> int:
    """Store the letters that are not among ``kept`` yet; returns how many were new.

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
