"""Accounts and the audit record over HTTP; a form gets a redirect to a page, a script JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from dashboard.core.model.calendars import LocalTime
from dashboard.web.answers.errors import PROBLEMS, Refused
from dashboard.web.api.forms import Sent, own_path, sent
from dashboard.web.api.sign_in import set_session
from dashboard.web.people import record
from dashboard.web.people.accounts import AccountError, Accounts, as_row
from dashboard.web.people.model import CAN, Capability, Person, current, require
from dashboard.web.people.signing import SignInError
from dashboard.web.people.wiring import PeopleSite
from dashboard.web.security.access import access, identity, remote

_NO_STORE = {"Cache-Control": "no-store"}


def router(site: PeopleSite, local: LocalTime) -> APIRouter:
    """``/api/v1/me``, ``/api/v1/account/…``, ``/api/v1/people…`` and ``/api/v1/audit``."""
    routes = APIRouter(responses=PROBLEMS)
    accounts = site.accounts

    @routes.get("/api/v1/me")
    async def me(request: Request) -> JSONResponse:
        """The current user and what they may do."""
        who = current()
        body = {
            "name": who.name, "role": who.role, "area": who.area, "how": who.how,
            "may": sorted(c for c in CAN[who.role] if who.may(c)),
            "must_change": identity(request).must_change,
        }  # fmt: skip
        return JSONResponse(body, headers=_NO_STORE)

    @routes.post("/api/v1/account/password")
    async def own_password(request: Request) -> Response:
        """Change one's own password (``old``, ``new``, ``again``); ends all other sessions."""
        given, who = await sent(request), current()
        address, here = remote(request), access(request).is_here(request)

        def change() -> str:
            if given.form and given["new"] != given["again"]:
                raise AccountError("again", "again")
            try:
                site.signing.checked(who.name, given["old"], address, here=here)
            except SignInError as error:
                raise AccountError("old", error.kind) from error
            return site.signing.renew(accounts.own_password(who, given["old"], given["new"]))

        try:
            token = await run_in_threadpool(change)
        except AccountError as error:
            return _wrong(given, "/account", error, then=given["then"])
        await access(request).accounts.refresh()
        then = own_path(given["then"], "/account?done=yes")
        answer = RedirectResponse(then, 303) if given.form else Response(status_code=204)
        set_session(answer.headers, token, secure=request.url.scheme == "https")
        return answer

    @routes.post("/api/v1/account/end")
    async def end_own(request: Request) -> Response:
        """End all of one's own sessions, this one too."""
        given, who = await sent(request), current()
        try:
            await run_in_threadpool(accounts.end_own, who)
        except AccountError as error:
            return _wrong(given, "/account", error)
        await access(request).accounts.refresh()
        answer = RedirectResponse("/sign-in", 303) if given.form else Response(status_code=204)
        set_session(answer.headers, "", secure=request.url.scheme == "https")
        return answer

    @routes.get("/api/v1/people")
    async def listed() -> JSONResponse:
        """The accounts that the user may manage."""

        def found() -> list[dict[str, Any]]:
            seen = site.people.seen()
            return [as_row(one, seen) for one in accounts.listed()]

        return JSONResponse({"people": await run_in_threadpool(found)}, headers=_NO_STORE)

    @routes.post("/api/v1/people")
    async def add(request: Request) -> Response:
        """Add an account: ``name``, ``role``, ``area``, ``password``."""
        given, who = await sent(request), require(Capability.PEOPLE)
        return await _done(
            request, given, given["name"], "added",
            lambda: accounts.add(
                who, given["name"], given["role"], given["area"], given["password"]
            ),
        )  # fmt: skip

    @routes.post("/api/v1/people/{name}")
    async def write(request: Request, name: str) -> Response:
        """Do ``what`` to an account.

        change (``role``, ``area``), disable, enable, end, reset (``password``) or remove.
        """
        given, who = await sent(request), require(Capability.PEOPLE)
        doing = _changes(accounts, who, name, given).get(given["what"])
        if doing is None:
            raise Refused(400, "invalid", "not known", field="what")
        return await _done(request, given, name, given["what"], doing)

    @routes.get("/api/v1/audit")
    async def audit(
        who: str = "",
        what: str = "",
        day: str = "",
        before: str = "",
        limit: Annotated[int, Query(ge=1, le=500)] = record.PAGE,
    ) -> JSONResponse:
        """``{"lines", "older"}``, newest first; ``older`` is the next page's ``before``."""
        wanted = record.Wanted(who, what, day, before)
        found = await run_in_threadpool(record.read, site.record.lines, local, wanted, limit)
        lines = [{**msgspec.to_builtins(one), "at": local.iso(one.at)} for one in found.lines]
        return JSONResponse({"lines": lines, "older": found.older}, headers=_NO_STORE)

    return routes


def _changes(
    accounts: Accounts, who: Person, name: str, given: Sent
) -> dict[str, Callable[[], object]]:
    return {
        "change": lambda: accounts.change(who, name, given["role"], given["area"]),
        "disable": lambda: accounts.disable(who, name),
        "enable": lambda: accounts.enable(who, name),
        "end": lambda: accounts.end(who, name),
        "reset": lambda: accounts.reset(who, name, given["password"]),
        "remove": lambda: accounts.remove(who, name),
    }


async def _done(
    request: Request, given: Sent, name: str, what: str, doing: Callable[[], object]
) -> Response:
    try:
        await run_in_threadpool(doing)
    except AccountError as error:
        return _wrong(given, "/people", error, name=name, what=what)
    await access(request).accounts.refresh()
    if not given.form:
        return JSONResponse({"done": what, "name": name}, headers=_NO_STORE)
    return RedirectResponse(_page("/people", given, done=what, name=name), 303)


def _wrong(given: Sent, path: str, error: AccountError, **more: str) -> Response:
    if not given.form:
        raise error
    return RedirectResponse(_page(path, given, wrong=error.kind, field=error.field, **more), 303)


def _page(path: str, given: Sent, **result: str) -> str:
    look = {name: given[name] for name in ("lang", "theme") if given[name]}
    return f"{path}?{urlencode({**look, **{k: v for k, v in result.items() if v}})}"
