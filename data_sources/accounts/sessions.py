"""Sessions and failed attempts in Redis.

A session's token is random and never kept: its SHA-256 names the key. It slides (12 h from the last
use) and ends for good after 7 days. Attempts are counted before they are made, so that many at once
are not more than one after the other.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Collection
from hashlib import sha256
from typing import Any

import msgspec
import redis

from data_sources.accounts.people import Account, folded
from data_sources.store import keys

SLIDING_S = 12 * 3600
ABSOLUTE_S = 7 * 24 * 3600
#: failures of a name, or of an address, in a window that begins with the first
FAILURES = 10
WINDOW_S = 15 * 60
#: what an identity provider has to come back with, and when
STARTED_S = 600


class Session(msgspec.Struct, frozen=True):
    """Who signed in, and which generation of the account."""

    name: str
    generation: str
    #: ms
    created: int


class Started(msgspec.Struct, frozen=True):
    """A sign-in that is under way at the identity provider."""

    nonce: str
    verifier: str
    next: str


def digest(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


class Sessions:
    """The store; raises ``redis.RedisError``."""

    def __init__(self, r: redis.Redis) -> None:
        self._r = r

    def start(self, account: Account) -> str:
        """A new token for somebody who has just proved who they are."""
        token = secrets.token_urlsafe(32)
        session = Session(account.name, account.generation, _now())
        key = keys.session(digest(token))
        self._r.set(key, msgspec.json.encode(session), ex=SLIDING_S)
        return token

    def find(self, tokens: Collection[str]) -> dict[str, Session]:
        """The sessions of tokens' hashes that are still good; those found are prolonged."""
        if not tokens:
            return {}
        order = list(tokens)
        found: Any = self._r.mget([keys.session(one) for one in order])
        good: dict[str, Session] = {}
        with self._r.pipeline(transaction=False) as pipe:
            for token, held in zip(order, found, strict=True):
                session = msgspec.json.decode(held, type=Session) if held else None
                left = session.created // 1000 + ABSOLUTE_S - time.time() if session else 0
                if session is not None and left > 0:
                    good[token] = session
                    pipe.expire(keys.session(token), max(1, min(SLIDING_S, int(left))))
            pipe.execute()
        return good

    def end(self, token: str) -> None:
        """The session of a token's hash is over."""
        self._r.delete(keys.session(token))

    def begin(self, state: str, started: Started) -> None:
        """Keep what must come back with this state."""
        self._r.set(keys.sign_in_started(digest(state)), msgspec.json.encode(started), ex=STARTED_S)

    def finish(self, state: str) -> Started | None:
        """What was kept, once."""
        found: Any = self._r.getdel(keys.sign_in_started(digest(state)))
        return msgspec.json.decode(found, type=Started) if found else None


class Attempts:
    """Locks out names and addresses that fail too often, known names or not."""

    def __init__(self, r: redis.Redis) -> None:
        self._r = r

    def count(self, name: str, address: str) -> tuple[int, bool]:
        """Note an attempt: seconds to wait, 0 if it may be made; and whether that just began."""
        held = self._keys(name, address)
        with self._r.pipeline() as pipe:
            for key in held:
                pipe.set(key, 0, ex=WINDOW_S, nx=True)
                pipe.incr(key)
                pipe.ttl(key)
            replies = pipe.execute()
        waits, began = [0], False
        for at in range(0, len(replies), 3):
            if replies[at + 1] > FAILURES:
                waits.append(max(1, int(replies[at + 2])))
                began = began or replies[at + 1] == FAILURES + 1
        return max(waits), began

    def forgive(self, name: str, address: str = "") -> None:
        """It was right: the name is free again, the address has failed once less."""
        by_name, by_address = self._keys(name, address)
        with self._r.pipeline() as pipe:
            pipe.delete(by_name)
            if address:
                pipe.decr(by_address)
                pipe.expire(by_address, WINDOW_S)
            pipe.execute()

    def _keys(self, name: str, address: str) -> tuple[str, str]:
        # hashed: what was typed as a name may be somebody's password
        return keys.attempts("name", digest(folded(name))), keys.attempts("address", address)


def _now() -> int:
    return time.time_ns() // 1_000_000
