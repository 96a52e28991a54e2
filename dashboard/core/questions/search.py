"""Finding names: places, departments and categories by their words, in any language, or by pinyin.

In: names with the syllables of their characters, a text. Out: the names that match, best first.
Every character has all its readings, so a name is found by any of them: whole syllables, their
first letters, or a mixture (``xiaofangju``, ``xfj``, ``xiaofj``). Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

#: a text is cut to so many characters
MOST_TEXT = 60
#: digits from which on a text may be a phone number: it is looked for in names of events only
_NUMBER = 5
#: names of a kind that are shown
MOST = 6

#: readings of each character of a name; a character without any is itself
Readings = Callable[[str], tuple[str, ...]]


class Name(msgspec.Struct, frozen=True):
    """What can be found: ``kind`` is place, department or category."""

    kind: str
    code: str
    #: in every language
    texts: tuple[str, ...]
    #: the wider, the earlier; of places their tier
    depth: int = 0


class Hit(msgspec.Struct, frozen=True):
    """A name that matches; the smaller ``rank``, the better."""

    name: Name
    rank: tuple[int, int, int, str]


def cleaned(text: str) -> str:
    """A text as it is looked for: printable, in small letters, with single blanks."""
    shown = "".join(mark if mark.isprintable() else " " for mark in text[: 4 * MOST_TEXT])
    return " ".join(shown.casefold().split())[:MOST_TEXT]


def of_words(text: str) -> bool:
    """Whether a text may be looked for in comments: two characters, and no phone number."""
    digits = sum(mark.isdigit() for mark in text)
    letters = sum(mark.isalpha() for mark in text)
    return len(text) >= 2 and letters > 0 and digits < _NUMBER


class Names:
    """All names that can be found."""

    def __init__(self, names: Sequence[Name], readings: Readings) -> None:
        self._readings = readings
        self._names = [(name, [text.casefold() for text in name.texts if text]) for name in names]
        self._known: dict[str, tuple[str, ...]] = {}

    def find(self, text: str, may: Callable[[Name], bool]) -> dict[str, list[Hit]]:
        """The names that match a cleaned text and may be shown, by kind, best first."""
        typed = text.replace(" ", "").replace("'", "")
        pinyin = typed if typed.isascii() and typed.isalpha() and len(typed) > 1 else ""
        out: dict[str, list[Hit]] = {}
        for name, texts in self._names:
            best = self._match(texts, text, pinyin)
            if best < _NONE and may(name):
                rank = (best, name.depth, min(map(len, texts)), name.code)
                out.setdefault(name.kind, []).append(Hit(name, rank))
        for hits in out.values():
            hits.sort(key=lambda hit: hit.rank)
        return out

    def _match(self, texts: Sequence[str], text: str, pinyin: str) -> int:
        best = _NONE
        for own in texts:
            if text in own:
                best = min(best, 0 if own == text else 1 if own.startswith(text) else 2)
            elif pinyin and best > _PINYIN and not own.isascii():
                best = min(best, self._sounds(own, pinyin))
        return best

    def _sounds(self, own: str, pinyin: str) -> int:
        for start, mark in enumerate(own):
            first = self._of(mark)
            if any(one[0] == pinyin[0] for one in first) and self._from(own, start, pinyin):
                return _PINYIN if start == 0 else _PINYIN + 1
        return _NONE

    def _from(self, own: str, place: int, rest: str) -> bool:
        """Whether the rest of the letters are syllables of a name from a place on, in turn."""
        if not rest:
            return True
        if place == len(own):
            return False
        for one in self._of(own[place]):
            if one.startswith(rest):
                return True
            if rest.startswith(one) and self._from(own, place + 1, rest[len(one) :]):
                return True
            if rest[0] == one[0] and self._from(own, place + 1, rest[1:]):
                return True
        return False

    def _of(self, mark: str) -> tuple[str, ...]:
        found = self._known.get(mark)
        if found is None:
            found = self._known[mark] = self._readings(mark) or (mark,)
        return found


#: how well a name matches: whole 0, beginning 1, inside 2, then by pinyin
_PINYIN = 3
_NONE = 9


class Group(msgspec.Struct, frozen=True):
    """The matches of a kind: (code, words, what is around it), and how many more there are."""

    kind: str
    items: tuple[tuple[str, str, str], ...]
    more: int = 0


def around(text: str, wanted: str, width: int = 24) -> str:
    """A piece of a text around what was found in it, with dots where it is cut."""
    flat = " ".join(text.split())
    place = max(0, flat.casefold().find(wanted))
    first, last = max(0, place - width), place + len(wanted) + width
    return ("…" if first else "") + flat[first:last].strip() + ("…" if last < len(flat) else "")


def texts_of(names: Mapping[str, str]) -> tuple[str, ...]:
    """The names of one thing in all languages, each once."""
    return tuple(dict.fromkeys(filter(None, names.values())))
