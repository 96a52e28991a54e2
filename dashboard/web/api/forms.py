"""What a page's form or a script sends: one flat mapping of texts, and how it wants its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from fastapi import Request

from dashboard.web.refused import Refused

_MOST = 16_000


@dataclass(frozen=True)
class Sent:
    """Fields by name; ``form``: a browser waits for a page, not for JSON."""

    fields: Mapping[str, str]
    form: bool

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


async def sent(request: Request) -> Sent:
    """Read a request's body; 400 for what is neither, 413 for too much."""
    held = bytearray()
    async for part in request.stream():
        held += part
        if len(held) > _MOST:
            raise Refused(413, "too long", f"more than {_MOST} bytes")
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/x-www-form-urlencoded":
            pairs = parse_qsl(held.decode(), keep_blank_values=True, max_num_fields=40)
            return Sent(dict(pairs), form=True)
        told: Any = msgspec.json.decode(held) if held else {}
    except (ValueError, msgspec.DecodeError) as error:
        raise Refused(400, "invalid", "expected a form or a JSON object") from error
    if not isinstance(told, dict):
        raise Refused(400, "invalid", "expected a JSON object")
    return Sent({k: v for k, v in told.items() if isinstance(v, str)}, form=False)


def own_path(next: str, default: str = "/") -> str:
    """Where to go then, if it is one of our own pages; nothing that leads elsewhere."""
    plain = next.isprintable() and "\\" not in next and not next.startswith("//")
    ours = next.startswith("/") and plain and not next.startswith(("/api/", "/sign-in", "/_"))
    return next if ours and len(next) <= 2000 else default
