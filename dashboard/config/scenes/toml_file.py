"""Reading tables with care: every mistake is noted with its line, and reading goes on.

A :class:`Table` gives values of the asked kind or a default; whoever reads never sees a value
of another kind, and at the end :attr:`Notes.found` says all that is wrong.

On which line of a TOML text a key stands; the parser of the standard library does not tell.

The text has been parsed already, so it is well-formed: the scanner only has to know where a
value ends. Keys of an inline table stand where the table does.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard.config.scenes.model import LANGUAGES, Names

Steps = tuple[str | int, ...]

_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*""")
_QUOTES = ('"""', "'''", '"', "'")


class Lines:
    """The index of one text."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at: dict[Steps, int] = {}
        #: where the text of a string of several lines begins
        self._inside: dict[Steps, int] = {}
        self._counts: dict[Steps, int] = {}
        self._scan()

    def line(self, steps: Sequence[str | int]) -> int:
        """The line of a key, counted from 1; of what holds it if it is not there; else 1."""
        path = tuple(steps)
        while path:
            if path in self._at:
                return self._at[path]
            path = path[:-1]
        return 1

    def inside(self, steps: Sequence[str | int], row: int) -> int:
        """The line of the `row`-th line (from 0) of a string of several lines."""
        path = tuple(steps)
        return self._inside[path] + row if path in self._inside else self.line(path)

    def _scan(self) -> None:
        text, at, line = self._text, 0, 1
        table: Steps = ()
        while at < len(text):
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            row = text[at:end].strip()
            if row.startswith("["):
                table = self._table(row, line)
            elif row and not row.startswith("#"):
                end = self._pair(table, at, line)
            line += text.count("\n", at, end) + 1
            at = end + 1

    def _table(self, row: str, line: int) -> Steps:
        array = row.startswith("[[")
        names, _ = _names(row, 2 if array else 1)
        path = self._numbered(names)
        if array:
            count = self._counts.get(path, 0)
            self._counts[path] = count + 1
            self._at.setdefault(path, line)
            path = (*path, count)
        self._at[path] = line
        return path

    def _numbered(self, names: list[str]) -> Steps:
        """A header's path; below an array of tables it means the last one so far."""
        path: Steps = ()
        for i, name in enumerate(names):
            path = (*path, name)
            if path in self._counts and i < len(names) - 1:
                path = (*path, self._counts[path] - 1)
        return path

    def _pair(self, table: Steps, at: int, line: int) -> int:
        """Note a key; return where its value ends (the end of that line)."""
        names, at = _names(self._text, at)
        path = (*table, *names)
        self._at[path] = line
        at += 1  # the equals sign
        while self._text[at : at + 1] in (" ", "\t"):
            at += 1
        if self._text.startswith(('"""', "'''"), at):
            self._inside[path] = line + (self._text[at + 3 : at + 5].lstrip("\r")[:1] == "\n")
        return self._value_end(at)

    def _value_end(self, at: int) -> int:
        text, depth = self._text, 0
        while at < len(text):
            char = text[at]
            if char in "\"'":
                at = _string_end(text, at)
                continue
            if char == "#":
                found = text.find("\n", at)
                at = len(text) if found < 0 else found
                continue
            if char == "\n" and depth == 0:
                return at
            depth += (char in "[{") - (char in "]}")
            at += 1
        return at


def _names(text: str, at: int) -> tuple[list[str], int]:
    """The names of a dotted key from `at`, and where it ends."""
    names: list[str] = []
    while found := _KEY.match(text, at):
        names.append(next(part for part in found.groups() if part is not None))
        at = found.end()
        if text[at : at + 1] != ".":
            break
        at += 1
    return names, at


def _string_end(text: str, at: int) -> int:
    quote = next(q for q in _QUOTES if text.startswith(q, at))
    at += len(quote)
    while at < len(text) and not text.startswith(quote, at):
        at += 2 if text[at] == "\\" and quote[0] == '"' else 1
    at += len(quote)
    # up to two quotes may stand right before the closing three
    while len(quote) == 3 and text[at : at + 1] == quote[0]:
        at += 1
    return at


