"""Settling a refused or unreadable item: corrected and sent again, or dismissed with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from dashboard.config.accepting import judged
from dashboard.config.cities import City
from dashboard.config.sources import API, Source, SourceBook
from dashboard.config.spans import span_of
from dashboard.core.model.actions import Action, ActionError
from dashboard.core.model.codes import counted
from dashboard.core.questions.corrections import corrected
from dashboard.web.answers.errors import PROBLEMS, Refused
from dashboard.web.api.forms import Sent, sent
from dashboard.web.api.outcomes import Asked, wait_for
from dashboard.web.people import record
from dashboard.web.people.model import Capability, current, require
from data_sources.store.connection import server_ms
from data_sources.store.refusals import Refusal, Refusals, Settled

_MOST_REASON = 200


def router(
    refusals: Refusals,
    asked: Asked,
    book: SourceBook,
    city: City,
    may_see: Callable[[Refusal], bool],
) -> APIRouter:
    """``POST /api/v1/intake/{name}``; ``may_see``: whether an item is in the person's area."""
    routes = APIRouter(responses=PROBLEMS)

    @routes.post("/api/v1/intake/{name}")
    async def settle(request: Request, name: str) -> Response:
        """Do ``what`` to an item: ``send`` (fields of an action) or ``dismiss`` (``reason``).

        What is sent has a name of its own, made of the old one and its content, so that sending the
        same twice does it once. Answers ``{"done", "name", "outcome", "reason"}``; a form gets a
        redirect to the page. 404 for an unknown item, 409 if it is settled, 400 with ``field``.
        """
        given = await sent(request)

        def found() -> Refusal:
            require(Capability.ACT)
            one = refusals.one(name)
            if one is None or not may_see(one):
                raise Refused(404, "unknown", "no such item", field="item")
            return one

        doing = {"send": _send, "dismiss": _dismiss}.get(given["what"])
        try:
            one = await run_in_threadpool(found)
            if doing is None:
                raise Refused(400, "invalid", "expected send or dismiss", field="what")
            done = await doing(_Desk(refusals, asked, book, city), one, given)
        except ActionError as error:
            return _wrong(given, name, error)
        if not given.form:
            return JSONResponse(done, headers={"Cache-Control": "no-store"})
        return RedirectResponse(
            _page(given, done=done["done"], became=done["outcome"], name=done["name"]), 303
        )

    return routes


class _Desk(msgspec.Struct, frozen=True):
    """What settling an item needs."""

    refusals: Refusals
    asked: Asked
    book: SourceBook
    city: City


async def _send(desk: _Desk, one: Refusal, given: Sent) -> dict[str, str]:
    entry, before = one.id.partition(":")[2], await run_in_threadpool(desk.asked.outcomes.ends)

    def append() -> tuple[Action, dict[str, Any]]:
        log = desk.asked.log()
        source = desk.book.named(one.source) or desk.book.named(API) or Source(name=API)
        now = server_ms(log.time())
        made = corrected(one.action, entry, given.fields, desk.asked.local)
        made = judged(made, source, desk.city, span_of(source, desk.city, now))
        if made.lat is not None and desk.city.usable(made.lat, made.lon) == (None, None):
            raise ActionError("lat", made.lat, "the position is not in or near the city")
        (action,) = log.clean([made])
        action = counted(action, desk.city.known, source.name)
        done = Settled("sent", now, name=action.action_id)
        if not desk.refusals.settle(one.id, done):
            raise Refused(409, "conflict", "it is settled already", field="item")
        try:
            (place,) = log.append([action])
            log.note_unknown([action])
        except BaseException:
            desk.refusals.unsettle(one.id)
            raise
        record.note("sent_again", action.event_id, action.action_id)
        return action, {"result": "accepted", "id": place, "action_id": action.action_id}

    action, row = await run_in_threadpool(append)
    await wait_for(desk.asked, before, [row], [action.event_id])
    outcome, reason = row["outcome"], row.get("reason", "")
    return {"done": "sent", "name": action.action_id, "outcome": outcome, "reason": reason}


async def _dismiss(desk: _Desk, one: Refusal, given: Sent) -> dict[str, str]:
    reason = given["reason"].strip()
    if not 1 <= len(reason) <= _MOST_REASON:
        raise ActionError("reason", "…", f"expected a reason of 1 to {_MOST_REASON} characters")

    def note() -> None:
        log = desk.asked.log()
        done = Settled("dismissed", server_ms(log.time()), reason=log.masked(reason))
        if not desk.refusals.settle(one.id, done):
            raise Refused(409, "conflict", "it is settled already", field="item")
        event = one.action.event_id if one.action is not None else one.id
        record.note("dismissed", event, done.reason)

    await run_in_threadpool(note)
    return {"done": "dismissed", "name": one.id, "outcome": "", "reason": ""}


def seen_by(log: Callable[[], Any]) -> Callable[[Refusal], bool]:
    """Whether an item is in the current person's area; one without a place is the whole city's."""

    def may_see(one: Refusal) -> bool:
        area = current().area
        if not area:
            return True
        if one.action is None:
            return False
        state = log().states([one.action.event_id])[one.action.event_id]
        return area in (state.place if state is not None else one.action.place)

    return may_see


def _wrong(given: Sent, item: str, error: ActionError) -> Response:
    if not given.form:
        raise Refused(400, "invalid", error.reason, field=error.field) from error
    return RedirectResponse(_page(given, wrong=error.reason, name=error.field, item=item), 303)


def _page(given: Sent, **result: str) -> str:
    look = {name: given[name] for name in ("lang", "theme", "source", "code") if given[name]}
    return f"/intake?{urlencode({**look, **{k: v for k, v in result.items() if v}})}"
