"""Checks one of Dash's calls, and which page it is for, before Dash itself sees it.

Dash trusts the shape of what it is sent. Here a call passes only if it names a callback of this app
with exactly that callback's outputs, inputs and state, so nothing else can fail inside Dash. The
body is then passed on unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from dashboard.web.answers.bodies import from_json_as
from dashboard.web.answers.errors import Refused

#: parameters of an address that Dash's own functions would take for theirs
_TAKEN = ("func",)


@dataclass
class Body:
    """A request's body that was read and can be received once more."""

    content: bytes
    _rest: Receive
    _given: bool = field(default=False)

    async def receive(self) -> Message:
        """The body first, then what the server sends after it."""
        if self._given:
            return await self._rest()
        self._given = True
        return {"type": "http.request", "body": self.content, "more_body": False}


@dataclass(frozen=True)
class PageAddress:
    """The address of the page that a call is for."""

    path: str
    query: Mapping[str, str]


class _Part(msgspec.Struct, rename={"prop": "property"}):
    """A property of a component, and its value in the browser."""

    id: str
    prop: str
    value: Any = None

    @property
    def name(self) -> str:
        return f"{self.id}.{self.prop}"


class _Call(msgspec.Struct, rename={"changed": "changedPropIds"}):
    """What Dash's renderer sends."""

    output: str
    outputs: list[_Part] | _Part
    inputs: list[_Part]
    state: list[_Part] = []
    changed: list[str] = []


async def read_body(receive: Receive) -> Body:
    """Read a request's whole body."""
    content = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        content += message.get("body", b"")
        if not message.get("more_body", False):
            return Body(bytes(content), receive)


def page_of(body: bytes, callbacks: Mapping[str, Any]) -> PageAddress | None:
    """The page whose content is requested; None for another kind of call.

    `callbacks` are those of the app, by output, as Dash keeps them. Raises 400 or 422 if the body
    is not a call of one of them.
    """
    call = from_json_as(body, _Call)
    known = callbacks.get(call.output)
    if known is None or not _fits(call, known):
        raise Refused(400, "not a call", "expected a call of Dash's", field="output")
    values = {part.prop: part.value for part in call.inputs}
    if "pathname" not in values:
        return None
    for name in ("pathname", "search"):
        if not isinstance(values.get(name) or "", str):
            raise Refused(422, "invalid", "expected a text", field=name)
    query = (values.get("search") or "").removeprefix("?")
    # pairs first: of two values of one name Dash would take both
    asked = parse_qsl(query, keep_blank_values=True)
    for name, _ in asked:
        if name in _TAKEN:
            raise Refused(400, "invalid", "no page has this parameter", field=name)
    # as a server decodes a path: the row is found, and the area is checked, for what is shown
    return PageAddress(unquote(values["pathname"] or ""), dict(asked))


def _fits(call: _Call, known: Mapping[str, Any]) -> bool:
    several = isinstance(call.outputs, list)
    outputs = call.outputs if isinstance(call.outputs, list) else [call.outputs]
    named = "...".join(part.name for part in outputs)
    return (
        call.output == (f"..{named}.." if several else named)
        and _names(call.inputs) == _wanted(known["inputs"])
        and _names(call.state) == _wanted(known["state"])
    )


def _names(parts: Iterable[_Part]) -> list[str]:
    return [part.name for part in parts]


def _wanted(parts: Iterable[Mapping[str, Any]]) -> list[str]:
    return [f"{part['id']}.{part['property']}" for part in parts]
