"""Flattens one record of JSON or XML into the cells of a row. Pure.

``{"a": {"b": 1}}`` has the column ``a.b``. Parts of a place (GeoJSON, Socrata's location) stay one
cell of JSON. A list of records of which each names its type, such as a timeline, becomes columns
``notes[closed].datetime`` with the last of each type; any other list is not read.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

#: fields that say of what type an entry of a list is
_TYPES = ("type", "event", "action", "status", "state")
_DEEP = 4
#: kinds of entries that become columns
_MOST_TYPES = 12


def flat(record: dict[str, Any], into: dict[str, str], before: str = "", depth: int = 0) -> None:
    """Add the cells of a record, each column's name after ``before``."""
    for name, value in record.items():
        column = f"{before}{name}"
        if isinstance(value, dict):
            if "coordinates" in value and "type" in value:
                if value.get("type") == "Point":
                    into[column] = json.dumps(value, default=float)
            elif depth < _DEEP:
                flat(value, into, f"{column}.", depth + 1)
        elif isinstance(value, list):
            _timeline(value, into, column)
        else:
            into[column] = text(value)


def text(value: Any) -> str:
    """A single value as text."""
    if isinstance(value, str):
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        value = float(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)
    return str(value)


def scalars(record: dict[str, Any]) -> int:
    """How many single values a record has, those of records in it too."""
    count = 0
    for value in record.values():
        if isinstance(value, dict):
            count += scalars(value)
        elif not isinstance(value, list):
            count += 1
    return count


def _timeline(entries: list[Any], into: dict[str, str], column: str) -> None:
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        return
    kind = next((name for name in _TYPES if all(name in entry for entry in entries)), None)
    if kind is None:
        return
    seen: set[str] = set()
    for entry in entries:
        word = entry[kind]
        if not isinstance(word, str) or len(word) > 40:
            continue
        seen.add(word)
        if len(seen) > _MOST_TYPES:
            return
        for name, value in entry.items():
            if name != kind and not isinstance(value, dict | list):
                into[f"{column}[{word}].{name}"] = text(value)
