"""Finds out who sends a request: a signed-in user, a paired screen, or the admin token.

As long as there is no account and the server is bound to the loopback, every visitor is the demo
user. `Access.identify()` returns an :class:`Identity`; the guard calls it for every request and
keeps the result in the request's scope. The demo user is a manager only for requests made on this
machine: one that came through a proxy, or by a name that is not the loopback's, is a viewer. Tokens
are compared in constant time, kept and looked up only as SHA-256, and never logged.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

import structlog
from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from dashboard.config.addresses import is_loopback
from dashboard.config.settings import Settings
from dashboard.config.sources import Source, SourceBook, sources_for
from dashboard.web.answers.errors import Refused
from dashboard.web.people import model
from dashboard.web.people.model import Person, Role
from dashboard.web.people.record import Record
from dashboard.web.people.register import AccountRegister
from dashboard.web.security.limiter import Limiter
from dashboard.web.security.repeats import Repeats
from data_sources.accounts.people import Account
from data_sources.accounts.sessions import digest as digest
from data_sources.errors import RedisUnavailable
from data_sources.store.trouble import cause
from data_sources.walls.register import ScreenRegister

log = structlog.get_logger("access")

WHO_UNKNOWN = "Cannot check who you are right now (Redis is unreachable). Try again."
NOT_FOR_SCREENS = "Paired screens may not use this page or call."

COOKIE = "gridwall_device"
SESSION = "gridwall_session"
#: a year; renewed every time the wall is loaded
COOKIE_S = 365 * 24 * 3600
#: keys of a request's scope: the guard's `Identity`, and the address of the TCP peer that
#: `dashboard.web.security.headers` notes
IDENTITY, PEER = "gridwall.identity", "gridwall.peer"
#: a request with one of these headers came through a proxy, so not from this machine
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_RETRY_S = 0.2
#: refusals of one person or address that are recorded in a minute; of the same refusal a line a
#: second is logged, with how often it was
RECORDED = 30


@dataclass(frozen=True)
class Identity:
    """Who sends a request."""

    person: Person
    #: whether the session, account or token is still valid; never waits, for an open stream
    is_valid: Callable[[], bool]
    account: Account | None = None
    #: SHA-256 of the session's or the screen's token
    token: str = ""
    #: the only scenes a paired screen may show; empty: any
    scenes: tuple[str, ...] = ()
    #: the accounts have not been read yet, so this may not be the demo
    is_unsure: bool = False

    @property
    def is_screen(self) -> bool:
        """True for a paired wall screen, which has no user account."""
        return self.person.how == model.DEVICE

    @property
    def must_change(self) -> bool:
        """True if the password was set by an administrator and must be changed first."""
        found = self.account
        return bool(found and found.must_change and self.person.how == model.LOCAL)


class Access:
    """Finds out who asks, for one web worker; the routes reach it as `access(request)`."""

    def __init__(
        self,
        settings: Settings,
        screens: ScreenRegister,
        accounts: AccountRegister,
        record: Record,
        path: Callable[[str], tuple[str, ...]],
        place_of: Callable[[str], tuple[str, ...] | None],
    ) -> None:
        self.screens, self.accounts, self.record = screens, accounts, record
        self.failures = Limiter()
        self._book = sources_for(settings)
        self._recorded, self._repeats = Limiter(RECORDED), Repeats()
        self.path, self.place_of = path, place_of
        self.required = settings.auth == "required"
        self._may_open = (
            not self.required and is_loopback(settings.host) and not settings.asks_elsewhere
        )
        self._proxy = settings.proxy_header or ""
        self._proxies = [ip_network(one, strict=False) for one in settings.proxies]
        token = settings.admin_token
        self._admin = digest(token.get_secret_value()) if token else None

    @property
    def open(self) -> bool:
        """Whether this is the demo: no account, on the loopback, so signing in is not needed."""
        return self._may_open and self._has_no_accounts

    @property
    def tokens_only(self) -> bool:
        """Whether only the admin token opens anything; the steering page then asks for it."""
        return self.required and self._has_no_accounts and not self._proxies

    @property
    def _has_no_accounts(self) -> bool:
        return self.accounts.is_read and not self.accounts.has_accounts

    async def identify(self, request: HTTPConnection) -> Identity:
        """Who sends the request.

        Raises 401 if signing in or pairing is needed, 503 while Redis cannot be asked.
        """
        if request.headers.get("authorization", "").lower().startswith("bearer "):
            return self._by_token(request)
        try:
            found = (
                self._by_proxy(request)
                or await self._by_session(request)
                or await self._by_device(request)
            )
        except RedisUnavailable as error:
            raise Refused(503, "redis", WHO_UNKNOWN, 2, cause=cause(error)) from error
        if found is not None:
            return found
        if not self._may_open:
            raise Refused(401, "unpaired", "sign in, or pair this screen")
        if not self.accounts.is_read:
            await self.accounts.refresh(_RETRY_S)
        if not self.accounts.is_read or self.open:
            role = Role.MANAGER if self.open and self.is_here(request) else Role.VIEWER
            person = Person("demo", role, how=model.DEMO)
            return Identity(person, lambda: not self.accounts.has_accounts, is_unsure=not self.open)
        raise Refused(401, "unpaired", "sign in, or pair this screen")

    def is_source(self, request: HTTPConnection) -> bool:
        """Whether the request has the token of a source."""
        return token_source(request, self._book) is not None

    async def note_refusal(
        self, request: HTTPConnection, person: Person, refused: Refused, *, known: bool
    ) -> None:
        """Log a refusal; record it too, if the user is known or the status is 403."""
        what, address = f"{request.scope['method']} {request.url.path}"[:200], remote(request)
        # writing a line costs the loop more than refusing: a crowd asks hundreds of times a second
        if times := self._repeats.due((person.name, address, what, refused.status_code)):
            log.warning(
                "refused", who=person.name, how=person.how, role=person.role, asked=what,
                status=refused.status_code, why=refused.error, client=address, times=times,
            )  # fmt: skip
        # anonymous refusals are only logged: a signed-out browser makes many requests
        to_record = refused.status_code == 403 or (known and refused.status_code == 401)
        if to_record and not self._recorded.wait(key := person.name or address):
            self._recorded.count(key)
            await run_in_threadpool(
                self.record.note, person, "refused", what, refused.error, address
            )

    def within(self, person: Person, area: str) -> bool:
        """Whether a person may see an area ("" is the whole city)."""
        return not person.area or person.area in (area, *self.path(area))

    def _by_token(self, request: HTTPConnection) -> Identity:
        address = remote(request)
        if wait := self.failures.wait(address):
            raise Refused(429, "too many failures", "wait before the next attempt", wait)
        given = request.headers["authorization"].partition(" ")[2]
        if self._admin is None:
            raise Refused(403, "no admin token", "set GRIDWALL_ADMIN_TOKEN to allow this")
        if not hmac.compare_digest(digest(given.strip()), self._admin):
            self.failures.count(address)
            log.warning("admin token refused", client=address, path=request.url.path)
            raise Refused(401, "unauthorized", "the admin token is needed as a bearer token")
        person = Person("admin", Role.ADMINISTRATOR, how=model.TOKEN)
        return Identity(person, lambda: True)

    def _by_proxy(self, request: HTTPConnection) -> Identity | None:
        name = request.headers.get(self._proxy, "") if self._proxy else ""
        if not name or not self._is_proxy(request.scope.get(PEER, "")):
            return None
        if not self.accounts.is_read:
            raise RedisUnavailable("the accounts cannot be read")
        account = self.accounts.account(_text(name))
        if account is None:
            raise Refused(403, "no account", "the proxy names a user who has no account here")
        person = Person(account.name, Role(account.role), account.area, model.PROXY)
        return Identity(person, lambda: self.accounts.is_current(account), account)

    async def _by_session(self, request: HTTPConnection) -> Identity | None:
        cookie = request.cookies.get(SESSION)
        token = digest(cookie) if cookie else ""
        account = await self.accounts.of_session(token) if token else None
        if account is None:
            return None
        person = Person(account.name, Role(account.role), account.area, account.how)
        return Identity(
            person, lambda: self.accounts.session_is_current(token, account), account, token
        )

    async def _by_device(self, request: HTTPConnection) -> Identity | None:
        cookie = request.cookies.get(COOKIE)
        # in open demo mode, treat a paired screen like any other visitor
        if not cookie or self.open:
            return None
        token = digest(cookie)
        device = await self.screens.of_token(token)
        if device is None:
            return None
        person = Person(device.name, Role.VIEWER, device.area, model.DEVICE)
        return Identity(
            person, lambda: self.screens.is_paired(token), token=token, scenes=device.scenes
        )

    def _is_proxy(self, peer: str) -> bool:
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        return any(address in one for one in self._proxies)

    def is_here(self, request: HTTPConnection) -> bool:
        """Whether the request was made on this machine, by one of the loopback's own names.

        Another name may point at the loopback too: a DNS rebinding attack.
        """
        if not is_loopback(request.scope.get(PEER, "")):
            return False
        if any(name in request.headers for name in _FORWARDED):
            return False
        try:
            host = urlsplit(f"//{request.headers.get('host', '')}").hostname
        except ValueError:
            return False
        return is_loopback(host or "")


def token_source(request: HTTPConnection, book: SourceBook) -> Source | None:
    """The source whose bearer token the request has; None if it has none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return book.of_token(token) if scheme == "Bearer" else None


