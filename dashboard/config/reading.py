"""What an operator wrote, as checked values: one reader for rules, scenes, channels and cities.

In: a tree of :class:`Node`, made of a file by `yaml_file` or `toml_file`; a node knows its value,
its path and its line. Out: values, or a :class:`ConfigError` with file, line, path and value.

A reader is a function that checks one node. :class:`Table` reads a table setting by setting, and
either stops at the first mistake or collects all of them.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from dashboard.errors import GridwallError

#: names and, for lists, positions from 0
Steps = tuple[str | int, ...]
T = TypeVar("T")

MAX_BYTES = 1_000_000
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
#: shown in place of a secret value
HIDDEN = "(hidden)"


class Mistake(NamedTuple):
    """One thing that is wrong in a file, or in a setting of the environment."""

    reason: str
    #: counted from 1; 0: the file as a whole
    line: int = 0
    #: such as ``limits[1].red.respond``; "": no single setting
    path: str = ""
    #: as it is shown; "": none is
    value: str = ""

    def __str__(self) -> str:
        named = f"{self.path}={self.value}" if self.value else self.path
        return f"{named}: {self.reason}" if named else self.reason


class ConfigError(GridwallError):
    """Settings that cannot be used, a line each: ``gridwall.yaml:14: path='value': reason``.

    ``mistakes`` holds all that were found, in the order of their lines; ``line``, ``path``,
    ``value`` and ``reason`` are those of the first. ``file`` is "" for environment variables.
    """

    def __init__(self, file: Path | str, *mistakes: Mistake) -> None:
        self.file, self.mistakes = str(file), tuple(sorted(set(mistakes), key=lambda m: m.line))
        self.reason, self.line, self.path, self.value = self.mistakes[0]
        name = shown_file(file) if self.file else ""
        super().__init__("\n".join(_located(name, one) for one in self.mistakes))

    def sentences(self) -> list[str]:
        """The mistakes without the file: ``line 2: wall.rotate='30': expected …``."""
        return [f"line {one.line}: {one}" if one.line else str(one) for one in self.mistakes]


def _located(file: str, mistake: Mistake) -> str:
    where = f"{file}:{mistake.line}" if mistake.line else file
    return f"{where}: {mistake}" if where else str(mistake)


def path_text(steps: Steps) -> str:
    """A path as people read it: ``limits[1].red.respond``, lists counted from 1."""
    text = ""
    for step in steps:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def shown_file(file: Path | str) -> str:
    """A file's name relative to the working directory, absolute if it is outside."""
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except ValueError:
        return str(file)


def shown(value: object) -> str:
    """A value as an error shows it, at most 60 characters."""
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…'"


def unknown(name: str, known: Iterable[str], what: str = "") -> str:
    """``unknown``, and the known name that looks most like ``name``, else all known names."""
    known = list(known)
    word = f"unknown {what}" if what else "unknown"
    if close := difflib.get_close_matches(name, known, 1, 0.6):
        return f'{word}; did you mean "{close[0]}"?'
    return f"{word}; {'known are ' + ', '.join(known) if known else 'there are none'}"


