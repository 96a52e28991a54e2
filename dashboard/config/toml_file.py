"""TOML files as nodes that know their lines.

The parser of the standard library does not report lines, so a scanner finds the line of each
key. The text has been parsed before, so it is well-formed: the scanner only has to know where a
value ends. Keys of an inline table and items of a list have the line of the key that holds them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path

from dashboard.config.reading import ConfigError, Mistake, Node, Steps, read_text

_SYNTAX = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)")
_KEY = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*""")
_QUOTES = ('"""', "'''", '"', "'")


def read_toml(file: Path) -> Node:
    """The file's top table; raises :class:`ConfigError`."""
    return parse_toml(file, read_text(file))


def parse_toml(file: Path, text: str) -> Node:
    """The top table of a text that is, or would be, in `file`; raises :class:`ConfigError`."""
    text = text.replace("\r\n", "\n")
    try:
        return _node(file, (), tomllib.loads(text), Lines(text))
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX.fullmatch(str(error))
        words = found[1] if found else str(error)
        line = int(found[2]) if found and found[2] else text.count("\n") + 1
        raise ConfigError(file, Mistake(f"not TOML: {words}", line)) from None
    except RecursionError:
        raise ConfigError(file, Mistake("not TOML: nested too deeply")) from None
    except ValueError:  # a number of thousands of digits
        raise ConfigError(file, Mistake("not TOML: a number is too long")) from None


def _node(file: Path, path: Steps, value: object, lines: Lines) -> Node:
    found: object = value
    if isinstance(value, dict):
        found = tuple((k, _node(file, (*path, k), one, lines)) for k, one in value.items())
    elif isinstance(value, list):
        found = [_node(file, (*path, i), one, lines) for i, one in enumerate(value)]
    return Node(file, path, lines.line(path), found, text_line=lines.text_line(path))


class Lines:
    """The lines of the keys of one text."""

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

    def text_line(self, steps: Steps) -> int:
        """The line on which the text of a string of several lines begins; 0 for other values."""
        return self._inside.get(steps, 0)

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
