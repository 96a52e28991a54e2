"""Makes `/openapi.json`: FastAPI's document with bodies, answers, errors and who may call.

Comes in: the app's routes, the table of calls, the table of rights. Goes out: an OpenAPI 3.1
document, made once. Dash's own calls are not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from dashboard.web.answers.errors import Problem
from dashboard.web.contract.operations import FORM, JSON, OPERATIONS, Media, Operation
from dashboard.web.security.access import COOKIE, SESSION
from dashboard.web.security.rights import Row, Screens, Table

_REF = "#/components/schemas/{name}"
_INTAKE = "/api/v1/actions"
SCHEMES: dict[str, Any] = {
    "session": {
        "type": "apiKey", "in": "cookie", "name": SESSION,
        "description": "A person who has signed in. Writes need the header `X-Gridwall: 1` too.",
    },
    "screen": {
        "type": "apiKey", "in": "cookie", "name": COOKIE,
        "description": "A paired screen; it may only look.",
    },
    "admin": {
        "type": "http", "scheme": "bearer",
        "description": "The token in `GRIDWALL_ADMIN_TOKEN`.",
    },
    "source": {
        "type": "http", "scheme": "bearer",
        "description": "A source's own token, or the one in `GRIDWALL_INTAKE_TOKEN`.",
    },
}  # fmt: skip


def documented(server: FastAPI, rights: Table) -> Callable[[], dict[str, Any]]:
    """The function that FastAPI calls for its document."""
    made: list[dict[str, Any]] = []

    def openapi() -> dict[str, Any]:
        if not made:
            made.append(_document(server, rights))
        return made[0]

    return openapi


def _document(server: FastAPI, rights: Table) -> dict[str, Any]:
    # pydantic's own models keep the schemas that FastAPI has made of them
    found = get_openapi(title=server.title, version=server.version, routes=server.routes)
    components = found.setdefault("components", {}).setdefault("schemas", {})
    schemas = _schemas(components)
    components.setdefault("Problem", Problem.model_json_schema())
    by_path = {_plain(row.path): [] for row in rights}  # type: dict[str, list[Row]]
    for row in rights:
        by_path[_plain(row.path)].append(row)
    for path, calls in found["paths"].items():
        for method, call in calls.items():
            operation = OPERATIONS.get(f"{method.upper()} {path}")
            if operation is not None:
                _complete(call, operation, schemas)
            row = next(one for one in by_path[path] if method.upper() in one.methods)
            call["security"] = list(_security(path, row))
    found["components"]["securitySchemes"] = SCHEMES
    return found


def _plain(path: str) -> str:
    return path.replace(":path}", "}")


def _schemas(components: dict[str, Any]) -> dict[Any, Any]:
    """Type → its schema, of all types in the table; their parts go into `components`."""
    types: list[Any] = []
    for one in OPERATIONS.values():
        for kind in (one.body, *one.answers.values(), *one.errors.values()):
            if kind is not None and not isinstance(kind, Media) and kind not in types:
                types.append(kind)
    made, parts = msgspec.json.schema_components(types, ref_template=_REF)
    components.update(parts)
    # a list of pairs: a type such as `A | list[A]` has an equal of another identity
    return dict(zip(types, made, strict=True))


def _complete(call: dict[str, Any], one: Operation, schemas: dict[Any, Any]) -> None:
    if one.body is not None:
        kinds = (JSON, FORM) if one.form else (JSON,)
        content = {kind: {"schema": schemas[one.body]} for kind in kinds}
        call["requestBody"] = {"required": True, "content": content}
    given = {known["name"] for known in call.get("parameters", ())}
    more = [name for name in one.queries if name not in given]
    if more:
        call.setdefault("parameters", []).extend(
            {"name": name, "in": "query", "schema": {"type": "string"}} for name in more
        )
    answers = call["responses"]
    del answers["200"]
    for status, kind in one.answers.items():
        answers[str(status)] = _answer(kind, schemas)
    for status, kind in one.errors.items():
        both = {"anyOf": [schemas[kind], answers["4XX"]["content"][JSON]["schema"]]}
        answers[str(status)] = {"description": "Refused", "content": {JSON: {"schema": both}}}
    for kind in one.refusals:
        answers["4XX"]["content"] |= {kind: {"schema": {"type": "string"}}}
        answers["5XX"]["content"] |= {kind: {"schema": {"type": "string"}}}
    call["responses"] = dict(sorted(answers.items()))


def _answer(kind: Any, schemas: dict[Any, Any]) -> dict[str, Any]:
    if kind is None:
        return {"description": "Done, without a body"}
    if isinstance(kind, Media):
        content = {name: {"schema": {"type": "string"}} for name in kind.types}
        return {"description": "The file", "content": content}
    return {"description": "The answer", "content": {JSON: {"schema": schemas[kind]}}}


def _security(path: str, row: Row) -> Iterator[dict[str, list[str]]]:
    """Each alternative; none for a public call."""
    if path == _INTAKE:
        yield {"source": []}
    if row.public:
        return
    yield {"session": []}
    yield {"admin": []}
    if row.screens is not Screens.NO:
        yield {"screen": []}