def read_text(file: Path) -> str:
    """The text of a settings file; raises :class:`ConfigError`."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise ConfigError(file, Mistake(f"cannot be read: {error.strerror}")) from None
    if len(raw) > MAX_BYTES:
        found = f"expected at most {MAX_BYTES} bytes, found {len(raw)}"
        raise ConfigError(file, Mistake(found))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(file, Mistake("expected UTF-8 text", line)) from None


@dataclass(frozen=True)
class Node:
    """One place in a file.

    ``value`` is a tuple of (name, node) for a table, a list of nodes for a list, else the single
    value. ``written`` is the text of a single value of YAML, where text needs no quotes; None for
    TOML. ``text_line`` is the line on which the text of a string of several lines begins, else 0.
    """

    file: Path
    path: Steps
    line: int
    value: object
    written: str | None = None
    text_line: int = 0

    def wrong(self, reason: str, line: int = 0, value: str | None = None) -> ConfigError:
        """The error to raise for this value; ``line`` and ``value`` replace the node's own."""
        given = self._shown() if value is None else value
        path = path_text(self.path)
        return ConfigError(
            self.file, Mistake(reason, line or self.line, path, given if path else "")
        )

    def expected(self, what: str) -> ConfigError:
        """The error to raise when the value is not ``what``."""
        return self.wrong(f"expected {what}")

    def missing(self, name: str, expected: str) -> ConfigError:
        """The error to raise for a setting that this table lacks."""
        return Node(self.file, (*self.path, name), self.line, None).wrong(
            f"missing; expected {expected}", value=""
        )

    def _shown(self) -> str:
        if self.written is not None:
            return shown(self.written)
        if isinstance(self.value, tuple):
            return "{…}"
        if isinstance(self.value, list):
            return "[…]" if self.value else "[]"
        return shown(self.value)

    @property
    def empty(self) -> bool:
        """Whether there is no value: a name alone, or ``~``."""
        return self.value is None

    @property
    def is_list(self) -> bool:
        """Whether the value is a list."""
        return isinstance(self.value, list)

    def fields(self, known: Sequence[str] | None = None) -> dict[str, Node]:
        """The settings of a table by name; unknown and repeated names are refused."""
        if self.empty:
            return {}
        if not isinstance(self.value, tuple):
            names = f"settings of {', '.join(known)}, one a line, indented" if known else "a table"
            raise self.expected(names)
        found: dict[str, Node] = {}
        for name, node in self.value:
            if known is not None and name not in known:
                raise node.wrong(unknown(name, known))
            if name in found:
                raise node.expected(f"each setting once; it is in line {found[name].line} too")
            found[name] = node
        return found

    def items(self) -> list[Node]:
        """The nodes of a list; no value is an empty list."""
        if self.empty:
            return []
        if not isinstance(self.value, list):
            raise self.expected("a list")
        return self.value

    def plain(self) -> Any:
        """Plain data: dict, list, str, int, float, bool or None (TOML also: dates and times)."""
        if isinstance(self.value, tuple):
            return {name: node.plain() for name, node in self.fields().items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def find(self, steps: Steps) -> Node | None:
        """The node at ``steps`` below this one, None if it is not there."""
        found: Node | None = self
        for step in steps:
            assert found is not None
            if isinstance(step, int):
                below = found.value if isinstance(found.value, list) else []
                found = below[step] if step < len(below) else None
            else:
                found = found.fields().get(step) if isinstance(found.value, tuple) else None
            if found is None:
                return None
        return found

    def closest(self, steps: Steps) -> Node:
        """The node at ``steps``, or the innermost one on the way there."""
        return next(
            node
            for length in range(len(steps), -1, -1)
            if (node := self.find(steps[:length])) is not None
        )


#: the top of a file that is not there
NOTHING = Node(Path(), (), 0, ())

# ---- readers: each checks one node and returns its value, or raises ConfigError


def written(node: Node, expected: str) -> str:
    """The text of a single value of YAML as it is in the file, quoted or not."""
    if node.written is None or node.empty:
        raise node.expected(expected)
    return node.written.strip()


def text(node: Node) -> str:
    """A text; what YAML or TOML takes for a number or a flag is none."""
    if not isinstance(node.value, str):
        raise node.expected("text in quotes")
    return node.value


def choice(node: Node, words: Iterable[str]) -> str:
    """One of the words."""
    found = node.value if node.written is None else node.written.strip()
    if not isinstance(found, str) or found not in (words := list(words)):
        raise node.expected(f"one of {', '.join(words)}")
    return found


def flag(node: Node) -> bool:
    """True or false."""
    if not isinstance(node.value, bool):
        raise node.expected("true or false")
    return node.value


def number_above(node: Node, low: float, high: float) -> float:
    """A number above ``low`` and up to ``high``."""
    return number(node, low, high, above=True)


def number(node: Node, low: float, high: float, *, above: bool = False) -> float:
    """A number from ``low`` (or above it) to ``high``; in YAML it may be in quotes."""
    given = node.value if node.written is None else _float(node.written)
    if (
        isinstance(given, bool)
        or not isinstance(given, int | float)
        # no float of it: a whole number may be larger than any
        or not low <= given <= high
        or (above and given == low)
    ):
        bounds = f"above {low:g} and up to {high:g}" if above else f"from {low:g} to {high:g}"
        raise node.expected(f"a number {bounds}")
    return float(given)


def integer(node: Node, low: int, high: int) -> int:
    """A whole number from ``low`` (0 or more) to ``high``."""
    given = node.value if node.written is None else _int(node.written)
    if isinstance(given, bool) or not isinstance(given, int) or not low <= given <= high:
        raise node.expected(f"a whole number from {low} to {high}")
    return given


def names(node: Node, known: Iterable[str] = ()) -> tuple[str, ...]:
    """A list of texts, each of ``known`` if that is given."""
    known = list(known)
    if not isinstance(node.value, list):
        raise node.expected("a list of texts")
    for item in node.value:
        if not isinstance(item.value, str) or not item.value:
            raise item.expected("text in quotes")
        if known and item.value not in known:
            raise item.wrong(unknown(item.value, known))
    return tuple(item.value for item in node.value)


def _float(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _int(text: str) -> int | None:
    return int(text) if _WHOLE.fullmatch(text.strip()) else None


class Table:
    """The settings of one table, read one by one.

    A setting that is not in ``known`` is refused; without ``known``, ``end()`` refuses those
    that have not been read. With ``mistakes`` each mistake is added there and the setting's
    default is returned; without, the first one is raised.
    """

    def __init__(
        self,
        node: Node,
        mistakes: list[Mistake] | None = None,
        known: Sequence[str] | None = None,
    ) -> None:
        self.node, self.mistakes = node, mistakes
        self._fields: dict[str, Node] = {}
        self._read: dict[str, None] = {}
        try:
            self._fields = node.fields(known)
        except ConfigError as error:
            self.note(error)

    def __iter__(self) -> Iterator[str]:
        """The names that are given."""
        return iter(self._fields)

    def note(self, error: ConfigError) -> None:
        """Note a mistake, or raise it."""
        if self.mistakes is None:
            raise error
        self.mistakes += error.mistakes

    def given(self, name: str) -> Node | None:
        """The node of a setting, None if it is not given."""
        self._read[name] = None
        return self._fields.get(name)

    def wrong(self, name: str, reason: str, value: str | None = None) -> None:
        """Note a mistake in a setting; ``value`` replaces the one that is shown."""
        node = self.given(name)
        if node is None:
            node = Node(self.node.file, (*self.node.path, name), self.node.line, None)
            value = value or ""
        self.note(node.wrong(reason, value=value))

    def read(self, name: str, default: T, reader: Callable[..., T], *bounds: Any) -> T:
        """The setting's value by ``reader(node, *bounds)``; ``default`` if it is not given."""
        node = self.given(name)
        if node is None:
            return default
        try:
            return reader(node, *bounds)
        except ConfigError as error:
            self.note(error)
            return default

    def text(self, name: str, default: str = "") -> str:
        """A text."""
        return self.read(name, default, text)

    def choice(self, name: str, words: Iterable[str], default: str) -> str:
        """One of a few words."""
        return self.read(name, default, choice, words)

    def flag(self, name: str, default: bool = False) -> bool:
        """True or false."""
        return self.read(name, default, flag)

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        return self.read(name, default, number, low, high)

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``."""
        return self.read(name, default, integer, low, high)

    def below(self, name: str, known: Sequence[str] | None = None) -> Table:
        """The table at a setting, empty if it is not given."""
        node = self.given(name)
        if node is None:
            node = Node(self.node.file, (*self.node.path, name), self.node.line, ())
        return Table(node, self.mistakes, known)

    def end(self) -> None:
        """Refuse every setting that has not been read: nothing knows it."""
        for name, node in self._fields.items():
            if name not in self._read:
                self.note(node.wrong(unknown(name, self._read)))
