"""HTTP answers: status, the headers that others rely on, and the shape of the body.

The shape of JSON is its keys and types: ``{"open": "int", "rows": [{"id": "str"}]}``; a key that is
not in every element of a list ends in "?", keys that are codes become one key "<code>".
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from .plain import plain, write_json
from .site import ADMIN, INTAKE, Site, wait

_HEADERS = (
    *("allow", "cache-control", "content-disposition", "content-encoding", "content-type"),
    *("location", "retry-after", "set-cookie", "vary", "www-authenticate", "x-gridwall-rows"),
)
#: most answers have the same ones: recorded by value, with the names of the answers
_SECURITY = (
    *("content-security-policy", "cross-origin-opener-policy", "permissions-policy"),
    *("referrer-policy", "strict-transport-security", "x-content-type-options", "x-frame-options"),
)
_FIELD = re.compile(r"[a-z][a-zA-Z_]*")
_TEXT_LINES = 40
_OURS = {"X-Gridwall": "1"}
_ADMIN = {"Authorization": f"Bearer {ADMIN}"}
_INTAKE = {"Authorization": f"Bearer {INTAKE}"}


@dataclass(frozen=True)
class Question:
    """A request; names in braces are the city's facts."""

    name: str
    path: str
    method: str = "GET"
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()


def _write(name: str, path: str, body: str, headers: dict[str, str] | None = None) -> Question:
    return Question(name, path, "POST", body, tuple((headers or _OURS).items()))


OPEN = (
    *(Question(name, f"/{name}") for name in ("healthz", "readyz", "metrics")),
    *(
        Question(name.replace("/", "-"), f"/api/v1/{name}")
        for name in ("wall", "scenes", "screen", "me", "people", "audit", "warnings", "outbox")
    ),
    *(Question(f"past-{n}", f"/api/v1/past/{n}") for n in ("range", "frames", "marks")),
    *(Question(n, f"/api/v1/{n}") for n in ("queue", "queue/changes", "views", "briefs")),
    Question("wall-area", "/api/v1/wall?area={area}"),
    Question("wall-as-of", "/api/v1/wall?as_of={moment}"),
    Question("wall-as-of-bad", "/api/v1/wall?as_of=yesterday"),
    Question("wall-area-unknown", "/api/v1/wall?area=nowhere"),
    Question("event", "/api/v1/events/{event}"),
    Question("event-actions", "/api/v1/events/{event}/actions"),
    Question("event-unknown", "/api/v1/events/no-such-event"),
    Question("event-actions-unknown", "/api/v1/events/no-such-event/actions"),
    Question("ledger", "/api/v1/grids/{grid}/ledger"),
    Question("ledger-unknown", "/api/v1/grids/no-such-grid/ledger"),
    Question("place", "/api/v1/places/{area}"),
    Question("place-unknown", "/api/v1/places/nowhere"),
    Question("scores", "/api/v1/scores?period=month&at={month}"),
    Question("scores-bad", "/api/v1/scores?period=never"),
    Question("explain", "/api/v1/scores/explain?subject={department}&at={month}"),
    Question("explain-unknown", "/api/v1/scores/explain?subject=nobody&at={month}"),
    Question("queue-page", "/api/v1/queue?limit=3&lang=en&level=blue,yellow"),
    Question("queue-bad-filter", "/api/v1/queue?level=purple"),
    Question("queue-bad-limit", "/api/v1/queue?limit=many"),
    Question("frames", "/api/v1/past/frames?from={moment_ms}&step=60&count=2&player=record"),
    Question("frames-bad", "/api/v1/past/frames?from=0&player=record"),
    Question("marks", "/api/v1/past/marks?day={day8}&lang=en"),
    Question("marks-bad", "/api/v1/past/marks?day=20189999"),
    Question("brief", "/api/v1/briefs/{brief}"),
    Question("brief-unknown", "/api/v1/briefs/no-such-brief"),
    *(Question(f"brief-{k}", f"/api/v1/briefs/{{brief}}/paper.{k}") for k in ("pdf", "docx")),
    Question("brief-bad-kind", "/api/v1/briefs/{brief}/paper.exe"),
    *(
        Question(f"export-{page}", f"/api/v1/export/{page}.csv?lang=en")
        for page in ("overview", "queue", "departments", "warnings")
    ),
    Question("export-xlsx", "/api/v1/export/queue.xlsx"),
    Question("export-unknown", "/api/v1/export/nothing.csv"),
    Question("export-bad-filter", "/api/v1/export/queue.csv?level=purple"),
    Question("steer", "/api/v1/steer", headers=tuple(_OURS.items())),
    Question("steer-not-ours", "/api/v1/steer"),
    Question("devices", "/api/v1/devices", headers=tuple(_OURS.items())),
    Question("devices-wrong-token", "/api/v1/devices", headers=(("Authorization", "Bearer x"),)),
    Question("pairing", "/api/v1/pairing"),
    Question("map-setup", "/map/setup.json"),
    Question("map-tile", "/map/tiles/1/1/1"),
    Question("map-overlay", "/map/overlay/0.geojson"),
    Question("areas", "/city/areas.geojson"),
    Question("assets-unknown", "/assets/no-such-file.js"),
    Question("unknown", "/api/v1/no-such-call"),
    Question("unknown-page", "/no-such-page", headers=(("Accept", "text/html"),)),
    Question("wrong-method", "/api/v1/wall", "POST"),
    *(Question(f"page-{n}", f"/{n}") for n in ("", "wall", "steer", "styleguide", "sign-in")),
    _write("actions-no-token", "/api/v1/actions", "[]", {"Accept": "*/*"}),
    _write("actions-not-json", "/api/v1/actions", "{", _INTAKE),
    _write("actions-none", "/api/v1/actions", "[]", _INTAKE),
    _write("actions-invalid", "/api/v1/actions", '[{"action_id": "a"}, 7]', _INTAKE),
    _write("actions-repeated", "/api/v1/actions", "{repeated}", _INTAKE),
    _write("act-not-json", "/api/v1/events/{event}/act", "{"),
    _write("act-unknown-kind", "/api/v1/events/{event}/act", '{"action_id": "a", "kind": "x"}'),
    _write("act-not-ours", "/api/v1/events/{event}/act", "{}", {"Accept": "*/*"}),
    _write("briefs-not-json", "/api/v1/briefs", "{"),
    _write("briefs-bad-period", "/api/v1/briefs", '{"at": "never"}'),
    _write("views-saved", "/api/v1/views", '{"name": "late", "query": "?clock=overdue"}'),
    _write("views-bad", "/api/v1/views", '{"name": "", "query": "?level=purple"}'),
    _write("steer-not-json", "/api/v1/steer", "{"),
    _write("steer-unknown-scene", "/api/v1/steer", '{"scene": "nothing"}'),
    _write("devices-bad", "/api/v1/devices", '{"code": "AAAAAA", "name": "hall"}', _ADMIN),
    _write("devices-invalid", "/api/v1/devices", '{"name": 7}', _ADMIN),
    _write("wall-errors", "/api/v1/wall-errors", '{"what": "draw", "message": "none"}'),
    _write("wall-errors-bad", "/api/v1/wall-errors", "{"),
    _write("sign-in-wrong", "/api/v1/sign-in", '{"name": "nobody", "password": "x"}'),
)

