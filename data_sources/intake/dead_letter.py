"""A row that can't become an event: its file and line, the field, the value, and the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Protocol

import msgspec

from dashboard.core.model.persons import masked

#: characters kept of a value: enough to find it in the file, too few to carry a personal story
MAX_VALUE = 80
#: the field of a letter about a line that could not be split into cells
WHOLE_LINE = "line"


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """One refused line of a file; ``line`` counts from 1, the header included."""

    file: str
    line: int
    field: str
    value: str
    reason: str

    def fields(self) -> dict[str, str | int]:
        """The letter as it is stored: no person is named, the value cut to `MAX_VALUE`.

        A whole line may hold columns about a person that no pattern knows: it is never kept.
        """
        kept = "" if self.field == WHOLE_LINE else self.value
        return {
            "file": self.file,
            "line": self.line,
            "field": self.field,
            "value": shown(kept),
            "reason": self.reason,
        }


def shown(value: str) -> str:
    """A value without a person, cut to `MAX_VALUE`; what was no text in the file is escaped."""
    return masked(value).text[:MAX_VALUE].encode(errors="backslashreplace").decode()


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
    there = {_print(k) for k in kept}
    new = 0
    for letter in letters:
        fields = letter.fields()
        if _print({name: str(value) for name, value in fields.items()}) not in there:
            box.dead_letter(fields)
            new += 1
    return new


def _print(fields: Mapping[str, str]) -> bytes:
    """A short key of a letter: there may be as many letters as lines."""
    named = [fields.get(name, "") for name in ("file", "line", "value", "reason")]
    return blake2b(msgspec.msgpack.encode(named), digest_size=12).digest()
