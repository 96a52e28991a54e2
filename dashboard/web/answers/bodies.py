"""Reads the JSON of a request's body, the same way for every route.

More is refused than the grammar asks: a name that an object has twice (programs disagree about
which one counts), numbers that no double holds, and nesting that no call of ours has. How long a
body may be, and how slow, is the middleware's part (`dashboard/web/security/bodies.py`).
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

import msgspec

from dashboard.web.answers.errors import Refused

T = TypeVar("T")


class _Twice(ValueError):
    """An object has a name twice."""


def from_json(body: bytes) -> Any:
    """The value in a body; raises 400 with the reason."""
    return from_json_as(body, Any)


def from_json_as(body: bytes, kind: type[T]) -> T:
    """The value in a body, of a type of msgspec's; raises 400, or 422 for another type."""
    try:
        found = msgspec.json.decode(body, type=kind)
        # once more, because msgspec keeps the last of two equal names without a word
        json.loads(body, object_pairs_hook=_once)
    except _Twice as error:
        raise _refused(f"the name {str(error)[:40]!r} comes twice in one object") from error
    except RecursionError as error:
        raise _refused("nested too deeply") from error
    except UnicodeDecodeError as error:
        raise _refused("not UTF-8") from error
    except msgspec.ValidationError as error:
        if kind is Any:
            raise _refused(f"not JSON: {error}") from error
        raise Refused(422, "invalid", str(error), field=_field(error)) from error
    except (msgspec.DecodeError, ValueError) as error:
        raise _refused(f"not JSON: {error}") from error
    return found


def _once(pairs: list[tuple[str, Any]]) -> None:
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise _Twice(name)
        seen.add(name)


def _refused(reason: str) -> Refused:
    return Refused(400, "invalid", reason, field="body")


def _field(error: msgspec.ValidationError) -> str:
    """The field at the end of msgspec's message; `body` if it names none."""
    _, _, path = str(error).partition(" - at `$.")
    return path.rstrip("`") or "body"
