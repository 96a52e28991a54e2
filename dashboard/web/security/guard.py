"""The guard: one ASGI middleware in front of every route. Nothing passes without a right.

For each request it finds out who asks (`access.py`) and which row of the table of rights applies
(`rights.py`). Then it lets the request pass, sends the browser to sign in or to pairing, or refuses
it; a path without a row is refused. For everything that answers the request it sets the person
(`dashboard.web.people.model.current`). It corrects a wall's address for a user or screen with an
area, and ends an open stream once its session, account or token is no longer valid. Refusals are
logged and recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.web.answers.errors import Refused
from dashboard.web.people.model import DEVICE, TOKEN, Person, acting
from dashboard.web.people.record import Recording, recording
from dashboard.web.security.access import (
    COOKIE,
    COOKIE_S,
    IDENTITY,
    NOT_FOR_SCREENS,
    Access,
    Identity,
    is_foreign,
    is_ours,
    remote,
)
from dashboard.web.security.admission import admit
from dashboard.web.security.crowds import Crowded, Crowds
from dashboard.web.security.dash_calls import page_of, read_body
from dashboard.web.security.rights import Row, Table

_WALL = ("/wall", "/wall/")
_STREAM = "/stream"
_CALLBACK = "/_dash-update-component"
#: while only the admin token opens anything, this page opens without it and asks for it itself
_ASKS_FOR_TOKEN = ("/steer", _CALLBACK)
_READS = ("GET", "HEAD")
_ANONYMOUS = Person("", how="")
_Notice = Callable[[Refused, HTTPConnection], Response]


class _Revoked(OSError):
    """The session or token behind an open stream has been revoked."""


class Guard:
    """Lets a request pass, answers with a redirect or the pairing page, or refuses.

    `pairing` makes the HTML of the pairing page, `notice` the page of a refusal; `callbacks` are
    those of the Dash app, by output;
    `crowds` limits streams and costly questions.
    """

    def __init__(
        self,
        app: ASGIApp,
        access: Access,
        rights: Table,
        pairing: Callable[[], str],
        notice: _Notice,
        callbacks: Mapping[str, Any],
        crowds: Crowds,
    ) -> None:
        self.app, self._access, self._rights, self._crowds = app, access, rights, crowds
        self._callbacks = callbacks
        self._pairing, self._notice = pairing, notice

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        access, request = self._access, HTTPConnection(scope)
        found = self._rights.find(scope["method"], scope["path"])
        row, names = found or (None, {})
        if row is not None and (row.public or (row.sources and access.is_source(request))):
            await self._public(access, request, row, receive, send)
            return
        who: Identity | None = None
        try:
            who = await self._identify(access, request, row)
            answer = await self._redirect(access, request, who, row)
            if answer is None and row is not None:
                await _admit(access, who, row, names, dict(_query(scope)))
                _check_origin(request, who, row)
                if row.path == _CALLBACK:
                    receive = await self._callback(access, who, scope, receive)
        except Refused as refused:
            answer = await self._refuse(access, request, who, row, refused)
        if answer is not None:
            await answer(scope, receive, send)
            return
        assert who is not None
        if scope["path"] in _WALL and who.is_screen:
            send = _renewing(request, send)
        try:
            await self._forward(access, request, who, row, receive, send)
        except Crowded as crowded:
            answer = await self._refuse(access, request, who, row, crowded.refused)
            await answer(scope, receive, send)

    async def _public(
        self, access: Access, request: HTTPConnection, row: Row, receive: Receive, send: Send
    ) -> None:
        if (
            request.scope["method"] not in _READS
            and is_foreign(request)
            and not row.path.endswith("actions")
        ):
            await Refused(403, "not our page", "the request comes from another site").answer()(
                request.scope, receive, send
            )
            return
        recording(Recording(access.record, remote(request)))
        with acting(None, access.path):
            await self.app(request.scope, receive, send)

    async def _identify(self, access: Access, request: HTTPConnection, row: Row | None) -> Identity:
        try:
            return await access.identify(request)
        except Refused as refused:
            # only the admin token opens anything, and the page itself asks for it
            asks = row is not None and row.path in _ASKS_FOR_TOKEN
            if refused.status_code != 401 or not access.tokens_only or not asks:
                raise
            return Identity(Person("", how=TOKEN), lambda: True)

    async def _redirect(
        self, access: Access, request: HTTPConnection, who: Identity, row: Row | None
    ) -> Response | None:
        """The redirect to answer with instead of the page; None to go on. 404 without a row."""
        scope = request.scope
        if row is None:
            raise Refused(404, "unknown", "there is no such page or call")
        if who.must_change and row.page and not row.always:
            return RedirectResponse("/account?must=yes", 303)
        if scope["path"] in _WALL and (address := _corrected(access, who, scope)):
            return RedirectResponse(address, 302)
        if scope["path"] == "/" and who.is_screen:
            return RedirectResponse("/wall", 302)
        return None

    async def _callback(
        self, access: Access, who: Identity, scope: Scope, receive: Receive
    ) -> Receive:
        """Admit Dash's call for a page's content by the page's own row; return its body again."""
        if not Headers(scope=scope).get("content-type", "").startswith("application/json"):
            raise Refused(415, "not JSON", "expected application/json", field="content-type")
        body = await read_body(receive)
        page = page_of(body.content, self._callbacks)
        if page is None:
            if who.is_screen or not who.person.name:
                raise Refused(403, "not for screens", NOT_FOR_SCREENS)
            return body.receive
        found = self._rights.find("GET", page.path)
        if found is None or not found[0].page:
            raise Refused(404, "unknown", "there is no such page")
        row, names = found
        if twice := names.keys() & page.query.keys():
            # Dash would take the query's for the path's
            raise Refused(400, "invalid", "the path has it already", field=min(twice))
        await _admit(access, who, row, names, page.query)
        return body.receive

    async def _refuse(
        self,
        access: Access,
        request: HTTPConnection,
        who: Identity | None,
        row: Row | None,
        refused: Refused,
    ) -> Response:
        path, reading = request.url.path, request.scope["method"] in _READS
        page = row.page if row is not None else "text/html" in request.headers.get("accept", "")
        if refused.status_code in (401, 503) and path in _WALL:
            return HTMLResponse(self._pairing(), headers={"Cache-Control": "no-store"})
        person = who.person if who else _ANONYMOUS
        await access.note_refusal(request, person, refused, known=who is not None)
        if refused.status_code == 401 and page and reading:
            return RedirectResponse(_sign_in(request), 303, {"Cache-Control": "no-store"})
        return self._notice(refused, request) if page and reading else refused.answer()

    async def _forward(
        self,
        access: Access,
        request: HTTPConnection,
        who: Identity,
        row: Row | None,
        receive: Receive,
        send: Send,
    ) -> None:
        request.scope[IDENTITY] = who
        recording(Recording(access.record, remote(request)))

        answered: Callable[[], None] | None = None

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.body" and not who.is_valid():
                raise _Revoked
            if answered is not None:
                answered()
            await send(message)

        count = access.accounts.count_stream if who.token and not who.is_screen else _nothing
        count(who.token, 1)
        try:
            async with AsyncExitStack() as held:
                if request.url.path == _STREAM:
                    held.enter_context(self._crowds.streams.one(request, who))
                    screen = who.person.name if who.is_screen else ""
                    held.enter_context(access.screens.stream(screen))
                elif row is not None and row.costly:
                    turn = self._crowds.questions.turn(request, who)
                    answered = await held.enter_async_context(turn)
                held.enter_context(acting(who.person if who.person.name else None, access.path))
                await self.app(request.scope, receive, watched)
        except (ClientDisconnect, _Revoked):
            if not who.is_valid():
                await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            count(who.token, -1)


