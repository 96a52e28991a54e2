"""No parameter of any route gives a 5xx: every route with every value that people try.

A page is asked for as a browser does, and through Dash's own call, where a failure shows as the
page's message that something went wrong. A sample of the addresses in CI, all of them with
`make fuzz` (`GRIDWALL_FUZZ=all`).
"""

from __future__ import annotations

import os
import random
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
import redis

from dashboard.config.words import catalogue
from tests.fuzz.addresses import Address, addresses
from tests.fuzz.site import fuzzed

WHOLE = os.environ.get("GRIDWALL_FUZZ") == "all"
SEED = 13
#: addresses tried in CI
_SAMPLE = 500
#: an answer that the server cannot give just now is no failure of the parameter
_MEANT = {("/readyz", 503), ("/api/v1/actions", 503)}
FAILED = catalogue("zh")["review.failed.title"]


def page_call(one: Address, output: str) -> dict[str, Any]:
    """Dash's call for the content of a page."""
    return {
        "output": output,
        "outputs": [
            {"id": "_pages_content", "property": "children"},
            {"id": "_pages_store", "property": "data"},
        ],
        "inputs": [
            {"id": "_pages_location", "property": "pathname", "value": one.path},
            {"id": "_pages_location", "property": "search", "value": f"?{one.query}"},
        ],
        "changedPropIds": [],
    }


def fault(client: httpx.Client, one: Address, output: str) -> str | None:
    """What is wrong with the answer to an address; None if nothing is."""
    try:
        if one.page:
            answer = client.post("/_dash-update-component", json=page_call(one, output))
        else:
            answer = client.request(one.method, httpx.URL(one.target), follow_redirects=False)
    except httpx.InvalidURL:
        return None  # httpx itself refuses to send it
    except httpx.HTTPError as error:
        return f"{type(error).__name__} {error}"
    if answer.status_code >= 500 and (one.path, answer.status_code) not in _MEANT:
        return f"{answer.status_code} {answer.text[:200]}"
    if one.page and FAILED in answer.json().get("response", {}).__repr__():
        return "page failed"
    if (
        (one.path, answer.status_code) not in _MEANT
        and answer.status_code >= 400
        and one.method not in ("HEAD", "CONNECT")
    ):
        kind = answer.headers.get("content-type", "")
        if kind.startswith("application/json"):
            body = answer.json()
            if not {"error", "field", "detail"} <= set(body):
                return f"no problem: {answer.text[:200]}"
        elif not kind.startswith("text/html"):
            return f"{answer.status_code} as {kind!r}"
    return None


@pytest.mark.timeout(3 * 3600 if WHOLE else 300)
def test_no_address_gives_a_fault(redis_url: str, redis_client: redis.Redis) -> None:
    with (
        fuzzed(redis_url, redis_client) as (address, client),
        httpx.Client(base_url=address, timeout=30) as stranger,
    ):
        openapi = client.get("/openapi.json").json()
        everything = list(dict.fromkeys(addresses(openapi)))
        if not WHOLE:
            everything = random.Random(SEED).sample(everything, _SAMPLE)
        output = next(
            d["output"]
            for d in client.get("/_dash-dependencies").json()
            if "_pages_content.children" in d["output"]
        )
        faults: dict[str, str] = {}
        ends = ("/sign-out", "/account/end", "/account/password")
        for one in everything:
            if not unquote(one.path).endswith(ends):
                wrong = fault(client, one, output)
                if wrong:
                    faults[f"{one.method} {one.target[:300]} {one.page}"] = wrong
            if not one.page and (wrong := fault(stranger, one, output)):
                faults[f"stranger {one.method} {one.target[:300]}"] = wrong
        assert not faults, f"{len(faults)} of {len(everything)}: " + "\n".join(
            f"{where} → {what}" for where, what in list(faults.items())[:400]
        )
