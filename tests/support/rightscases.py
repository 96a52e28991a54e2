"""The people, places and requests of the matrix of rights; what each may expect.

What a role may is written here once more, by hand: the test would not be one if it asked the
program.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI

from dashboard.web.security.rights import Reach, Row, Screens

OWN, OTHER = "150402", "150403"
MINE, THEIRS = "event-of-mine", "event-of-theirs"
#: what no user of OWN may read in anything that counts
SECRETS = (THEIRS, "元宝山")

_SEE = {"see", "export"}
_ACT = _SEE | {"act"}
_MANAGE = _ACT | {"brief", "steer", "pair", "audit", "void"}
MAY = {
    "viewer": _SEE, "operator": _ACT, "manager": _MANAGE,
    "administrator": _MANAGE | {"people", "operate"},
    "screen": {"see"}, "nobody": set(),
}  # fmt: skip
#: a department works in the whole city: no user restricted to an area may see its score
_NEEDED = {
    "/api/v1/scores": {"by": "county", "period": "day"},
    "/api/v1/scores/explain": {"by": "county", "period": "day", "subject": OWN},
}
ROLES = ("viewer", "operator", "manager", "administrator")


@dataclass(frozen=True)
class Caller:
    """Who sends a request: a role, a screen or no one, and the area they are restricted to."""

    kind: str
    area: str

    @property
    def name(self) -> str:
        return f"{self.kind}{self.area}"


@dataclass(frozen=True)
class Try:
    """One request, and where it leads: own | other | city."""

    row: Row
    method: str
    path: str
    query: dict[str, str]
    where: str
    body: dict[str, Any]

    @property
    def summary(self) -> str:
        return f"{self.method} {self.path} {self.query}"


def callers() -> Iterator[Caller]:
    """Every role and screens, of the city and of an area; and a caller who is not signed in."""
    for kind in (*ROLES, "screen"):
        yield Caller(kind, "")
        yield Caller(kind, OWN)
    yield Caller("nobody", "")


def tries(row: Row, grids: dict[str, str]) -> Iterator[Try]:
    """A row's requests: to one's own area, to another, to the whole city."""
    names = set(re.findall(r"\{(\w+)", row.path))
    places = {"own": OWN, "other": OTHER, "city": ""}
    for method in row.methods:
        for where, area in places.items():
            filled = _filled(row, where, grids)
            if filled is None:
                continue
            path = re.sub(r"\{(\w+)(?::path)?\}", lambda m: filled[m[1]], row.path)  # noqa: B023
            asks = row.reach in (Reach.QUERY, Reach.OWN) and area
            body = {"area": area or OWN, "at": "2026-01"} if method == "POST" else {}
            query = {"area": area} if asks else {}
            yield Try(row, method, path, {**query, **_NEEDED.get(path, {})}, where, body)
            if row.reach in (Reach.PLAIN, Reach.CITY) and not names & {"event_id"}:
                break


def _filled(row: Row, where: str, grids: dict[str, str]) -> dict[str, str] | None:
    filled = {
        "path": "x", "name": "overview.csv" if "export" in row.path else "x", "z": "1", "x": "1",
        "y": "1", "number": "0", "brief_id": "none", "kind": "pdf", "chart_id": "x", "code": "D1",
    }  # fmt: skip
    match row.reach:
        case Reach.EVENT:
            events = {"own": MINE, "other": THEIRS}
            return {**filled, "event_id": events[where]} if where in events else None
        case Reach.PLACE:
            return {**filled, "code": grids[where]} if where in grids else None
        case Reach.NEAR:
            code = {"own": OWN, "other": OTHER}.get(where)
            return {**filled, "code": code} if code else None
    return filled


def allowed(who: Caller, one: Try) -> bool:
    """Whether the request is answered."""
    row = one.row
    if row.needs is None:
        return True
    if row.needs not in MAY[who.kind]:
        return False
    if who.kind == "screen":
        if row.screens is Screens.NO or (row.screens is Screens.UNBOUND and who.area):
            return False
        if row.reach is Reach.NEAR:
            return True
    if not who.area:
        return True
    match row.reach:
        case Reach.PLAIN:
            return True
        case Reach.CITY:
            return False
        case Reach.QUERY:
            # a wall's address is corrected instead
            return one.where == "own" or row.path in ("/wall", "/wall/")
        case Reach.OWN:
            return one.where != "other"
    return one.where == "own"


def routes(server: FastAPI) -> Iterator[tuple[str, str]]:
    """(method, path) of everything that the app answers."""
    for route in _walk(server.routes):
        for method in sorted(set(route.methods or ()) - {"HEAD", "OPTIONS"}):
            yield method, route.path


def _walk(found: Any) -> Iterator[Any]:
    for route in found:
        if hasattr(route, "effective_candidates"):
            yield from _walk(route.effective_candidates())
        elif getattr(route, "methods", None):
            yield route
