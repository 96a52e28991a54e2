"""Reads a ``mapping.toml``; every mistake is named with its line and field.

A file has as much as its author likes: that wins over what the table shows, part by part, and the
rest is still guessed. ``docs/mapping.md`` has the whole schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from dashboard.config.reading import ConfigError, Mistake, Node, Table, names, number, text, unknown
from dashboard.config.toml_file import read_toml
from dashboard.core.mapping.dates import Order
from dashboard.core.mapping.model import Mapping
from dashboard.core.mapping.moments import Written
from dashboard.core.model.vocabulary import Channel, Level

_STATES = ("open", "closed", "rejected")
_TIMES = ("opened", "closed", "due", "updated")
_TIERS = ("county", "township", "community", "grid")
_NAMED = ("category", "department", "channel")


class Answers(msgspec.Struct, frozen=True):
    """What a mapping file states, and where."""

    top: Node
    #: as in `Mapping`, the parts that are given
    given: dict[str, Any]

    def check(self, columns: Iterable[str]) -> None:
        """Raise `ConfigError` for each column that the table does not have."""
        columns = list(columns)
        mistakes: list[Mistake] = []
        for steps, column in _columns(self.given):
            if column not in columns:
                wrong = self.top.closest(steps).wrong(
                    unknown(column, columns, "column"), value=repr(column)
                )
                mistakes += wrong.mistakes
        if mistakes:
            raise ConfigError(self.top.file, *mistakes)


def read_mapping(file: Path) -> Answers:
    """What the file states; raises `ConfigError` with all of its mistakes."""
    top = read_toml(file)
    mistakes: list[Mistake] = []
    table = Table(top, mistakes)
    given: dict[str, Any] = {}
    _put(given, "kind", table, lambda node: _choice(node, ("snapshot", "log")))
    _put(given, "zone", table, _zone)
    _put(given, "id", table, _columns_of)
    for name, fields in _SECTIONS.items():
        node = table.given(name)
        if node is not None:
            part = _section(node, fields, mistakes)
            if part is not None:
                given[name] = part
    _put(given, "level", table, _levels)
    _put(given, "skip", table, _skip)
    table.end()
    if mistakes:
        raise ConfigError(file, *mistakes)
    return Answers(top, given)


def merged(guessed: Mapping, answers: Answers | None) -> Mapping:
    """The mapping as it is guessed, with what the answers say in place of it."""
    if answers is None:
        return guessed
    plain = msgspec.to_builtins(guessed)
    for name, value in answers.given.items():
        if isinstance(value, dict) and isinstance(plain.get(name), dict) and name != "skip":
            old = plain[name]
            if "column" in value and value["column"] != old.get("column"):
                old = {}
            if name == "position" and ("text" in value) != ("text" in old):
                old = {}
            both = {**old, **value}
            if name == "status" and "words" in value and "words" in old:
                both["words"] = {**old["words"], **value["words"]}
            plain[name] = both
        else:
            plain[name] = value
    status = plain.get("status", {})
    if status.get("column") and "by" not in answers.given.get("status", {}):
        status["by"] = "words"
    used = {column for _, column in _columns(plain)}
    plain["skip"] = {name: why for name, why in plain.get("skip", {}).items() if name not in used}
    for name in _TIMES:
        if name in plain and "column" not in plain[name]:
            reason = f"missing; expected the column of [{name}]"
            raise answers.top.closest((name,)).wrong(reason)
    return msgspec.convert(plain, Mapping, strict=False)


def full_mapping(file: Path) -> Mapping:
    """The mapping of a file that leaves nothing to be guessed; raises `ConfigError`."""
    return merged(Mapping(), read_mapping(file))


def _put(into: dict[str, Any], name: str, table: Table, reader: Callable[[Node], Any]) -> None:
    node = table.given(name)
    if node is None:
        return
    try:
        into[name] = reader(node)
    except ConfigError as error:
        table.note(error)


def _section(
    node: Node, fields: dict[str, Callable[[Node], Any]], mistakes: list[Mistake]
) -> dict[str, Any] | None:
    table = Table(node, mistakes, tuple(fields))
    part: dict[str, Any] = {}
    for name, reader in fields.items():
        _put(part, name, table, reader)
    return part


def _choice(node: Node, known: Iterable[str]) -> str:
    known = list(known)
    if node.value not in known:
        raise node.expected(f"one of {', '.join(known)}")
    return str(node.value)


def _zone(node: Node) -> str:
    name = text(node)
    if name in ("", "city"):
        return name
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise node.expected('an IANA time zone such as "America/Chicago"') from None
    return name


def _columns_of(node: Node) -> tuple[str, ...]:
    return names(node) if node.is_list else (text(node),)


def _one_or_more(node: Node) -> str | tuple[str, ...]:
    return names(node) if node.is_list else text(node)


def _words(known: Iterable[str] = ()) -> Callable[[Node], dict[str, str]]:
    known = tuple(known)

    def read(node: Node) -> dict[str, str]:
        return {
            word: _choice(one, known) if known else text(one) for word, one in node.fields().items()
        }

    return read


def _flag(node: Node) -> bool:
    if not isinstance(node.value, bool):
        raise node.expected("true or false")
    return node.value


def _pairs(node: Node) -> list[list[float]]:
    pairs = []
    for pair in node.items():
        values = [number(one, -180, 180) for one in pair.items()]
        if len(values) != 2:
            raise pair.expected("a latitude and a longitude")
        pairs.append(values)
    return pairs


def _system(node: Node) -> str:
    name = text(node)
    if name not in ("WGS84", "GCJ02", "BD09") and not (
        name.startswith("EPSG:") and name[5:].isdigit()
    ):
        raise node.expected("WGS84, GCJ02, BD09 or EPSG: with a number")
    return name


def _levels(node: Node) -> list[dict[str, Any]]:
    rules = []
    for item in node.items():
        fields = item.fields(("level", "words"))
        for name in ("level", "words"):
            if name not in fields:
                raise item.missing(name, "a level and its words")
        level = _choice(fields["level"], [str(level) for level in Level])
        rules.append({"level": level, "words": names(fields["words"])})
    return rules


def _skip(node: Node) -> dict[str, str]:
    if node.is_list:
        return dict.fromkeys(names(node), "given")
    return {name: text(one) for name, one in node.fields().items()}


_WHEN: dict[str, Callable[[Node], Any]] = {
    "column": text,
    "time": text,
    "written": lambda node: _choice(node, [str(one) for one in Written]),
    "order": lambda node: _choice(node, [str(one) for one in Order]),
    "zone": _zone,
    "precision": lambda node: _choice(node, ("time", "day")),
}
_NAME: dict[str, Callable[[Node], Any]] = {"column": _one_or_more, "value": text, "words": _words()}
_SECTIONS: dict[str, dict[str, Callable[[Node], Any]]] = {
    "read": {"delimiter": text, "rows": text, "sheet": text},
    **dict.fromkeys(_TIMES, _WHEN),
    "status": {
        "by": lambda node: _choice(node, ("words", "closing-date", "nothing")),
        "column": text,
        "words": _words(_STATES),
        "blank": lambda node: _choice(node, ("", *_STATES, "unknown")),
    },
    "category": _NAME,
    "department": _NAME,
    "channel": {**_NAME, "words": _words([str(one) for one in Channel])},
    "place": dict.fromkeys(_TIERS, text),
    "position": {
        "lat": text, "lon": text, "text": text, "lon_first": _flag, "system": _system,
        "unknown": _pairs,
    },
}  # fmt: skip


def _columns(given: dict[str, Any]) -> Iterable[tuple[tuple[str, ...], str]]:
    """Where columns are named, and which."""
    for name in given.get("id", ()):
        yield ("id",), name
    for part in (*_TIMES, "status", *_NAMED):
        for field in ("column", "time"):
            found = given.get(part, {}).get(field, "")
            for name in (found,) if isinstance(found, str) else found:
                if name:
                    yield (part, field), name
    for part, fields in (("place", _TIERS), ("position", ("lat", "lon", "text"))):
        for field in fields:
            if found := given.get(part, {}).get(field, ""):
                yield (part, field), found