#: requested without signing in once an account exists, then with the admin token
GUARDED = (
    *(Question(f"nobody-{n}", f"/api/v1/{n}") for n in ("wall", "queue", "people", "me", "audit")),
    *(Question(f"nobody-page-{n}", f"/{n}") for n in ("", "wall", "queue", "sign-in")),
    Question("nobody-openapi", "/openapi.json"),
    Question("nobody-stream", "/stream"),
    _write("nobody-act", "/api/v1/events/{event}/act", "{}"),
    _write("nobody-pairing", "/api/v1/pairing", ""),
    *(
        Question(f"admin-{n}", f"/api/v1/{n}", headers=tuple(_ADMIN.items()))
        for n in ("people", "audit", "me", "devices", "steer", "screen", "views", "outbox")
    ),
    _write("admin-steer", "/api/v1/steer", '{"scene": "map", "seconds": 60}', _ADMIN),
    _write("admin-people-bad", "/api/v1/people", '{"name": ""}', {**_ADMIN, **_OURS}),
)


def prepare(site: Site) -> None:
    """Find the city's facts, and have a brief made."""
    wall = site.get("/api/v1/wall")
    day = str(wall["as_of"])[:10]
    yesterday = f"{day[:8]}{int(day[8:]) - 1:02}"
    events = site.get("/api/v1/queue?limit=200")["rows"]
    story = site.get(f"/api/v1/events/{events[0]['id']}/actions")
    busiest = max(wall["by_department"], key=lambda code: wall["by_department"][code]["reported"])
    site.facts = {
        "moment": f"{yesterday} 12:00",
        "moment_ms": str(wall["now_ms"] - 86_400_000),
        "month": day[:7],
        "day8": yesterday.replace("-", ""),
        "department": busiest,
        "three": ",".join(sorted(wall["by_department"])[:3]),
        "area": max(wall["by_place"], key=lambda code: wall["by_place"][code]["open"]),
        "event": events[0]["id"],
        "grid": next(g for g in (_grid(site, row["id"]) for row in events) if g),
        "repeated": json.dumps(_repeated(story)),
    }
    asked = httpx.post(f"{site.url}/api/v1/briefs", json={"at": yesterday}, headers=_OURS)
    site.facts["brief"] = asked.json()["id"]
    wait(lambda: site.get(f"/api/v1/briefs/{asked.json()['id']}")["entry"]["state"] == "done")


