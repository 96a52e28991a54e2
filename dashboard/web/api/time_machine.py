"""The time machine over HTTP: frames of the past, a day's marks, and how far back there are data.

Frames are made one at a time in a thread, so the live streams of this worker go on meanwhile.
"""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, Response
from starlette.concurrency import run_in_threadpool

from dashboard.config.cities import City
from dashboard.config.words import catalogue, language
from dashboard.config.words.figures import NOTHING
from dashboard.config.words.plurals import say
from dashboard.core.past.marks import Mark
from dashboard.core.questions.grid.base_counts import BaseCounts
from dashboard.web.answers.errors import PROBLEMS, Refused
from dashboard.web.answers.parameters import TIME_END, Day
from dashboard.web.people.model import Capability, require
from data_sources.live.scopes import Scopes
from data_sources.past.asof import Past
from data_sources.past.day_marks import Marks
from data_sources.past.reel import IDLE_S, PastFrame, Reel, Seats
from layouts.look.city import CityView, pick

MOST_FRAMES = 10
_LONGEST_STEP_S = 86_400
_GZIP_LEVEL = 5

From = Annotated[
    int, Query(alias="from", gt=0, lt=TIME_END, description="ms UTC of the first frame")
]
Step = Annotated[
    float,
    Query(ge=0, le=_LONGEST_STEP_S, description="domain seconds from one frame to the next"),
]
Count = Annotated[int, Query(ge=1, le=MOST_FRAMES, description="how many frames")]
Base = Annotated[
    int, Query(ge=0, lt=2**53, description="`v` of the frame the player has; 0: send everything")
]
Player = Annotated[
    str,
    Query(min_length=1, max_length=64, description="the player's id, the same in every request"),
]


def router(past: Past, view: CityView, city: City, base: BaseCounts | None = None) -> APIRouter:
    """``/api/v1/past/frames``, ``/api/v1/past/marks`` and ``/api/v1/past/range``."""
    routes = APIRouter(responses=PROBLEMS)
    words = partial(mark_words, view, past.site.named)
    reel, marks, seats = Reel(past, Scopes(city, base).ground), Marks(past), Seats()
    # a day's marks take seconds in a large store; a frame must not wait for them
    one_at_a_time, one_day_at_a_time = asyncio.Lock(), asyncio.Lock()

    @routes.get("/api/v1/past/range")
    async def reach() -> Response:
        """The first and the last moment with data, ms UTC; ``first`` is null in an empty store."""
        first, now = await run_in_threadpool(lambda: (past.first(), past.now()))
        return JSONResponse({"first": first, "now": now})

    @routes.get("/api/v1/past/frames")
    async def frames(
        request: Request,
        start: From,
        step: Step = 0.0,
        count: Count = 1,
        area: str = "",
        base: Base = 0,
        *,
        player: Player,
    ) -> Response:
        """The wall's panels at successive moments, each as a patch on the one before.

        The first is a patch on ``base``, if that is still known. Moments in the future are left
        out. 429 while too many players are active.
        """
        area = area or require(Capability.SEE).area
        require(Capability.SEE, area)
        if step == 0 and count > 1:
            raise _wrong("step", f"seconds, up to {_LONGEST_STEP_S}")
        if not seats.take(player):
            reason = "as many players as this worker serves are looking back"
            raise Refused(429, "busy", reason, round(IDLE_S))
        before = reel.sent(base, area)
        out: list[PastFrame] = []
        now = await run_in_threadpool(past.now)
        for number in range(count):
            at = start + round(1000 * step * number)
            if out and at > now:
                break
            async with one_at_a_time:
                still = await run_in_threadpool(reel.frame, at, area)
            # in a thread too: comparing two walls takes longer than a beat may wait
            out.append(await run_in_threadpool(still.after, before))
            before = still
        return await run_in_threadpool(_packed, request, {"frames": out, "now": now})

    @routes.get("/api/v1/past/marks")
    async def day(request: Request, day: Day, area: str = "", lang: str = "zh") -> Response:
        """The marks of a local day (YYYYMMDD): red reports, escalations, warnings."""
        area = area or require(Capability.SEE).area
        require(Capability.SEE, area)
        try:
            async with one_day_at_a_time:
                found = await run_in_threadpool(marks.day, day, area)
        except ValueError as error:
            raise _wrong("day", "YYYYMMDD") from error
        body: dict[str, Any] = msgspec.to_builtins(found)
        for slot, row in zip(found.slots, body["slots"], strict=True):
            row["named"] = [msgspec.to_builtins(mark) | words(mark, lang) for mark in slot.named]
        return await run_in_threadpool(_packed, request, body)

    return routes


def _wrong(field: str, expected: str) -> Refused:
    return Refused(400, "invalid", f"expected {expected}", field=field)


def _packed(request: Request, found: Any) -> Response:
    body = msgspec.json.encode(found)
    headers = {"Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = gzip.compress(body, _GZIP_LEVEL)
    return Response(body, media_type="application/json", headers=headers)


def mark_words(
    view: CityView, named: Callable[[str], str], mark: Mark, lang: str
) -> dict[str, str]:
    """A mark in a language: ``words`` (what it was), ``where`` (the finest place with a name)."""
    lang = language(lang)
    text = catalogue(lang)
    what = mark.clock if mark.what == "step" else mark.what
    words = say(
        text,
        f"review.past.told_{what}",
        category=pick(view.categories.get(mark.category, {}), lang) or mark.category or NOTHING,
        step=mark.step,
        observed=mark.observed,
        expected=mark.expected,
    )
    place = named(mark.place)
    return {"words": words, "where": pick(view.places.get(place, {}), lang) or place}
