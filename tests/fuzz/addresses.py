"""Addresses that no page of ours has: every route with values that people and scanners try.

`addresses(openapi)` yields them from the table of rights and the OpenAPI document, so that a new
route or parameter is tried without a line here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dashboard.core.questions.ask import Ask, Own
from dashboard.web.app import RIGHTS
from dashboard.web.security.rights import Row

#: percent-encoded, as they are sent
VALUES: tuple[str, ...] = (
    *("", "0", "-1", "1", "1.5", "1e400", "NaN", "Infinity", "-0", "+1", "1_000", "0x10"),
    *("9007199254740993", "9223372036854775807", "9223372036854775808", "9" * 30, "-" + "9" * 30),
    *("9" * 310, "9" * 4400, quote("٣"), quote("²"), quote("①")),
    *("%00", "a%00b", "%FF", "%ED%A0%80", "%0a", "%0d%0aX:%20y", "%E2%80%AE", quote("🀄" * 50)),
    *("..", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e", "a/b", "a//b", "%2F", "%25", "%", "%zz"),
    *("a" * 300, "a" * 3000, "-", ",", "a,b,,c", "*", "?", "%23", "%27", "%22", "%3Cscript%3E"),
    *("true", "null", "[]", "%7B%7D", "%7B%22a%22%3A", "[" * 500, "%7B%22total%22%3A1%7D"),
    *("0000-01-01", "0001-01-01", "1969-12-31", "1970-01-01", "2018-02-30", "2018-01-15"),
    *("9000-12-31", "9001-01-01", "9999-12-31", "10000-01-01", "-2018-01-15", "2018-1-5"),
    *("0000-W01", "0001-W01", "2018-W53", "9000-W52", "9999-W53", "0000-00", "2018-13", "9999-12"),
    *("0000", "0001", "1970", "1971", "9000", "9999", "10000", "00000101", "99991231", "20180230"),
    *("0001-01-01..9999-12-31", "2018-01-05..2018-01-20", "2018-01-20..2018-01-05", ".."),
    *("9000-12-30..9000-12-31", "1970-01-01..1970-01-02", "1970-01..1970-01", "year", "last-month"),
    *("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-12:00", "2018-01-02 14:05", "24:00"),
    *("2026-01-01T00:00:00.000001Z", "0-0", "0-1", "g0:0-0", "g0:99999999999999999999-0", "g0:-"),
    *("18446744073709551615-0", "18446744073709551616-0", "MDph", "MTAwMDAwMDAwMDAwMDA6YQ", "===="),
    *("150402", "150402001001001", "D1", "e-0", "parked", "overview.csv", "queue.xlsx", "none.pdf"),
)  # fmt: skip
#: parameters of the pages, which the queue and the exports have too
_GROUPS = ("own", "weights", "other")
_ASKED = (*Ask.__struct_fields__, *Own.__struct_fields__)
_OWN = tuple(name for name in _ASKED if name not in _GROUPS)
PAGE_PARAMETERS = (*_OWN, "w_handling", "w_outcome", "func", "self", "page", "unknown", "a b")
_SHELLS = ("/wall", "/wall/", "/steer")
_READS_ALL = ("/api/v1/queue", "/api/v1/queue/changes", "/api/v1/export/{name}")
#: what a parameter must have for others to be looked at
_NEEDED = {
    "/api/v1/queue/changes": "since=g0:0-0&at=1",
    "/api/v1/past/frames": "from=1700000000000&player=p",
    "/api/v1/past/marks": "day=20231115",
    "/api/v1/scores/explain": "subject=D1&at=2023-11",
    "/api/v1/views": "name=x",
}
#: values of names in a path that exist, so that the parameters are looked at
_REAL = {
    "path": "x", "name": "overview.csv", "z": "1", "x": "1", "y": "1", "number": "0",
    "event_id": "e-0", "code": "150402001001001", "brief_id": "b", "kind": "pdf", "chart_id": "c",
}  # fmt: skip
_SUITES = (
    *("0/0/0", "dash/0", "dash/x.js", "dash/", "dash//", "os/path.py", "sys/x", "%00/%00"),
    *("dash/dash-renderer/build/../../dash.py", "dash/..%2f..%2fx", "dash/a.v1m1.js"),
    *("dash_leaflet/x", "../x", "dash/" + "a" * 3000, "dash/deps/x.v1_2_3m4.min.js", "dash/.", "1"),
    "dash/a.v.js",
)  # fmt: skip


@dataclass(frozen=True)
class Address:
    """One request without a body; `page`: through Dash's call for the page's content."""

    method: str
    path: str
    query: str = ""
    page: bool = False

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path


def addresses(openapi: dict[str, Any]) -> Iterator[Address]:
    """Every route with every value in every place, one place at a time."""
    for row in RIGHTS:
        for method in row.methods:
            # a page's address gives the same shell for every query; its content is Dash's call
            content = row.page and row.needs is not None and row.path not in _SHELLS
            for one in _of(row, method, openapi):
                yield Address(method, one.path, one.query, page=content)
            if row.path != "/stream":
                yield Address(method, _filled(row, {}), "area=x&area=&lang=%00&range=9999")
    for rest in _SUITES:
        yield Address("GET", f"/_dash-component-suites/{rest}")
        yield Address("GET", f"/assets/{rest}")
        yield Address("GET", f"/assets/v-x/{rest}")
    for rest in VALUES:
        yield Address("GET", f"/{rest}")
        yield Address("GET", f"/_dash-{rest}")
        yield Address("HEAD", f"/{rest}")
    for method in ("HEAD", "PUT", "PATCH", "OPTIONS", "TRACE", "DELETE"):
        for row in RIGHTS:
            if row.path != "/stream":
                yield Address(method, _filled(row, {}))


def _of(row: Row, method: str, openapi: dict[str, Any]) -> Iterator[Address]:
    needed = _NEEDED.get(row.path, "") if method == "GET" else ""
    names = re.findall(r"\{(\w+)", row.path)
    for name in names:
        for value in VALUES:
            yield Address(method, _filled(row, {name: value}), needed)
    path = _filled(row, {})
    if row.path == "/stream":  # an answer without an end
        return
    for parameter in _parameters(row, method, openapi):
        for value in VALUES:
            own = f"{parameter}={value}"
            kept = [p for p in needed.split("&") if p and not p.startswith(f"{parameter}=")]
            yield Address(method, path, "&".join([*kept, own]))
    yield Address(method, path, "&".join(f"p{n}=1" for n in range(2000)))
    yield Address(method, path, "a&=&=b&&a=1&a=2&%00=%00&%FF=%FF&%ED%A0%80=1")


def _filled(row: Row, values: dict[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        return values.get(found[1], _REAL.get(found[1], "x"))

    return re.sub(r"\{(\w+)(?::path)?\}", value, row.path)


def _parameters(row: Row, method: str, openapi: dict[str, Any]) -> Iterator[str]:
    known = openapi["paths"].get(row.path.replace(":path", ""), {}).get(method.lower(), {})
    found = {p["name"] for p in known.get("parameters", ()) if p["in"] == "query"}
    if row.page or row.path in _READS_ALL:
        found |= set(PAGE_PARAMETERS)
    if "/scores" in row.path:
        found |= {"weights.total.dispatch", "weights."}
    if "/sign-in" in row.path:
        found |= {"next", "state", "code", "error", "lang", "theme"}
    yield from sorted(found)
