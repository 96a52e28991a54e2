"""Who asks: somebody who signed in, a paired screen, the admin token, or (as long as there is no
account, on the loopback) the demo's manager.

`Access.identify()` finds out; the guard calls it for every request and keeps the
:class:`Identity` beside it. On the loopback, the demo manages only from this machine itself: what
came through a proxy, or by a name that is not the loopback's, may only look. A token is compared
in constant time, kept and looked up only as its SHA-256, and never logged.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog
from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from dashboard.config.addresses import is_loopback
from dashboard.config.settings import Settings
from dashboard.web.errors import Refused
from dashboard.web.people import model
from dashboard.web.people.model import Person, Role
from dashboard.web.people.record import Record
from dashboard.web.security.limiter import Limiter
from data_sources.accounts.sessions import digest as digest
from data_sources.errors import RedisUnavailable

if TYPE_CHECKING:
    from dashboard.web.people.known import Known
    from data_sources.accounts.people import Account
    from data_sources.walls.register import ScreenRegister


log = structlog.get_logger("access")

WHO_UNKNOWN = "Cannot check who you are right now (Redis is unreachable). Try again."
NOT_FOR_SCREENS = "Paired screens may not use this page or call."

COOKIE = "gridwall_device"
SESSION = "gridwall_session"
#: a year; renewed whenever the wall is loaded
COOKIE_S = 365 * 24 * 3600
#: where the guard keeps who asks, and `dashboard.web.security.headers` who is at the other end of
#: the wire
IDENTITY, PEER = "gridwall.identity", "gridwall.peer"
#: who sends one of these is a proxy, and whom it speaks for is not on this machine
_FORWARDED = ("forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip")
_AGAIN_S = 0.2
#: refusals of one person or address that are recorded in a minute; all are logged
RECORDED = 30


@dataclass(frozen=True)
class Identity:
    """Who asks, and whether that still holds."""

    person: Person
    #: for an open stream: never waits
    stands: Callable[[], bool]
    account: Account | None = None
    #: SHA-256 of the session's or the screen's token
    token: str = ""
    #: what a screen is bound to
    scenes: tuple[str, ...] = ()
    #: nobody can know yet whether there are accounts
    blind: bool = False

    @property
    def is_screen(self) -> bool:
        """A paired device, nobody's."""
        return self.person.how == model.DEVICE

    @property
    def must_change(self) -> bool:
        """The password was set by somebody else."""
        found = self.account
        return bool(found and found.must_change and self.person.how == model.LOCAL)


