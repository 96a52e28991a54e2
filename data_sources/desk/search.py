"""Events by their number, and by words in their comments."""

from __future__ import annotations

from typing import Any

import msgspec

from dashboard.core.questions.search import MOST, around, of_words
from data_sources.desk.copy.reader import Reader


class FoundEvents(msgspec.Struct, frozen=True, kw_only=True):
    """Events: (id, category, words around what was found), and how many there are in all."""

    numbers: list[tuple[str, str, str]]
    numbers_all: int
    words: list[tuple[str, str, str]]
    words_all: int


_COUNTED = "event_id, category, words, count(*) OVER () AS whole"


def events(reader: Reader, text: str) -> FoundEvents:
    """The events whose number, or one of whose comments, has a cleaned text in it.

    Exact numbers first, then the newest. A text that may be a phone number is not looked for in
    comments.
    """
    numbers = reader.rows(
        f"SELECT {_COUNTED} FROM events WHERE contains(lower(event_id), $text)"
        f" ORDER BY lower(event_id) = $text DESC, reported_at DESC, event_id LIMIT {MOST}",
        text=text,
    )
    words: list[dict[str, Any]] = []
    if of_words(text):
        words = reader.rows(
            f"SELECT {_COUNTED} FROM events WHERE words <> '' AND contains(lower(words), $text)"
            f" ORDER BY reported_at DESC, event_id LIMIT {MOST}",
            text=text,
        )
    return FoundEvents(
        numbers=[(row["event_id"], row["category"], "") for row in numbers],
        numbers_all=numbers[0]["whole"] if numbers else 0,
        words=[(row["event_id"], row["category"], around(row["words"], text)) for row in words],
        words_all=words[0]["whole"] if words else 0,
    )
