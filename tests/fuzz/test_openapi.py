"""Every call of `/openapi.json` against the served app: no fault, and every answer as documented.

schemathesis makes the cases: right ones and wrong ones. A seeded sample in CI, 20,000 cases with
`make fuzz` (`GRIDWALL_FUZZ=all`).
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.errors import InvalidSchema
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from dashboard.config.settings import Settings
from dashboard.web.app import RIGHTS, create_app
from dashboard.web.contract.operations import OPERATIONS
from data_sources.store.connection import connect
from tests.fuzz.site import TOKEN, folding, fuzzed
from tests.support.served import TOKEN as INTAKE

WHOLE = os.environ.get("GRIDWALL_FUZZ") == "all"
#: right cases and wrong ones of each call
CASES = int(os.environ.get("GRIDWALL_FUZZ_CASES", "220" if WHOLE else "2"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
#: an answer without an end; it has tests of its own
_ENDLESS = ("/stream",)


@dataclass
class Site:
    """The served app and its document."""

    address: str
    schema: Any
    http: requests.Session
    #: answers by status
    seen: Counter[int]


@pytest.fixture(scope="module")
def site(_redis_server: str) -> Iterator[Site]:
    with connect(_redis_server) as r:
        r.flushall()
        with (
            fuzzed(_redis_server, r, auth="required") as (address, client),
            folding(_redis_server),
        ):
            schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
            found = Site(address, schema, requests.Session(), Counter())
            yield found
            counts = ", ".join(f"{status}: {n}" for status, n in sorted(found.seen.items()))
            sys.stderr.write(f"{found.seen.total()} cases ({counts})\n")


def calls() -> list[tuple[str, str]]:
    return [tuple(one.split(" ", 1)) for one in OPERATIONS]  # type: ignore[misc]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), calls())
@pytest.mark.timeout(1200)
def test_every_answer_is_as_documented(
    site: Site, method: str, path: str, mode: GenerationMode
) -> None:
    if path in _ENDLESS:
        return
    operation = site.schema[path][method]
    token = INTAKE if path == "/api/v1/actions" else TOKEN
    headers = {"Authorization": f"Bearer {token}", "X-Gridwall": "1"}
    try:
        strategy = operation.as_strategy(generation_mode=mode)
    except InvalidSchema:
        # nothing of this call can be wrong
        if mode is GenerationMode.NEGATIVE:
            return
        raise

    @seed(13)
    @settings(
        max_examples=CASES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def run(case: Any) -> None:
        case.headers = {k: v for k, v in (case.headers or {}).items() if k not in headers}
        answer = case.call(
            base_url=site.address, session=site.http, headers=headers, timeout=30,
            allow_redirects=False,
        )  # fmt: skip
        site.seen[answer.status_code] += 1
        case.validate_response(answer, checks=CHECKS)

    try:
        run()
    except Unsatisfiable:
        # nothing of this call can be wrong
        assert mode is GenerationMode.NEGATIVE
    except FailureGroup as group:
        pytest.fail("\n".join(str(one) for one in group.exceptions)[:3000])


def test_the_document_has_every_call(redis_url: str) -> None:
    server = create_app(Settings(city="chifeng", redis_url=redis_url)).server
    document = server.openapi()
    json.dumps(document)
    missing, open_calls = [], []
    for path, found in document["paths"].items():
        for method, call in found.items():
            name = f"{method.upper()} {path}"
            if name not in OPERATIONS:
                missing.append(name)
            elif OPERATIONS[name].body is not None:
                assert call["requestBody"]["content"], name
            assert {"4XX", "5XX"} <= set(call["responses"]), name
            if not call["security"]:
                open_calls.append(name)
            for status, answer in call["responses"].items():
                for content in answer.get("content", {}).values():
                    assert content["schema"] or name in missing, (name, status)
    assert missing == [], "calls without a line in dashboard/web/contract/operations.py"
    paths = {f"{m.upper()} {p}" for p, found in document["paths"].items() for m in found}
    assert set(OPERATIONS) - paths == set(), "lines of calls that are gone"
    public = {f"{m} {row.path}" for row in RIGHTS if row.public for m in row.methods}
    assert set(open_calls) <= public
    assert not any(path.startswith("/_dash") for path in document["paths"])
    assert set(document["components"]["securitySchemes"]) == {
        "session",
        "screen",
        "admin",
        "source",
    }


def test_a_call_without_a_token_is_refused(site: Site) -> None:
    for path, found in site.schema.raw_schema["paths"].items():
        for method, call in found.items():
            if call["security"]:
                bare = path.replace("{z}", "1").replace("{x}", "1").replace("{y}", "1")
                answer = httpx.request(method.upper(), site.address + bare, follow_redirects=False)
                assert answer.status_code in (401, 422), (method, path, answer.status_code)
                assert {"error", "field", "detail"} <= set(answer.json()), path