class Notes:
    """The mistakes found so far, each with its line."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self._found: list[tuple[int, str]] = []

    @property
    def found(self) -> list[str]:
        """The sentences in the order of their lines."""
        return [f"line {line}: {words}" for line, words in sorted(set(self._found))]

    def add(self, steps: Steps, words: str, line: int | None = None) -> None:
        """`words` says what is there and what was expected."""
        name = ".".join(str(s) if isinstance(s, str) else str(s + 1) for s in steps)
        at = self.lines.line(steps) if line is None else line
        self._found.append((at, f"{name}: {words}" if name else words))


def near(name: str, known: Iterable[str]) -> str:
    """A hint: the known name that looks most like `name`, else all of them."""
    known = list(known)
    close = difflib.get_close_matches(name, known, 1, 0.6)
    if close:
        return f'did you mean "{close[0]}"?'
    return f"known are {', '.join(known)}" if known else "there are none"


class Table:
    """One table of the file."""

    def __init__(self, notes: Notes, steps: Steps, data: object) -> None:
        self.notes, self.steps = notes, steps
        self.data: Mapping[str, Any] = {}
        if isinstance(data, dict):
            self.data = data
        elif data is not None:
            notes.add(steps, f"expected a table, found {shown(data)}")

    def only(self, *known: str) -> None:
        """Note every key that is not known."""
        for key in self.data:
            if key not in known:
                self.wrong(key, f"unknown; {near(key, known)}")

    def wrong(self, key: str, words: str, line: int | None = None) -> None:
        """Note a mistake at a key."""
        self.notes.add((*self.steps, key), words, line)

    def below(self, key: str) -> Table:
        """The table at a key, empty if it is not there."""
        return Table(self.notes, (*self.steps, key), self.data.get(key))

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        return key in self.data

    def text(self, key: str, default: str = "") -> str:
        """A text."""
        value = self.data.get(key, default)
        if isinstance(value, str):
            return value
        self.wrong(key, f"expected text in quotes, found {shown(value)}")
        return default

    def choice(self, key: str, known: Iterable[str], default: str) -> str:
        """One of a few words."""
        value, known = self.text(key, default), list(known)
        if value in known:
            return value
        self.wrong(key, f"expected one of {', '.join(known)}; found {shown(value)}")
        return default

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.data.get(key, default)
        if isinstance(value, bool):
            return value
        self.wrong(key, f"expected true or false, found {shown(value)}")
        return default

    def number(self, key: str, default: float, least: float, most: float) -> float:
        """A number within bounds."""
        value = self.data.get(key, default)
        if _is_number(value) and least <= value <= most:
            return float(value)
        self.wrong(key, f"expected a number from {least:g} to {most:g}, found {shown(value)}")
        return default

    def whole(self, key: str, default: int, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self.data.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.wrong(key, f"expected a whole number from {least} to {most}, found {shown(value)}")
        return default

    def shares(self, key: str) -> tuple[float, ...]:
        """Positive numbers; () if there are none that can be used."""
        value = self.data.get(key)
        if value is None:
            self.wrong(key, "missing; expected a list of positive numbers")
        elif not isinstance(value, list) or not value:
            self.wrong(key, f"expected a list of positive numbers, found {shown(value)}")
        elif not all(_is_number(one) and 0 < one < 1e6 for one in value):
            self.wrong(key, f"expected positive numbers only, found {shown(value)}")
        else:
            return tuple(float(one) for one in value)
        return ()

    def words(self, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of words, at least one."""
        value = self.data.get(key)
        if value is None:
            return default
        if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
            return tuple(value)
        self.wrong(key, f"expected a list of names in quotes, found {shown(value)}")
        return default

    def names(self, key: str, default: str) -> Names:
        """A name in each language; a language that is not given has the other's."""
        value = self.data.get(key)
        if value is None:
            return dict.fromkeys(LANGUAGES, default)
        wanted = 'expected { zh = "…", en = "…" }'
        if not isinstance(value, dict) or not value:
            self.wrong(key, f"{wanted}, found {shown(value)}")
            return dict.fromkeys(LANGUAGES, default)
        for lang, name in value.items():
            if lang not in LANGUAGES:
                self.wrong(key, f'unknown language "{lang}"; {wanted}')
            elif not isinstance(name, str) or not name.strip():
                self.wrong(key, f"{lang} is {shown(name)}; {wanted}")
        good = {k: v for k, v in value.items() if isinstance(v, str) and v.strip()}
        other = next((good[lang] for lang in LANGUAGES if lang in good), default)
        return {lang: good.get(lang, other) for lang in LANGUAGES}


def shown(value: object) -> str:
    """A value as a person would point at it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "a table"
    words = f'"{value}"' if isinstance(value, str) else str(value)
    return words if len(words) <= 60 else words[:57] + "…"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
