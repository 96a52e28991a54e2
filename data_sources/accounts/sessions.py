"""Sessions and failed attempts in Redis.

A session's token is random and never stored: its SHA-256 names the key. A session ends 12 h after
its last use, and after 7 days in any case. Attempts are counted before they are made, so that
attempts at the same time are limited like attempts one after the other.
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
#: failures of a name, or of an address, in a window that starts with the first one
FAILURES = 10
WINDOW_S = 15 * 60
#: the user must return from the identity provider within this time
STARTED_S = 600


class Session(msgspec.Struct, frozen=True):
    """A signed-in account, and its generation at that time."""

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
    """A token's SHA-256: all that is ever stored of it."""
    return sha256(token.encode()).hexdigest()


class Sessions:
    """The store of sessions; every method raises ``redis.RedisError``."""

    def __init__(self, r: redis.Redis) -> None:
        self._r = r

    def start(self, account: Account) -> str:
        """A new session's token, for an account that has just been authenticated."""
        token = secrets.token_urlsafe(32)
        session = Session(account.name, account.generation, _now())
        key = keys.session(digest(token))
        self._r.set(key, msgspec.json.encode(session), ex=SLIDING_S)
        return token

    def find(self, tokens: Collection[str]) -> dict[str, Session]:
        """Token hash → session, for those that are still valid; each of them is prolonged."""
        if not tokens:
            return {}
        order = list(tokens)
        found: Any = self._r.mget([keys.session(one) for one in order])
        valid: dict[str, Session] = {}
        with self._r.pipeline(transaction=False) as pipe:
            for token, raw in zip(order, found, strict=True):
                session = msgspec.json.decode(raw, type=Session) if raw else None
                left = session.created // 1000 + ABSOLUTE_S - time.time() if session else 0
                if session is not None and left > 0:
                    valid[token] = session
                    pipe.expire(keys.session(token), max(1, min(SLIDING_S, int(left))))
            pipe.execute()
        return valid

    def end(self, token: str) -> None:
        """End the session of a token's hash."""
        self._r.delete(keys.session(token))

    def begin(self, state: str, started: Started) -> None:
        """Store a sign-in under its state until the user returns."""
        self._r.set(keys.sign_in_started(digest(state)), msgspec.json.encode(started), ex=STARTED_S)

    def finish(self, state: str) -> Started | None:
        """The sign-in of a state, which is usable once; None if it is unknown or too old."""
        found: Any = self._r.getdel(keys.sign_in_started(digest(state)))
        return msgspec.json.decode(found, type=Started) if found else None


class Attempts:
    """Locks out names and addresses that fail too often, known names or not."""

    def __init__(self, r: redis.Redis) -> None:
        self._r = r

    def count(self, name: str, address: str) -> tuple[int, bool]:
        """Count an attempt: (seconds to wait or 0, whether the lock began with this attempt)."""
        counted = self._keys(name, address)
        with self._r.pipeline() as pipe:
            for key in counted:
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
        """The password was right: clear the name's failures, take one off the address's."""
        by_name, by_address = self._keys(name, address)
        with self._r.pipeline() as pipe:
            pipe.delete(by_name)
            if address:
                pipe.decr(by_address)
                pipe.expire(by_address, WINDOW_S)
            pipe.execute()

    def _keys(self, name: str, address: str) -> tuple[str, str]:
        # hashed: a user may have typed a password as the name
        return keys.attempts("name", digest(folded(name))), keys.attempts("address", address)


def _now() -> int:
    return time.time_ns() // 1_000_000