def write_openapi(site: Site, out: Path) -> None:
    """openapi.json; the same for every city."""
    write_json(out / "openapi.json", site.get("/openapi.json"))


def write_open(site: Site, out: Path) -> None:
    """api/<city>/<name>.json while no sign-in is needed, and the stream's first events."""
    _ask(site, OPEN, out)
    events: dict[str, Any] = {}
    with httpx.stream("GET", f"{site.url}/stream", timeout=20) as answer:
        for kind, data in _events(answer):
            events[kind] = shape(data)
            if {"frame", "beat"} <= set(events):
                break
    write_json(out / "api" / site.city / "stream.json", events)


def write_guarded(site: Site, out: Path) -> None:
    """The same once there is an account."""
    _ask(site, GUARDED, out)


def shape(value: Any) -> Any:
    """Keys and types of a JSON value."""
    if isinstance(value, dict):
        fields = {k: shape(v) for k, v in value.items() if _FIELD.fullmatch(k)}
        codes = [shape(v) for k, v in value.items() if k not in fields]
        return {**fields, "<code>": _merged(codes)} if codes else fields
    if isinstance(value, list):
        return [_merged([shape(one) for one in value])] if value else []
    return "null" if value is None else type(value).__name__


def _merged(shapes: list[Any]) -> Any:
    """One shape for values of several; alternatives as a sorted text or list."""
    different = [one for n, one in enumerate(shapes) if one not in shapes[:n]]
    if len(different) == 1:
        return different[0]
    if all(isinstance(one, dict) for one in different):
        keys = {key for one in different for key in one}
        bare = {key: [one[key] for one in different if key in one] for key in keys}
        return {
            key if len(found) == len(different) else f"{key.removesuffix('?')}?": _merged(found)
            for key, found in bare.items()
        }
    if all(isinstance(one, list) for one in different):
        inner = [one for each in different for one in each]
        return [_merged(inner)] if inner else []
    texts = {one if isinstance(one, str) else json.dumps(one, sort_keys=True) for one in different}
    return " | ".join(sorted({part for text in texts for part in text.split(" | ")}))


def _ask(site: Site, questions: tuple[Question, ...], out: Path) -> None:
    security: dict[str, list[str]] = defaultdict(list)
    with httpx.Client(base_url=site.url, timeout=60) as client:
        for one in questions:
            path = one.path.format_map(site.facts)
            body = site.facts.get(one.body.strip("{}"), one.body).encode()
            headers = {"Accept": "*/*", **dict(one.headers)}
            if body:
                headers["Content-Type"] = "application/json"
            answer = client.request(one.method, path, content=body, headers=headers)
            client.cookies.clear()
            found = {
                "request": f"{one.method} {one.path}",
                "status": answer.status_code,
                "headers": {n: plain(answer.headers[n]) for n in _HEADERS if n in answer.headers},
                "body": _body(answer),
            }
            name = one.name.replace("/", "-").rstrip("-") or "root"
            write_json(out / "api" / site.city / f"{name}.json", found)
            for header in _SECURITY:
                value = plain(answer.headers.get(header, "(none)"))
                security[f"{header}: {value}"].append(name)
    write_json(out / "api" / site.city / f"headers-{questions[0].name}.json", security)


def _body(answer: httpx.Response) -> Any:
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind.endswith("json"):
        return shape(answer.json())
    if kind == "text/csv":
        return [plain(line) for line in answer.text.splitlines()[:_TEXT_LINES]]
    if kind == "text/plain" and "# TYPE" in answer.text:
        return sorted({re.sub(r"[ {].*", "", x) for x in answer.text.splitlines() if x[:1] != "#"})
    return kind if answer.content else ""


def _events(answer: httpx.Response) -> Iterator[tuple[str, Any]]:
    kind = ""
    for line in answer.iter_lines():
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            yield kind, json.loads(value)


def _grid(site: Site, event_id: str) -> str:
    place = site.get(f"/api/v1/events/{event_id}").get("place") or []
    return str(place[3]) if len(place) == 4 else ""


def _repeated(story: Any) -> dict[str, Any]:
    """An action that the store knows, as a source sends it."""
    known = next(one for one in story["actions"] if one["kind"] != "report")
    names = {"action_id": known["action_id"], "event_id": story["event_id"]}
    return {**names, "kind": known["kind"], "ts": known["at"]}
