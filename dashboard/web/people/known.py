"""The accounts and sessions as a web worker knows them: in memory, looked at anew every second.

What was known stays known while Redis is out of reach. `holds()` is for open streams: it never
waits, and says no within two seconds of a session's end or an account's change.
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

_LOOK_S = 1.0
#: an unknown token is no reason to ask Redis more often than this for the accounts
_AGAIN_S = 0.1
_SESSIONS = 4096


class Known:
    """Whose token is whose."""

    def __init__(self, people: People, sessions: Sessions) -> None:
        self.people, self.sessions = people, sessions
        self._accounts: dict[str, Account] = {}
        self._changed: int | None = None
        self._held: OrderedDict[str, tuple[Session, float]] = OrderedDict()
        self._watched: dict[str, int] = {}
        self._looked = float("-inf")
        self._lock = asyncio.Lock()

    @property
    def known(self) -> bool:
        """Whether the accounts were ever read."""
        return self._changed is not None

    @property
    def any(self) -> bool:
        """Whether there is an account."""
        return bool(self._accounts)

    def account(self, name: str) -> Account | None:
        """An account that may sign in."""
        found = self._accounts.get(folded(name))
        return found if found and not found.disabled else None

    async def of_session(self, token: str) -> Account | None:
        """The account of a token's hash; raises ``RedisUnavailable`` if that can't be known."""
        held = self._held.get(token)
        if held is None or time.monotonic() - held[1] > _LOOK_S:
            try:
                await run_in_threadpool(self._refresh, [token])
            except RedisUnavailable:
                if held is None:
                    raise
        account = self._account_of(token)
        if account is None and token in self._held:
            # signed in a moment ago: the account may be newer than what is known
            await self.look(_AGAIN_S)
            account = self._account_of(token)
        return account

    def holds(self, token: str, account: Account) -> bool:
        """Whether the session is still that of this account as it was."""
        return self._account_of(token) == account

    def stands(self, account: Account) -> bool:
        """Whether the account is still as it was."""
        return self.account(account.name) == account

    def watch(self, token: str, by: int) -> None:
        """A stream has been opened (by=1) or closed (by=-1) with this session."""
        left = self._watched.get(token, 0) + by
        if left > 0:
            self._watched[token] = left
        else:
            self._watched.pop(token, None)

    def forget(self, token: str) -> None:
        """The session has just been ended here."""
        self._held.pop(token, None)

    async def look(self, at_most_every_s: float = 0.0) -> bool:
        """Read what changed; never raises; False while Redis is out of reach."""
        async with self._lock:
            if time.monotonic() - self._looked < at_most_every_s:
                return self.known
            self._looked = time.monotonic()
            try:
                await run_in_threadpool(self._read)
            except RedisUnavailable as error:
                log.debug("accounts not read", reason=str(error))
                return False
            return True

    async def keep(self, stop: asyncio.Event) -> None:
        """Look every second until told to stop."""
        while not stop.is_set():
            if await self.look() and self._watched:
                with suppress(RedisUnavailable):
                    await run_in_threadpool(self._refresh, list(self._watched))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _LOOK_S)

    def _account_of(self, token: str) -> Account | None:
        held = self._held.get(token)
        account = self.account(held[0].name) if held else None
        return account if account and held and account.generation == held[0].generation else None

    def _read(self) -> None:
        changed = self.people.changed()
        if changed != self._changed:
            self._accounts = {folded(one.name): one for one in self.people.all()}
            self._changed = changed

    def _refresh(self, tokens: list[str]) -> None:
        found = self.sessions.find(tokens)
        now = time.monotonic()
        for token in tokens:
            self._held.pop(token, None)
            if token in found:
                self._held[token] = (found[token], now)
        while len(self._held) > _SESSIONS:
            self._held.popitem(last=False)
