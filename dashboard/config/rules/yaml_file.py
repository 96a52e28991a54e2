"""The settings file of the domain rules: YAML read so that every setting knows its line.

Nothing here knows what a setting means; a :class:`Setting` is one place in the file, and
whoever reads it says what it expected, with the file, the line and the path.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from dashboard.errors import GridwallError

#: names and, for lists, positions from 0
Steps = tuple[str | int, ...]

_MAX_BYTES = 1_000_000
_MAX_DEPTH = 20
_TAG = "tag:yaml.org,2002:"
_TRUE = frozenset({"true", "yes", "on"})


class RulesFileError(GridwallError):
    """A setting that can't be used: ``gridwall.yaml:14: path='value': expected …``.

    ``line`` counts from 1; 0 when the file as a whole is meant. ``path`` is the path's
    steps or its text, "" for none; ``value`` is shown as it stands in the file.
    """

    def __init__(
        self, file: Path | str, line: int, path: Steps | str, value: object, expected: str
    ) -> None:
        self.file, self.line, self.value, self.expected = str(file), line, value, expected
        self.path = path if isinstance(path, str) else path_text(path)
        where = f"{shown_file(file)}:{line}" if line else shown_file(file)
        what = f" {self.path}={_short(value)}:" if self.path else ""
        super().__init__(f"{where}:{what} expected {expected}")


def path_text(steps: Steps) -> str:
    """A path as people read it: ``limits[1].red.respond``, lists counted from 1."""
    text = ""
    for step in steps:
        text += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if text else step
    return text


def shown_file(file: Path | str) -> str:
    """A file's name as short as it can be said in the working directory."""
    try:
        return str(Path(file).relative_to(Path.cwd()))
    except ValueError:
        return str(file)


def _short(value: object) -> str:
    text = "{…}" if isinstance(value, dict) else "[…]" if isinstance(value, list) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…'"


@dataclass(frozen=True)
class Setting:
    """One place in the file: what stands there, its path and its line."""

    file: Path
    path: Steps
    node: yaml.Node

    @property
    def line(self) -> int:
        return int(self.node.start_mark.line) + 1

    def wrong(self, expected: str) -> RulesFileError:
        """The error to raise when what stands here is not ``expected``."""
        node = self.node
        value = node.value if isinstance(node, yaml.ScalarNode) else _empty_like(node)
        return RulesFileError(self.file, self.line, self.path, value, expected)

    @property
    def empty(self) -> bool:
        """Nothing stands here: a name without a value, or ``~``."""
        return bool(self.node.tag == _TAG + "null")

    def is_list(self) -> bool:
        return isinstance(self.node, yaml.SequenceNode)

    def fields(self, known: Sequence[str] | None = None) -> dict[str, Setting]:
        """The settings of a mapping by name; unknown and repeated names are refused."""
        if self.empty:
            return {}
        if not isinstance(self.node, yaml.MappingNode):
            names = "" if known is None else f" of {', '.join(known)}"
            raise self.wrong(f"settings{names}, one a line, indented")
        found: dict[str, Setting] = {}
        for key, value in self.node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else "?"
            # the name's line is the one to look at, even if the value stands below it
            item = Setting(self.file, (*self.path, name), _at(value, key))
            if known is not None and name not in known:
                near = difflib.get_close_matches(name, known, 1)
                hint = f"{near[0]} (no such setting)" if near else f"one of {', '.join(known)}"
                raise item.wrong(hint)
            if name in found:
                raise item.wrong(f"each setting once; it stands in line {found[name].line} too")
            found[name] = item
        return found

    def items(self) -> list[Setting]:
        """The settings of a list; nothing is an empty list."""
        if self.empty:
            return []
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.wrong("a list")
        return [
            Setting(self.file, (*self.path, index), node)
            for index, node in enumerate(self.node.value)
        ]

    def text(self, expected: str) -> str:
        """The text of a single value, as it stands in the file."""
        if not isinstance(self.node, yaml.ScalarNode) or self.empty:
            raise self.wrong(expected)
        return str(self.node.value).strip()

    def plain(self) -> Any:
        """Plain data: dict, list, str, int, float, bool or None. Dates stay text."""
        if isinstance(self.node, yaml.MappingNode):
            return {name: item.plain() for name, item in self.fields().items()}
        if isinstance(self.node, yaml.SequenceNode):
            return [item.plain() for item in self.items()]
        text, kind = str(self.node.value), str(self.node.tag).removeprefix(_TAG)
        if kind == "null":
            return None
        if kind == "bool":
            return text.lower() in _TRUE
        try:
            # YAML 1.1 would read 22:00 as a number and 010 as eight; nobody means that
            return {"int": int, "float": float}[kind](text)
        except (KeyError, ValueError):
            return text

    def find(self, steps: Steps) -> Setting | None:
        """The setting at ``steps`` below this one, None if it is not there."""
        found: Setting | None = self
        for step in steps:
            assert found is not None
            if isinstance(step, int):
                below = found.items() if found.is_list() else []
                found = below[step] if step < len(below) else None
            else:
                mapping = isinstance(found.node, yaml.MappingNode)
                found = found.fields().get(step) if mapping else None
            if found is None:
                return None
        return found


Lines = Callable[[Steps], int]


def section(root: Setting | None, name: str) -> tuple[Any, Lines]:
    """A section as plain data (None if it is not given), and the line of a path below it.

    The line of a path that is not there is that of what would hold it; 0 without a section.
    """
    start = None if root is None else root.fields().get(name)

    def line(steps: Steps) -> int:
        if start is None:
            return 0
        for length in range(len(steps), 0, -1):
            if (found := start.find(steps[:length])) is not None:
                return found.line
        return start.line

    return (None if start is None else start.plain()), line


def read(file: Path) -> Setting | None:
    """The file's top, None for a file without settings; raises :class:`RulesFileError`."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise RulesFileError(
            file, 0, "", "", f"a file that can be read ({error.strerror})"
        ) from None
    if len(raw) > _MAX_BYTES:
        raise RulesFileError(file, 0, "", "", f"at most {_MAX_BYTES} bytes, found {len(raw)}")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise RulesFileError(file, line, "", "", "UTF-8 text") from None
    try:
        _plain_only(file, text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise RulesFileError(file, line, "", "", "text without control characters") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 0 if mark is None else mark.line + 1
        hint = "; indent with spaces" if "\\t" in str(error.problem) else ""
        raise RulesFileError(file, line, "", "", f"YAML: {error.problem}{hint}") from None
    return None if node is None else Setting(file, (), node)


def _plain_only(file: Path, text: str) -> None:
    """Refuse what no settings file needs and what could blow it up."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise RulesFileError(file, line, "", "", "every value written out, without & and *")
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
            raise RulesFileError(file, line, "", "", f"a plain value, without {event.tag}")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            raise RulesFileError(file, line, "", "", f"at most {_MAX_DEPTH} levels")


def _empty_like(node: yaml.Node) -> object:
    return {} if isinstance(node, yaml.MappingNode) else []


def _at(value: yaml.Node, key: yaml.Node) -> yaml.Node:
    value.start_mark = key.start_mark
    return value
