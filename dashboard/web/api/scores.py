"""Scores over HTTP: the ranking of a period, and one score with the events behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from dashboard.web.answers.bodies import from_json
from dashboard.web.answers.errors import PROBLEMS, Refused
from dashboard.web.people.model import current, within
from data_sources.records.scores import ScoreQueryError, Scores

By = Annotated[str, Query(description="department, township or community")]
PeriodName = Annotated[str | None, Query(description="day, week or month")]
At = Annotated[str | None, Query(description="2018-01-15, 2018-W03 or 2018-01; default: now")]
WhatIf = Annotated[
    str | None,
    Query(description='what-if weights: JSON like {"total": {"dispatch": 0.4, "outcome": 0.2}}'),
]
_DOTTED = "weights."
_MAX_WEIGHTS = 2000


def router(scores: Scores) -> APIRouter:
    """``/api/v1/scores`` and ``/api/v1/scores/explain``."""
    routes = APIRouter(responses=PROBLEMS)
    one_at_a_time = asyncio.Lock()

    @routes.get("/api/v1/scores")
    async def board(
        request: Request,
        by: By = "department",
        period: PeriodName = None,
        at: At = None,
        weights: WhatIf = None,
    ) -> Response:
        """Ranked scores with their sums and intervals.

        Other weights can be tried, also as parameters
        (``&weights.total.dispatch=0.4&weights.total.outcome=0.2``); nothing is stored. 400 names
        the invalid parameter.
        """
        changes = _changes(request.query_params, weights, ("by", "period", "at", "weights"))
        _check_area(by)
        found = await run_in_threadpool(scores.answer, by, period, at, changes)
        seen = [score for score in found.scores if within(score.subject)]
        return _json(msgspec.structs.replace(found, scores=seen))

    @routes.get("/api/v1/scores/explain")
    async def explain(
        request: Request,
        by: By = "department",
        subject: Annotated[str, Query(description="the code of a department or place")] = "",
        at: At = None,
        weights: WhatIf = None,
    ) -> Response:
        """One score: formulas, sums, adjustments, and the events behind each of them.

        404 if the subject has no score in the period; 400 names the invalid parameter.
        """
        changes = _changes(request.query_params, weights, ("by", "subject", "at", "weights"))
        if not subject:
            raise ScoreQueryError("subject", subject, "expected a code")
        if at is None:
            raise ScoreQueryError("at", "", "expected a day, a week or a month")
        _check_area(by, subject)
        async with one_at_a_time:  # it reads every event
            explanation = await run_in_threadpool(scores.explain, by, subject, at, changes)
        return _json(explanation)

    return routes


def _check_area(by: str, subject: str = "") -> None:
    """Refuse a user with an area the scores of departments, which work in the whole city."""
    who = current()
    if who.area and (by == "department" or (subject and not within(subject))):
        raise Refused(403, "other area", f"you may see {who.area} only")


def _changes(given: Mapping[str, str], weights: str | None, known: tuple[str, ...]) -> Any:
    """The weights to try, None if there are none; raises on a parameter that is not `known`."""
    changes: dict[str, Any] = {}
    if weights is not None:
        found = None
        if len(weights) <= _MAX_WEIGHTS:
            with suppress(Refused):
                found = from_json(weights.encode("utf-8", "replace"))
        if not isinstance(found, dict):
            raise ScoreQueryError("weights", weights[:80], "expected a JSON object")
        changes |= found
    for name, value in given.items():
        if name.startswith(_DOTTED):
            changes[name.removeprefix(_DOTTED)] = value
        elif name not in known:
            expected = f"expected {', '.join(known)} or {_DOTTED}…"
            raise ScoreQueryError(name, value, expected)
    return changes or None


def _json(value: object) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")
