"""The codes that sources sent and the city does not know, with how often each came."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from dashboard.config.sources import SourceBook
from dashboard.core.model.codes import KINDS
from dashboard.web.answers.errors import PROBLEMS, Refused
from dashboard.web.security.access import token_source
from data_sources.store.unknown_codes import MOST, UnknownCodes


def router(codes: UnknownCodes, book: SourceBook) -> APIRouter:
    """``GET /api/v1/unknown-codes``."""
    routes = APIRouter(responses=PROBLEMS)

    @routes.get("/api/v1/unknown-codes")
    def unknown_codes(
        request: Request,
        source: Annotated[str, Query(max_length=200)] = "",
        kind: Annotated[str, Query(max_length=20)] = "",
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> JSONResponse:
        """Codes the city does not know, those that came most often first.

        They are not of one place, so only users of the whole city get them; a source's token gets
        its own. Answers ``{"codes": [{"source", "kind", "code", "count"}], "total"}``:
        ``total`` is how many there are; ``code`` is empty for those beyond the first thousands,
        which are counted together.
        """
        own = token_source(request, book)
        if own is not None and source not in ("", own.name):
            raise Refused(403, "not allowed", "a source sees its own codes only", field="source")
        if kind and kind not in KINDS:
            raise Refused(400, "invalid", f"expected one of {', '.join(KINDS)}", field="kind")
        wanted = own.name if own is not None else source
        kinds = (kind,) if kind else KINDS
        rows = [
            one
            for one in codes.listed(MOST * 2)
            if wanted in ("", one.source) and one.kind in kinds
        ]
        found: dict[str, Any] = {
            "codes": [
                {"source": one.source, "kind": one.kind, "code": one.code, "count": one.count}
                for one in rows[:limit]
            ],
            "total": len(rows),
        }
        return JSONResponse(found, headers={"Cache-Control": "no-store"})

    return routes
