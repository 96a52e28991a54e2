"""Which page a call of Dash's is about: read from its body, which is then handed on untouched."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from dashboard.web.errors import Refused

#: a call holds what stands in the page's inputs; much more is nobody's page
_MOST = 4_000_000


@dataclass
class Body:
    """What was received, to be received again."""

    held: bytes
    _rest: Receive
    _given: bool = field(default=False)

    async def receive(self) -> Message:
        """The body first, then what comes after it."""
        if self._given:
            return await self._rest()
        self._given = True
        return {"type": "http.request", "body": self.held, "more_body": False}


@dataclass(frozen=True)
class Asked:
    """The address of the page that a call asks for."""

    path: str
    query: Mapping[str, str]


async def replayed(receive: Receive) -> Body:
    """Read a request's whole body; 413 if it is far too long."""
    held = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        held += message.get("body", b"")
        if len(held) > _MOST:
            raise Refused(413, "too long", f"more than {_MOST} bytes")
        if not message.get("more_body", False):
            return Body(bytes(held), receive)


def asked_page(body: bytes) -> Asked | None:
    """The page whose content is asked for; None for a call of another kind."""
    try:
        told = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refused(400, "not JSON", "expected a call of Dash's") from error
    values: dict[str, set[str]] = {"pathname": set(), "search": set()}
    for one in _parts(told):
        if isinstance(one, dict) and one.get("property") in values:
            values[one["property"]].add(str(one.get("value") or ""))
    if not values["pathname"]:
        return None
    if any(len(given) > 1 for given in values.values()):
        raise Refused(400, "two pages", "a call is about one page")
    (path,), query = values["pathname"], "".join(values["search"]).removeprefix("?")
    return Asked(path, dict(parse_qsl(query, keep_blank_values=True)))


def _parts(told: Any) -> list[Any]:
    if not isinstance(told, dict):
        raise Refused(400, "not a call", "expected a call of Dash's")
    found: list[Any] = []
    for kind in ("inputs", "state"):
        given = told.get(kind)
        for one in given if isinstance(given, list) else []:
            found += one if isinstance(one, list) else [one]
    return found