def is_ours(request: HTTPConnection) -> bool:
    """Whether one of our own pages sends the request.

    No other site can set the header without a preflight request, nor choose its origin.
    """
    origin = request.headers.get("origin")
    if origin is not None:
        try:
            return urlsplit(origin).netloc == request.headers.get("host", "")
        except ValueError:
            return False
    return request.headers.get("x-gridwall") == "1"


def is_foreign(request: HTTPConnection) -> bool:
    """Whether the browser reports that a page of another site sends the request."""
    site = request.headers.get("sec-fetch-site", "none")
    return site in ("cross-site", "same-site") or (
        "origin" in request.headers and not is_ours(request)
    )


def remote(request: HTTPConnection) -> str:
    """The address a request comes from."""
    return request.client.host if request.client else "?"


def access(request: HTTPConnection) -> Access:
    """The app's `Access`."""
    found: Access = request.app.state.access
    return found


def identity(request: Request) -> Identity:
    """Who sends the request, as the guard found out; also a dependency of a route.

    Raises 401 on a public route.
    """
    found: Identity | None = request.scope.get(IDENTITY)
    if found is None:
        raise Refused(401, "unknown", "not signed in")
    return found


def _text(header: str) -> str:
    """A header's value, read as UTF-8 (HTTP reads Latin-1)."""
    return header.encode("latin-1", "replace").decode("utf-8", "replace")
