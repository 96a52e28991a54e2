"""The intake: takes one action or a batch, and acknowledges them once Redis has them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import tzinfo
from typing import Any, Literal

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from msgspec.structs import replace
from starlette.concurrency import run_in_threadpool

from dashboard.config.accepting import judged
from dashboard.config.cities import City
from dashboard.config.sources import Source, SourceBook
from dashboard.config.spans import span_of
from dashboard.core.lifecycle.steps import OTHER_CONTENT
from dashboard.core.model.actions import Action, ActionError, Precision, from_wire, same_content
from dashboard.core.model.codes import counted
from dashboard.core.model.precision import written_precision
from dashboard.web.answers.bodies import from_json
from dashboard.web.answers.errors import PROBLEMS, Refused
from dashboard.web.api.labels import FIELDS, POSITION, UNKNOWN
from dashboard.web.api.outcomes import Asked, wait_for
from dashboard.web.security.access import token_source
from data_sources.errors import RedisUnavailable
from data_sources.store.actions import ActionLog
from data_sources.store.connection import server_ms
from data_sources.store.trouble import cause

audit = structlog.get_logger("audit")

MAX_BATCH = 1000


def router(log: Callable[[], ActionLog], book: SourceBook, city: City, asked: Asked) -> APIRouter:
    """``POST /api/v1/actions``; without a token of any source, every write is refused."""
    routes = APIRouter(responses=PROBLEMS)

    @routes.post(
        "/api/v1/actions",
        responses={400: {"description": "No action is valid: the results; or a `Problem`"}},
    )
    async def actions(request: Request, wait: Literal["applied"] | None = None) -> JSONResponse:
        """Body: an action or a list of actions.

        Answers ``{"results": [{"action_id", "result", …}], "accepted", "repeated", "changed",
        "invalid"}`` with ``result`` accepted, repeated, changed (known by this name with other
        content, which is kept) or invalid (then ``field`` and ``reason``); ``left_out`` names a
        position that is not in or near the city, without which the action counts. 200 if any item
        was valid, 400 if none was, 503 if Redis is out of reach: send the whole batch again,
        what had arrived counts as repeated. With ``wait=applied`` each accepted or repeated item
        also has an ``outcome``, what the fold did to it within 2 s: applied, refused (then
        ``reason``, ``code``), parked, forwarded, time, or pending if it took longer.
        """
        client = request.client.host if request.client else "?"
        source = source_of(request, book)
        # in a thread: two megabytes take longer to read than a beat may wait
        items = await run_in_threadpool(from_json, await request.body())
        batch = items if isinstance(items, list) else [items]
        if not 1 <= len(batch) <= MAX_BATCH:
            expected = f"{len(batch)} actions, expected 1 to {MAX_BATCH}"
            raise Refused(400, "invalid", expected, field="body")
        try:
            before = await run_in_threadpool(asked.outcomes.ends) if wait else ""
            results, events = await run_in_threadpool(_take, log, source, city, batch)
            answers = [(row["result"], _field(row)) for row in results]
            await run_in_threadpool(asked.outcomes.answer, source.name, answers)
            if wait:
                await wait_for(asked, before, results, events)
        except RedisUnavailable as error:
            reason = f"{error}; nothing is acknowledged, send it again"
            raise Refused(503, "redis", reason, 2, cause=cause(error)) from error
        counts = {
            name: sum(1 for r in results if r["result"] == name)
            for name in ("accepted", "repeated", "changed", "invalid")
        }
        audit.info("write", client=client, source=source.name, **counts)
        valid = sum(counts.values()) - counts["invalid"]
        return JSONResponse({"results": results, **counts}, 200 if valid else 400)

    return routes


def source_of(request: Request, book: SourceBook) -> Source:
    """The source whose bearer token the request has; raises :class:`Refused`."""
    if not book.takes_any:
        raise Refused(503, "off", "intake is off: set GRIDWALL_INTAKE_TOKEN")
    source = token_source(request, book)
    if source is None:
        client = request.client.host if request.client else "?"
        audit.warning("write refused", client=client, reason="wrong token")
        raise Refused(401, "unauthorized", "a bearer token is needed")
    return source


def _stamped(item: dict[str, Any], source: Source, zone: tzinfo) -> Action:
    """The action of an item, with its source and how exact its time is; raises `ActionError`."""
    action = from_wire(item)
    precision = source.precision or written_precision(item["ts"], zone)
    return replace(
        action,
        source=source.name,
        precision=None if precision is Precision.MS else precision,
        skew=source.skew,
    )


def _take(
    log: Callable[[], ActionLog], source: Source, city: City, batch: list[Any]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Check every item, append the valid ones; the result and the event of each, in order."""
    target = log()
    span = span_of(source, city, server_ms(target.time()))
    results: list[dict[str, Any]] = []
    valid: list[tuple[int, Action]] = []
    for item in batch:
        name = item.get("action_id") if isinstance(item, dict) else None
        try:
            action = judged(_stamped(item, source, city.tz), source, city, span)
        except ActionError as error:
            entry = {"result": "invalid", "field": error.field, "reason": error.reason}
        else:
            entry = {"result": "accepted"}
            lat, lon = city.usable(action.lat, action.lon)
            if lat is None and action.lat is not None:
                action, entry = replace(action, lat=lat, lon=lon), {**entry, "left_out": POSITION}
            valid.append((len(results), action))
        results.append({"action_id": name, **entry})
    places = [index for index, _ in valid]
    clean = target.clean([action for _, action in valid])
    clean = [counted(action, city.known, source.name) for action in clean]
    for index, (_, sent), action in zip(places, valid, clean, strict=True):
        if action.event_id != sent.event_id:  # it held a person's number
            results[index]["event_id"] = action.event_id
    valid = list(zip(places, clean, strict=True))
    seen: dict[tuple[str, str], Action] = {}
    new: list[tuple[int, Action]] = []
    changed: list[Action] = []
    for (index, action), known in zip(valid, target.compared(clean), strict=True):
        key = (action.event_id, action.action_id)
        result = known
        if key in seen:
            result = "repeated" if same_content(seen[key], action) else "changed"
        if result == "new":
            seen[key] = action
            new.append((index, action))
            continue
        results[index]["result"] = result
        if result == "changed":
            results[index]["reason"] = OTHER_CONTENT
            changed.append(action)
    if changed:
        target.append_changed(changed)
    for (index, _), entry_id in zip(new, target.append([action for _, action in new]), strict=True):
        results[index]["id"] = entry_id
    target.note_unknown([action for _, action in new])
    events = dict(zip(places, (action.event_id for action in clean), strict=True))
    return results, [events.get(index, "") for index in range(len(results))]


def _field(row: dict[str, Any]) -> str:
    """The field of an invalid item as it is counted: one that no action has is "unknown".

    Of one that was taken without a field, that one.
    """
    if row["result"] != "invalid":
        return str(row.get("left_out", ""))
    field = str(row["field"])
    return field if field in FIELDS else UNKNOWN
