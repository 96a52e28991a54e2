"""What became of actions: pages of outcomes for a source or an operator, and waiting for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool

from dashboard.config.sources import Source, SourceBook
from dashboard.core.fold.became import OWN, RESULTS, Became, result_of
from dashboard.core.lifecycle.reasons import code_of
from dashboard.core.model.actions import Action, Kind
from dashboard.core.model.calendars import LocalTime
from dashboard.web.answers.errors import PROBLEMS, Refused
from dashboard.web.people.model import current
from dashboard.web.security.access import token_source
from data_sources.errors import RedisUnavailable
from data_sources.store.actions import ActionLog
from data_sources.store.outcome_log import BadCursor, OutcomeLog
from data_sources.store.outcomes import ActionOutcomes

#: the longest wait for what the fold did, and the pause between two looks, s
WAIT_S = 2.0
_LOOK_S = 0.03
MOST = 500


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that outcomes are read from."""

    log: Callable[[], ActionLog]
    outcomes: OutcomeLog
    single: ActionOutcomes
    local: LocalTime


def router(asked: Asked, book: SourceBook) -> APIRouter:
    """``GET /api/v1/outcomes``."""
    routes = APIRouter(responses=PROBLEMS)

    @routes.get("/api/v1/outcomes")
    async def outcomes(
        request: Request,
        source: Annotated[str, Query(max_length=200)] = "",
        result: Annotated[str, Query(max_length=20)] = "",
        cursor: Annotated[str, Query(max_length=4_000)] = "",
        limit: Annotated[int, Query(ge=1, le=MOST)] = 100,
        event_id: Annotated[str, Query(max_length=200)] = "",
        action_id: Annotated[str, Query(max_length=200)] = "",
    ) -> JSONResponse:
        """What became of actions; a source sees its own, an operator those of their area.

        Answers ``{"outcomes": […], "cursor", "more", "gap"}``. ``cursor`` is where the next page
        begins, also if nothing is left; ``$`` begins with what comes from now on. ``gap``: what
        came right after the cursor is not kept any more. With ``event_id`` and ``action_id`` the
        one action, however old; 404 if it is not known.
        """
        own = token_source(request, book)
        if own is not None and source not in ("", own.name):
            raise Refused(403, "not allowed", "a source sees its own outcomes only", field="source")
        if result and result not in RESULTS:
            expected = f"expected one of {', '.join(RESULTS)}"
            raise Refused(400, "invalid", expected, field="result")
        if bool(event_id) != bool(action_id):
            field = "action_id" if event_id else "event_id"
            raise Refused(400, "invalid", "expected event_id and action_id", field=field)
        wanted = own.name if own is not None else source
        if event_id:
            found = await run_in_threadpool(_one, asked, own, event_id, action_id)
        else:
            found = await run_in_threadpool(_page, asked, own, wanted, result, cursor, limit)
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    return routes


def _page(
    asked: Asked, own: Source | None, source: str, result: str, cursor: str, limit: int
) -> dict[str, Any]:
    def keep(one: Became) -> bool:
        return (not source or (one.source or OWN) == source) and result in ("", one.result)

    try:
        page = asked.outcomes.page(cursor, limit, keep)
    except BadCursor as error:
        raise Refused(400, "invalid", str(error), field="cursor") from error
    rows = page.rows
    if own is None and current().area:
        here = _inside(asked, {one.event_id for _, one in rows})
        rows = [(shard, one) for shard, one in rows if one.event_id in here]
    return {
        "outcomes": [_shown(shard, one, asked.local) for shard, one in rows],
        "cursor": page.cursor,
        "more": page.more,
        "gap": page.gap,
    }


def _inside(asked: Asked, events: set[str]) -> set[str]:
    """The events that happened in the person's area; one without a place did not."""
    states = asked.log().states(sorted(events))
    area = current().area
    return {name for name, state in states.items() if state is not None and area in state.place}


