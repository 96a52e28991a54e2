"""Reads what a page's form or a script sends: one flat mapping of texts, and where to go next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request

from dashboard.web.answers.bodies import from_json
from dashboard.web.answers.errors import Refused


@dataclass(frozen=True)
class Sent:
    """Fields by name; `form`: a browser waits for a page, not for JSON."""

    fields: Mapping[str, str]
    form: bool

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


async def sent(request: Request) -> Sent:
    """The fields of a form or of a JSON object; 400 if the body is neither.

    Values in JSON that are not texts are left out.
    """
    body = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/x-www-form-urlencoded":
            pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=40)
            return Sent(dict(pairs), form=True)
        found = from_json(body) if body else {}
    except ValueError as error:
        raise Refused(400, "invalid", "expected a form or a JSON object", field="body") from error
    if not isinstance(found, dict):
        raise Refused(400, "invalid", "expected a JSON object", field="body")
    return Sent({k: v for k, v in found.items() if isinstance(v, str)}, form=False)


def own_path(next: str, default: str = "/") -> str:
    """The redirect target, if it is a path on this site; otherwise `default`.

    Prevents open redirects.
    """
    plain = next.isprintable() and "\\" not in next and not next.startswith("//")
    ours = next.startswith("/") and plain and not next.startswith(("/api/", "/sign-in", "/_"))
    return next if ours and len(next) <= 2000 else default
