"""The accounts and sessions as one web worker knows them: in memory, read again every second.

What was known stays known while Redis is out of reach. `session_is_current()` and `is_current()`
are for open streams: they never wait, and return False within two seconds of a session's end or
an account's change.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from contextlib import suppress

import structlog
from starlette.concurrency import run_in_threadpool

from data_sources.accounts.people import Account, People, folded
from data_sources.accounts.sessions import Session, Sessions
from data_sources.errors import RedisUnavailable

log = structlog.get_logger("people")

_REFRESH_S = 1.0
#: after an unknown session, the accounts are read again at most this often
_RETRY_S = 0.1
_MOST_SESSIONS = 4096


class AccountRegister:
    """Which session belongs to which account, and which accounts there are."""

    def __init__(self, people: People, sessions: Sessions) -> None:
        self._people, self._sessions = people, sessions
        self._accounts: dict[str, Account] = {}
        self._version: int | None = None
        #: token's SHA-256 → the session, and when it was read (monotonic)
        self._kept: OrderedDict[str, tuple[Session, float]] = OrderedDict()
        #: token's SHA-256 → its open streams
        self._streams: dict[str, int] = {}
        self._refreshed = float("-inf")
        self._lock = asyncio.Lock()

    @property
    def is_read(self) -> bool:
        """Whether the accounts were ever read."""
        return self._version is not None

    @property
    def has_accounts(self) -> bool:
        """Whether there is an account."""
        return bool(self._accounts)

    def account(self, name: str) -> Account | None:
        """The account of this name, if it may sign in."""
        found = self._accounts.get(folded(name))
        return found if found and not found.disabled else None

    async def of_session(self, token: str) -> Account | None:
        """The account of a session's token hash; None if there is no such session.

        Raises ``RedisUnavailable`` if an unknown token cannot be looked up.
        """
        kept = self._kept.get(token)
        if kept is None or time.monotonic() - kept[1] > _REFRESH_S:
            try:
                await run_in_threadpool(self._read_sessions, [token])
            except RedisUnavailable:
                if kept is None:
                    raise
        account = self._account_of(token)
        if account is None and token in self._kept:
            # signed in a moment ago: the account may be newer than what was read
            await self.refresh(_RETRY_S)
            account = self._account_of(token)
        return account

    def session_is_current(self, token: str, account: Account) -> bool:
        """Whether the session still belongs to this account, unchanged."""
        return self._account_of(token) == account

    def is_current(self, account: Account) -> bool:
        """Whether the account is unchanged and may still sign in."""
        return self.account(account.name) == account

    def count_stream(self, token: str, change: int) -> None:
        """A stream was opened (1) or closed (-1) with this session."""
        left = self._streams.get(token, 0) + change
        if left > 0:
            self._streams[token] = left
        else:
            self._streams.pop(token, None)

    def forget(self, token: str) -> None:
        """Drop a session that has just been ended here."""
        self._kept.pop(token, None)

    async def refresh(self, at_most_every_s: float = 0.0) -> bool:
        """Read what changed; never raises; False while Redis is out of reach."""
        async with self._lock:
            if time.monotonic() - self._refreshed < at_most_every_s:
                return self.is_read
            self._refreshed = time.monotonic()
            try:
                await run_in_threadpool(self._read_accounts)
            except RedisUnavailable as error:
                log.debug("accounts not read", reason=str(error))
                return False
            return True

    async def keep(self, stop: asyncio.Event) -> None:
        """Refresh every second until `stop` is set."""
        while not stop.is_set():
            if await self.refresh() and self._streams:
                with suppress(RedisUnavailable):
                    await run_in_threadpool(self._read_sessions, list(self._streams))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _REFRESH_S)

    def _account_of(self, token: str) -> Account | None:
        kept = self._kept.get(token)
        account = self.account(kept[0].name) if kept else None
        return account if account and kept and account.generation == kept[0].generation else None

    def _read_accounts(self) -> None:
        version = self._people.changed()
        if version != self._version:
            self._accounts = {folded(one.name): one for one in self._people.all()}
            self._version = version

    def _read_sessions(self, tokens: list[str]) -> None:
        found = self._sessions.find(tokens)
        now = time.monotonic()
        for token in tokens:
            self._kept.pop(token, None)
            if token in found:
                self._kept[token] = (found[token], now)
        while len(self._kept) > _MOST_SESSIONS:
            self._kept.popitem(last=False)