def set_cookie(headers: MutableHeaders, token: str, *, secure: bool, seconds: int) -> None:
    """Set a screen's token as a cookie that no script and no other site can read."""
    value = f"{COOKIE}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict"
    headers.append("Set-Cookie", value + ("; Secure" if secure else ""))


async def _admit(
    access: Access, who: Identity, row: Row, names: dict[str, str], query: Mapping[str, str]
) -> None:
    if who.person.name:
        await admit(access, who, row, names, query)
    elif row.path not in _ASKS_FOR_TOKEN:
        raise Refused(401, "unauthorized", "sign in")


def _check_origin(request: HTTPConnection, who: Identity, row: Row) -> None:
    """Refuse a write that another site's page sends: the browser adds our cookies to it (CSRF)."""
    if who.person.how in (TOKEN, DEVICE):
        return
    writes = request.scope["method"] not in _READS
    if row.foreign:
        if writes and is_foreign(request):
            raise Refused(403, "not our page", "the request comes from another site")
    elif (writes or row.ours) and not is_ours(request):
        raise Refused(403, "not our page", "the header X-Gridwall: 1 is needed")


def _nothing(_token: str, _change: int) -> None:
    return


def _query(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def _sign_in(request: HTTPConnection) -> str:
    query = request.url.query
    # as it was sent: decoded, a "?" of an id would begin the query
    path = request.scope.get("raw_path", b"").decode("latin-1") or quote(request.url.path)
    here = path + (f"?{query}" if query else "")
    lang = "&lang=en" if request.query_params.get("lang") == "en" else ""
    return f"/sign-in?next={quote(here, safe='/')}{lang}" if here != "/" else "/sign-in"


def _corrected(access: Access, who: Identity, scope: Scope) -> str | None:
    """The wall's address with the user's or screen's own limits; None if it has them."""
    given = _query(scope)
    asked = dict(given)
    bound: dict[str, str] = {}
    if who.is_screen:
        bound["device"] = who.person.name
        if who.person.area:
            bound["area"] = who.person.area
        if who.scenes:
            bound["scenes"] = ",".join(who.scenes)
            if asked.get("scene", who.scenes[0]) not in who.scenes:
                bound["scene"] = who.scenes[0]
    elif not access.within(who.person, asked.get("area", "")):
        bound["area"] = who.person.area
    if all(asked.get(k) == v for k, v in bound.items()):
        return None
    kept = [(k, v) for k, v in given if k not in bound]
    return f"{scope['path']}?{urlencode([*kept, *bound.items()], safe=',')}"


def _renewing(request: HTTPConnection, send: Send) -> Send:
    """A `send` that adds the screen's cookie again, for another year."""

    async def renewed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            secure = request.url.scheme == "https"
            set_cookie(headers, request.cookies[COOKIE], secure=secure, seconds=COOKIE_S)
        await send(message)

    return renewed