class Access:
    """The decisions for one web worker."""

    def __init__(
        self,
        settings: Settings,
        screens: ScreenRegister,
        known: Known,
        record: Record,
        path: Callable[[str], tuple[str, ...]],
        place_of: Callable[[str], tuple[str, ...] | None],
    ) -> None:
        self.screens, self.known, self.record = screens, known, record
        self.failures = Limiter()
        self._recorded = Limiter(RECORDED)
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
        """Whether it is the demo: nobody need sign in."""
        return self._may_open and self.known.known and not self.known.any

    @property
    def tokens_only(self) -> bool:
        """Whether nobody can sign in: pages of managers then ask for the admin token themselves."""
        return self.required and self.known.known and not self.known.any and not self._proxies

    async def identify(self, request: HTTPConnection) -> Identity:
        """Who asks; 401 for one who must sign in (or be paired), 503 while nobody can know."""
        if request.headers.get("authorization", "").lower().startswith("bearer "):
            return self._by_token(request)
        try:
            found = (
                self._by_proxy(request)
                or await self._by_session(request)
                or await self._by_device(request)
            )
        except RedisUnavailable as error:
            raise Refused(
                503,
                "redis",
                "Cannot check who you are right now (Redis is unreachable). Try again.",
                2,
            ) from error
        if found is not None:
            return found
        if not self._may_open:
            raise Refused(401, "unpaired", "sign in, or pair this screen")
        if not self.known.known:
            await self.known.look(_AGAIN_S)
        if not self.known.known or self.open:
            role = Role.MANAGER if self.open and self._is_here(request) else Role.VIEWER
            person = Person("demo", role, how=model.DEMO)
            return Identity(person, lambda: not self.known.any, blind=not self.open)
        raise Refused(401, "unpaired", "sign in, or pair this screen")

    async def refused(
        self, request: HTTPConnection, person: Person, refused: Refused, *, known: bool
    ) -> None:
        """Log a refusal, and record it: of somebody known, or of one who is allowed nothing."""
        what, address = f"{request.scope['method']} {request.url.path}"[:200], remote(request)
        log.warning(
            "refused", who=person.name, how=person.how, role=person.role, asked=what,
            status=refused.status_code, why=refused.error, client=address,
        )  # fmt: skip
        # nobody's requests are the log's: a browser that is not signed in asks for a lot
        wrong = refused.status_code == 403 or (known and refused.status_code == 401)
        if wrong and not self._recorded.wait(key := person.name or address):
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
        if not self.known.known:
            raise RedisUnavailable("the accounts cannot be read")
        account = self.known.account(_text(name))
        if account is None:
            raise Refused(403, "no account", "the proxy names somebody who has no account here")
        person = Person(account.name, Role(account.role), account.area, model.PROXY)
        return Identity(person, lambda: self.known.stands(account), account)

    async def _by_session(self, request: HTTPConnection) -> Identity | None:
        cookie = request.cookies.get(SESSION)
        token = digest(cookie) if cookie else ""
        account = await self.known.of_session(token) if token else None
        if account is None:
            return None
        person = Person(account.name, Role(account.role), account.area, account.how)
        return Identity(person, lambda: self.known.holds(token, account), account, token)

    async def _by_device(self, request: HTTPConnection) -> Identity | None:
        cookie = request.cookies.get(COOKIE)
        # while nothing is asked for, a screen that was paired is as anybody else
        if not cookie or self.open:
            return None
        token = digest(cookie)
        device = await self.screens.of_token(token)
        if device is None:
            return None
        person = Person(device.name, Role.VIEWER, device.area, model.DEVICE)
        stands = lambda: self.screens.is_paired(token)  # noqa: E731
        return Identity(person, stands, token=token, scenes=device.scenes)

    def _is_proxy(self, peer: str) -> bool:
        try:
            address = ip_address(peer)
        except ValueError:
            return False
        return any(address in one for one in self._proxies)

    def _is_here(self, request: HTTPConnection) -> bool:
        """Asked on this machine: a name that was pointed at the loopback is not one of its own."""
        host = request.headers.get("host", "")
        return not any(name in request.headers for name in _FORWARDED) and is_loopback(
            urlsplit(f"//{host}").hostname or ""
        )


def is_ours(request: HTTPConnection) -> bool:
    """Whether a page of our own asks: no other site can set the header without being asked about
    it first, nor choose the origin."""
    origin = request.headers.get("origin")
    if origin is not None:
        return urlsplit(origin).netloc == request.headers.get("host", "")
    return request.headers.get("x-gridwall") == "1"


def is_foreign(request: HTTPConnection) -> bool:
    """Whether a browser says that a page of another site asks."""
    site = request.headers.get("sec-fetch-site", "none")
    return site in ("cross-site", "same-site") or (
        "origin" in request.headers and not is_ours(request)
    )


def remote(request: HTTPConnection) -> str:
    """The address a request comes from."""
    return request.client.host if request.client else "?"


def access(request: HTTPConnection) -> Access:
    """The app's own."""
    found: Access = request.app.state.access
    return found


def identity(request: Request) -> Identity:
    """Who asks, as the guard found: ``who: Identity = Depends(identity)``, or called."""
    found: Identity | None = request.scope.get(IDENTITY)
    if found is None:
        raise Refused(401, "unknown", "nobody has signed in")
    return found


def _text(header: str) -> str:
    """A header's bytes as the UTF-8 they are."""
    return header.encode("latin-1", "replace").decode("utf-8", "replace")
