"""Signing in and out over HTTP: the form, its answer, and sign-in by an identity provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection

from dashboard.web.answers.errors import PROBLEMS, Refused, problem
from dashboard.web.api.forms import Sent, own_path, sent
from dashboard.web.people.oidc import ProviderError
from dashboard.web.people.signing import SignInError
from dashboard.web.people.wiring import PeopleSite
from dashboard.web.security.access import SESSION, access, remote
from dashboard.web.security.limiter import Limiter
from data_sources.accounts.people import Account
from data_sources.accounts.sessions import ABSOLUTE_S, STARTED_S, digest
from data_sources.errors import RedisUnavailable
from layouts.screens import sign_in as page
from layouts.screens.sign_in import Look

log = structlog.get_logger("people")

_STATE = "gridwall_state"
_STATE_PATH = "/api/v1/sign-in/oidc"
#: times in a minute that an address may go to the identity provider: each start is kept in the
#: store until it ends or is too old
STARTS = 60
_NO_STORE = {"Cache-Control": "no-store"}
_STATUS = {"locked": 429, "redis": 503, "role": 403, "taken": 403, "disabled": 403}


#: language, theme and title for a page's query
LookOf = Callable[[Mapping[str, str]], Look]


def router(site: PeopleSite, look: LookOf) -> APIRouter:
    """``/sign-in``, ``/api/v1/sign-in``, ``/api/v1/sign-out`` and the provider's two."""
    routes = APIRouter(responses=PROBLEMS)
    signing, provider = site.signing, site.provider
    form = SignInForm(look, has_provider=provider is not None)
    limiter = Limiter(STARTS)

    @routes.get("/sign-in", include_in_schema=False)
    async def sign_in_page(request: Request, next: str = "/") -> Response:
        """The page; in open demo mode, a redirect to the page that was requested."""
        next = own_path(next)
        if access(request).open:
            return RedirectResponse(next, 303, _NO_STORE)
        return form.page(request.query_params, next)

    @routes.post("/api/v1/sign-in")
    async def enter(request: Request) -> Response:
        """Sign in by a form or JSON ``{"name", "password"}``: sets a session's cookie.

        401 for a wrong name or password, 429 after too many failures.
        """
        given = await sent(request)
        next = own_path(given["next"])
        try:
            account, token = await run_in_threadpool(
                signing.by_password,
                given["name"],
                given["password"],
                remote(request),
                here=access(request).is_here(request),
            )
        except SignInError as error:
            return form.failed(given, next, error.kind, error.seconds)
        except RedisUnavailable:
            return form.failed(given, next, "redis")
        return await _entered(request, account, token, next, form=given.form)

    @routes.post("/api/v1/sign-out")
    async def leave(request: Request) -> Response:
        """End this session."""
        given = await sent(request)
        token, register = request.cookies.get(SESSION, ""), access(request).accounts
        account = await register.of_session(digest(token)) if token else None
        await run_in_threadpool(signing.end, token, account, remote(request))
        register.forget(digest(token))
        answer = RedirectResponse("/sign-in", 303) if given.form else Response(status_code=204)
        set_session(answer.headers, "", secure=request.url.scheme == "https")
        return answer

    @routes.get(_STATE_PATH, include_in_schema=False)
    async def away(request: Request, next: str = "/") -> Response:
        """Redirect to the identity provider; 429 after `STARTS` of an address in a minute."""
        if provider is None:
            return problem(404, "no identity provider")
        if wait := limiter.wait(remote(request)):
            return form.busy(request.query_params, own_path(next), wait)
        limiter.count(remote(request))
        try:
            url, state = await run_in_threadpool(provider.start, _back(request), own_path(next))
        except (ProviderError, RedisUnavailable) as error:
            log.warning("provider not reached", reason=str(error))
            return form.page(request.query_params, own_path(next), 503, wrong="provider")
        answer = RedirectResponse(url, 302, _NO_STORE)
        _set_state(answer.headers, state, STARTED_S, request)
        return answer

    @routes.get(f"{_STATE_PATH}/back", include_in_schema=False)
    async def back(request: Request) -> Response:
        """Return from the identity provider; what fails counts as a start."""
        if provider is None:
            return problem(404, "no identity provider")
        if wait := limiter.wait(remote(request)):
            return form.busy({}, "/", wait)
        query, cookie = dict(request.query_params), request.cookies.get(_STATE, "")
        try:
            proved = await run_in_threadpool(provider.finish, _back(request), query, cookie)
            account, token = await run_in_threadpool(signing.by_provider, proved, remote(request))
        except (ProviderError, SignInError) as error:
            limiter.count(remote(request))
            log.warning("provider sign-in refused", kind=error.kind, reason=str(error))
            who = access(request).record
            await run_in_threadpool(who.failed, "oidc", error.kind, remote(request))
            status = _STATUS.get(error.kind, 401)
            answer: Response = form.page({}, "/", wrong=error.kind, status=status)
        except RedisUnavailable:
            answer = form.page({}, "/", wrong="redis", status=503)
        else:
            answer = await _entered(request, account, token, proved.next, form=True)
        _set_state(answer.headers, "", 0, request)
        return answer

    return routes


