"""Which page one of Dash's calls is for: read from its body, which is then passed on unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from dashboard.web.answers.errors import Refused

#: A Dash call carries the page's input values; a larger body is not from one of our pages.
_MOST = 4_000_000


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


async def read_body(receive: Receive) -> Body:
    """Read a request's whole body; 413 if it is too long."""
    content = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        content += message.get("body", b"")
        if len(content) > _MOST:
            raise Refused(413, "too long", f"more than {_MOST} bytes", field="body")
        if not message.get("more_body", False):
            return Body(bytes(content), receive)


def page_of(body: bytes) -> PageAddress | None:
    """The page whose content is requested; None for another kind of call.

    Raises 400 if the body is not a Dash call, or names two pages.
    """
    try:
        call = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(400, "not JSON", "expected a call of Dash's") from error
    values: dict[str, set[str]] = {"pathname": set(), "search": set()}
    for part in _parts(call):
        if isinstance(part, dict) and part.get("property") in values:
            values[part["property"]].add(str(part.get("value") or ""))
    if not values["pathname"]:
        return None
    if any(len(given) > 1 for given in values.values()):
        raise Refused(400, "two pages", "a call is about one page")
    (path,), query = values["pathname"], "".join(values["search"]).removeprefix("?")
    return PageAddress(path, dict(parse_qsl(query, keep_blank_values=True)))


def _parts(call: Any) -> list[Any]:
    """The inputs and states of a call; a pattern-matching input is a list of them."""
    if not isinstance(call, dict):
        raise Refused(400, "not a call", "expected a call of Dash's")
    found: list[Any] = []
    for kind in ("inputs", "state"):
        given = call.get(kind)
        for part in given if isinstance(given, list) else []:
            found += part if isinstance(part, list) else [part]
    return found
