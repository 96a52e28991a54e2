"""A refused action as an operator corrects it: the fields of the form, and the new action. Pure.

The new action has a name of its own, made of the old one and of its content, so that sending the
same correction twice does it once. Its source is the old one's.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import msgspec
from msgspec.structs import replace

from dashboard.core.lifecycle.steps import LIFECYCLE
from dashboard.core.model import names
from dashboard.core.model.actions import (
    NOT_OF_SOURCES,
    OURS,
    Action,
    ActionError,
    Kind,
    encode,
    from_wire,
)
from dashboard.core.model.calendars import LocalTime

#: always shown, in this order
ALWAYS = ("event_id", "kind", "ts", "actor")
#: shown where the action has one, or its kind may have one
MORE = (
    *("level", "category", "place", "lat", "lon", "department", "due", "until", "target", "to"),
    *("reason", "text"),
)
TIMES = ("ts", "due", "until")
_NUMBERS = ("lat", "lon")
_OF_KIND: Mapping[Kind, tuple[str, ...]] = {
    Kind.REPORT: ("level", "category", "place", "lat", "lon"),
    Kind.CORRECT: ("level", "category", "place", "lat", "lon"),
    Kind.DISPATCH: ("department", "due"),
}
KINDS = tuple(kind for kind in Kind if kind not in NOT_OF_SOURCES)


def fields_of(action: Action | None, local: LocalTime, raw: str = "") -> dict[str, str]:
    """The form's fields with their values as text; of an unreadable item what ``raw`` shows."""
    if action is None:
        return dict.fromkeys((*ALWAYS, *MORE), "") | _readable(raw)
    kind = action.kind
    own = (*LIFECYCLE[kind].needs, *_OF_KIND.get(kind, ()))
    shown = [name for name in MORE if name in own or getattr(action, name) not in (None, "", ())]
    return {name: _text(action, name, local) for name in (*ALWAYS, *shown)}


def _readable(raw: str) -> dict[str, str]:
    """The texts and numbers of what could not be read as an action, if it is JSON at all."""
    try:
        found = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        name: str(found[name])
        for name in (*ALWAYS, *MORE)
        if isinstance(found.get(name), str | int | float) and not isinstance(found[name], bool)
    }


def _text(action: Action, name: str, local: LocalTime) -> str:
    value = getattr(action, name)
    if value is None:
        return ""
    if name in TIMES:
        return local.iso(value)
    return ",".join(value) if name == "place" else str(value)


def corrected(old: Action | None, entry: str, given: Mapping[str, str], local: LocalTime) -> Action:
    """The action that a form sends in the place of ``old``; raises :class:`ActionError`.

    ``entry`` is the old one's place in the action stream. Fields that are not in the form stay.
    """
    wire: dict[str, Any] = {}
    if old is not None:
        wire = msgspec.to_builtins(old)
        for name in OURS:
            wire.pop(name, None)
    for name in (*ALWAYS, *MORE):
        if name in given:
            wire.pop(name, None)
            if text := given[name].strip():
                wire[name] = _value(name, text)
    if old is not None and wire.get("ts") == local.iso(old.ts):
        wire["ts"] = old.ts
    base = (
        old.action_id if old is not None else f"{wire.get('event_id', '')}:{wire.get('kind', '')}"
    )
    made = from_wire({**wire, "action_id": "-"})
    if old is not None:
        made = replace(made, source=old.source, skew=old.skew)
        if made.ts == old.ts:
            made = replace(made, precision=old.precision)
        plain = replace(old, via=(), known=0, differs="", as_sent=made.as_sent)
        if replace(made, action_id=old.action_id) == plain:
            return replace(made, action_id=names.again(base, entry))
    digest = blake2b(encode(made) + entry.encode(), digest_size=6).hexdigest()
    return replace(made, action_id=names.corrected(base, digest))


def _value(name: str, text: str) -> Any:
    if name in _NUMBERS:
        try:
            return float(text)
        except ValueError:
            raise ActionError(name, text[:40], "expected a number") from None
    if name == "place":
        return [code.strip() for code in text.split(",")]
    if name in TIMES and text.isdecimal():
        return int(text)
    return text