async def _entered(
    request: Request, account: Account, token: str, next: str, *, form: bool
) -> Response:
    await access(request).accounts.refresh()
    if form:
        next = next if len(next) <= 200 else "/"
        must = f"/account?{urlencode({'must': 'yes', 'then': next})}"
        answer: Response = RedirectResponse(must if account.must_change else next, 303, _NO_STORE)
    else:
        body = {
            "name": account.name, "role": account.role, "area": account.area,
            "must_change": account.must_change,
        }  # fmt: skip
        answer = JSONResponse(body, headers=_NO_STORE)
    set_session(answer.headers, token, secure=request.url.scheme == "https")
    return answer


class SignInForm:
    """The HTML form, as a page of its own and as the answer to a failed sign-in."""

    def __init__(self, look: LookOf, *, has_provider: bool) -> None:
        self._look, self._has_provider = look, has_provider

    def page(
        self, query: Mapping[str, str], next: str, status: int = 200, **more: Any
    ) -> HTMLResponse:
        """The form; it leads to `next`, and looks like that page."""
        inner = {k: v[-1] for k, v in parse_qs(urlsplit(next).query).items()}
        look = self._look({**inner, **query})
        made = page.sign_in(look, next=next, provider=self._has_provider, **more)
        return HTMLResponse(made, status, _NO_STORE)

    def busy(self, query: Mapping[str, str], next: str, seconds: int) -> Response:
        """The answer to an address that goes to the provider too often."""
        answer = self.page(query, next, 429, wrong="busy", minutes=-(-seconds // 60))
        answer.headers["Retry-After"] = str(seconds)
        return answer

    def failed(self, given: Sent, next: str, kind: str, seconds: int = 0) -> Response:
        """The answer to a failed sign-in: the form for a browser, JSON for a script."""
        status = _STATUS.get(kind, 401)
        retry = {"Retry-After": str(seconds)} if seconds else {}
        if not given.form:
            reason = "too many failures" if kind == "locked" else "not signed in"
            return problem(status, kind, reason, headers=retry)
        answer = self.page(
            given.fields, next, status,
            name=given["name"][:80], wrong=kind, minutes=-(-seconds // 60),
        )  # fmt: skip
        answer.headers.update(retry)
        return answer


def notice(look: LookOf, refused: Refused, request: HTTPConnection) -> Response:
    """The page that a browser gets for a refusal."""
    path, query = request.url.path, request.url.query
    back = own_path(path + (f"?{query}" if query else ""))
    made = page.notice(look(request.query_params), refused.status_code, {}, back)
    return HTMLResponse(made, refused.status_code, refused.headers)


def set_session(headers: MutableHeaders, token: str, *, secure: bool) -> None:
    """Set the session's token as a cookie that no script can read; "" removes it."""
    seconds = ABSOLUTE_S if token else 0
    value = f"{SESSION}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax"
    headers.append("Set-Cookie", value + ("; Secure" if secure else ""))


def _set_state(headers: MutableHeaders, state: str, seconds: int, request: Request) -> None:
    value = f"{_STATE}={state}; Path={_STATE_PATH}; Max-Age={seconds}; HttpOnly; SameSite=Lax"
    headers.append("Set-Cookie", value + ("; Secure" if request.url.scheme == "https" else ""))


def _back(request: Request) -> str:
    return f"{request.url.scheme}://{request.headers.get('host', '')}{_STATE_PATH}/back"