def _shown(shard: str, one: Became, local: LocalTime) -> dict[str, Any]:
    refused = one.result == "refused"
    return {
        "event_id": one.event_id,
        "action_id": one.action_id,
        "kind": one.kind,
        "source": one.source,
        "result": one.result,
        "reason": one.reason,
        "code": code_of(one.reason) if one.reason else "",
        # when it was applied, if that is not its own time
        "at": local.iso(one.at) if one.at and not refused else None,
        # until when a refused action may still become lawful
        "open_until": local.iso(one.at) if one.at and refused else None,
        "entry": f"{shard}:{one.entry}",
    }


def _one(asked: Asked, own: Source | None, event_id: str, action_id: str) -> dict[str, Any]:
    """The outcome of one action; 404 if it is unknown, or another source's."""
    sent = Action(action_id=action_id, event_id=event_id, kind=Kind.COMMENT, ts=1)
    (clean,) = asked.log().clean([sent])
    found = asked.single.whole(clean.event_id, clean.action_id)
    missing = Refused(404, "unknown", "no such action has been folded", field="action_id")
    if found is None:
        raise missing
    mark, action, reason = found
    if own is not None and action.source != own.name:
        raise missing
    if own is None and current().area and event_id not in _inside(asked, {event_id}):
        raise missing
    result = result_of(mark.outcome)
    at = mark.until if mark.until != mark.ts else 0
    one = Became(
        mark.entry, action.event_id, action.action_id, str(action.kind), action.source,
        result, reason, at,
    )  # fmt: skip
    shard = asked.log().keys_of(clean.event_id).name
    row = _shown(shard, one, asked.local)
    return {"outcomes": [row], "cursor": "", "more": False, "gap": False}


async def wait_for(
    asked: Asked, before: str, results: Sequence[dict[str, Any]], events: Sequence[str]
) -> None:
    """Add to each accepted or repeated item what the fold did to it, within `WAIT_S`.

    ``before`` is the cursor of before they were appended, ``events`` the event of each item.
    """
    await run_in_threadpool(_repeated, asked, results, events)
    open_ = {
        f"{asked.log().keys_of(event).name}:{row['id']}": row
        for row, event in zip(results, events, strict=True)
        if row["result"] == "accepted" and "id" in row
    }
    loop = asyncio.get_running_loop()
    end = loop.time() + WAIT_S
    waiting = _newest(open_)
    while waiting and loop.time() < end:
        try:
            folded = await run_in_threadpool(asked.outcomes.folded)
        except RedisUnavailable:
            break
        if all(_order(folded[shard]) >= order for shard, order in waiting.items()):
            wanted = [(name.split(":", 1)[0], name.split(":", 1)[1]) for name in open_]
            found = await run_in_threadpool(asked.outcomes.of_entries, before, wanted)
            for name, row in open_.items():
                if (one := found.get(name)) is not None:
                    row.update(_outcome(one, asked.local))
            break
        await asyncio.sleep(_LOOK_S)
    for row in results:
        if row["result"] in ("accepted", "repeated"):
            row.setdefault("outcome", "pending")


def _repeated(asked: Asked, results: Sequence[dict[str, Any]], events: Sequence[str]) -> None:
    for row, event in zip(results, events, strict=True):
        if row["result"] == "repeated" and (found := asked.single.of(event, row["action_id"])):
            row["outcome"] = result_of(found.outcome)
            if found.reason:
                row |= {"reason": found.reason, "code": code_of(found.reason)}


def _outcome(one: Became, local: LocalTime) -> dict[str, Any]:
    shown = _shown("", one, local)
    names = ("reason", "code", "at", "open_until")
    return {"outcome": one.result, **{name: shown[name] for name in names if shown[name]}}


def _newest(rows: dict[str, dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """The newest stream id that is waited for, of each shard."""
    out: dict[str, tuple[int, int]] = {}
    for name in rows:
        shard, _, entry = name.partition(":")
        out[shard] = max(out.get(shard, (0, 0)), _order(entry))
    return out


def _order(entry: str) -> tuple[int, int]:
    ms, _, number = entry.partition("-")
    return int(ms), int(number or 0)
