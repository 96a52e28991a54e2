"""The leaders' queue over HTTP: its rows, what changed since, and acting on an event."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from dashboard.config.words import catalogue, language
from dashboard.core.lifecycle.requests import Unlawful, wish
from dashboard.core.questions.ask import AskError, parse
from dashboard.core.questions.queue import MOST_ROWS, QueueAsk, queue_ask
from dashboard.web.answers.bodies import from_json
from dashboard.web.answers.errors import PROBLEMS, problem
from dashboard.web.answers.parameters import Moment, Offset, Text
from dashboard.web.pages.queue import Acts, Begun, Conflict, result_of
from dashboard.web.pages.reading import queue_words, records_since, truth_of
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Capability, current, require
from data_sources.desk.desk import Answer, Desk, DeskLoading
from data_sources.desk.queue import Cursor, TooManyChanges, changed, changed_since, queue_page
from layouts.pages.kit.shell import truth_words

#: an answer to an act waits this long for the projector
_PATIENCE_S = 2.0
_POLL_S = 0.03
#: answers longer than this are compressed, bytes
_PACKED = 1000


Limit = Annotated[int, Query(ge=1, le=MOST_ROWS)]


def router(site: ReviewSite) -> APIRouter:
    """``GET /api/v1/queue``, ``GET …/changes`` and ``POST /api/v1/events/{id}/act``."""
    routes = APIRouter(responses=PROBLEMS)
    acts = Acts(site)

    @routes.get("/api/v1/queue")
    async def page(
        request: Request, offset: Offset = 0, limit: Limit = 100, at: Moment = 0
    ) -> Response:
        """A page of a view of open events.

        ``{"total", "rows", "at", "now", "counts", "cursor", "since", "truth"}``.

        ``since`` is the first day of the city's records, YYYYMMDD; 0 means that nothing is
        recorded yet, which is not a queue without events. ``truth`` is the truth line:
        ``[as of, how far behind, whether that is a warning]``. The view's parameters are those of
        the page's address (``area``, ``level``, ``clock``, ``q``, ``sort`` …); request pages after
        the first with the first one's ``at``.
        """

        def found() -> Any:
            asked = _asked(site, request)
            words = queue_words(site, asked.ask.lang)
            got = _desk(site).ask(
                current().area,
                lambda r: queue_page(r, asked, words, offset, limit, at or None),
            )
            value = msgspec.to_builtins(got.value)
            cursor = "" if offset else Cursor(got.changed).text()
            since = records_since(site)
            return {
                **value,
                "cursor": cursor,
                "since": since,
                "truth": _truth(site, got, asked.ask.lang),
            }

        return await _answer(request, found)

    @routes.get("/api/v1/queue/changes")
    async def changes(request: Request, since: Text, at: Moment) -> Response:
        """Events that changed after ``since``, a ``cursor``.

        ``{"rows", "left", "total", "fresh", "counts", "now", "cursor", "many", "truth"}``;
        ``many``: too many changed, load the view again.
        """

        def found() -> Any:
            asked = _asked(site, request)
            words = queue_words(site, asked.ask.lang)
            desk, own = _desk(site), current().area
            many, ids = False, list[str]()
            try:
                start = Cursor.read(since)
                cursor = Cursor(desk.ask(own, lambda _: None).changed)
                ids = changed_since(site.store, site.settings.shards, start, cursor)
            except ValueError as error:
                raise AskError("since", since[:20], "expected a cursor") from error
            except TooManyChanges:
                many = True
            # read after the cursor, so the rows have at least the changes up to it
            got = desk.ask(own, lambda r: changed(r, asked, words, ids, at))
            value = msgspec.to_builtins(got.value)
            line = _truth(site, got, asked.ask.lang)
            return {**value, "cursor": cursor.text(), "many": many, "truth": line}

        return await _answer(request, found)

    @routes.post("/api/v1/events/{event_id:path}/act")
    async def act(event_id: str, request: Request, lang: str = "") -> Response:
        """Act on an event: body ``{"action_id", "kind", "to", "text", "seen"}``.

        The same ``action_id`` again does nothing more. Answers ``{"result", "repeated", "row",
        "undo", "since", "reason", "masked"}`` with ``result`` applied, refused (by the projector,
        with
        ``reason``), forwarded or waiting (the projector has not taken it yet); ``masked``: the
        comment named a person, who is masked. 409 if another user
        acted after ``seen``: the error has ``since`` (who did what) and ``row`` as well. 422 with
        ``field`` if the body is invalid; if the lifecycle does not allow the act, the error is
        ``refused`` and has ``code`` (why) and ``row``.
        """
        body = await request.body()
        words = queue_words(site, language(lang or site.settings.lang))

        def begun() -> Begun:
            require(Capability.ACT)
            return acts.begin(event_id, wish(from_json(body)))

        def current_row() -> Any:
            return msgspec.to_builtins(acts.row(event_id, words))

        try:
            started = await run_in_threadpool(begun)
            outcome, end = None, time.monotonic() + _PATIENCE_S
            while (outcome := await run_in_threadpool(acts.outcome, started)) is None:
                if time.monotonic() > end:
                    break
                await asyncio.sleep(_POLL_S)
            result = "waiting" if outcome is None else result_of(outcome)
            answer = {
                "result": result,
                "repeated": started.repeated,
                "row": await run_in_threadpool(current_row),
                "undo": msgspec.to_builtins(started.undo) if result == "applied" else None,
                "since": msgspec.to_builtins(await run_in_threadpool(acts.meanwhile, started)),
                "reason": "" if outcome is None else outcome.reason,
                "masked": started.masked,
            }
            return _json(answer, 202 if result == "waiting" else 200)
        except Conflict as conflict:
            since = msgspec.to_builtins(conflict.done)
            row = await run_in_threadpool(current_row)
            return problem(409, "conflict", str(conflict), more={"since": since, "row": row})
        except Unlawful as no:
            row = await run_in_threadpool(current_row)
            return problem(422, "refused", no.reason, more={"code": no.code, "row": row})

    return routes


def _desk(site: ReviewSite) -> Desk:
    """The desk; raises `DeskLoading` on a server without one."""
    if site.desk is None:
        raise DeskLoading(0.0)
    return site.desk


def _truth(site: ReviewSite, got: Answer[Any], lang: str) -> tuple[str, str, bool]:
    return truth_words(truth_of(got), catalogue(lang), site.view.zone)


def _asked(site: ReviewSite, request: Request) -> QueueAsk:
    given: Mapping[str, str] = request.query_params
    query = {k: v for k, v in given.items() if k not in ("offset", "limit", "at", "since")}
    query["lang"] = language(query.get("lang") or site.settings.lang)
    asked = queue_ask(parse(query, site.known))
    require(Capability.SEE, asked.ask.area or None)
    return asked


async def _answer(request: Request, make: Callable[[], Any]) -> Response:
    packed = "gzip" in request.headers.get("accept-encoding", "")
    return _json(await run_in_threadpool(make), packed=packed)


def _json(value: Any, status: int = 200, *, packed: bool = False) -> Response:
    body, headers = msgspec.json.encode(value), {"Cache-Control": "no-store"}
    if packed and len(body) > _PACKED:
        body = gzip.compress(body, compresslevel=5, mtime=0)
        headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(body, status, headers, "application/json")
