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
from typing import Any, NamedTuple

import msgspec
import redis

from dashboard.config.addresses import neighbours
from data_sources.accounts.people import Account, folded
from data_sources.store import keys

SLIDING_S = 12 * 3600
ABSOLUTE_S = 7 * 24 * 3600
#: failures of a name from one address, in a window that starts with the first one
FAILURES = 10
#: of all names from one address, and of one name from all addresses where it is not known
FAILURES_ADDRESS, FAILURES_NAME = 50, 100
WINDOW_S = 15 * 60
#: addresses where an account signed in within this time are known for it; how many are kept
FAMILIAR_S, MOST_FAMILIAR = 30 * 24 * 3600, 20
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


class Wait(NamedTuple):
    """Whether an attempt may be made, and whether a lock began with it."""

    #: seconds; 0: now
    seconds: int
    began: bool


class Attempts:
    """Slows down who fails too often, by name *and* address: known names or not.

    A stranger's failures lock the stranger's address out of a name, and no one else. Two wider
    limits are for those who change one of the two: an address may fail for many names (a list of
    names), and a name may fail from many addresses (a botnet). The last one holds for addresses
    only where the account has not signed in lately.
    """

    def __init__(self, r: redis.Redis) -> None:
        self._r = r

    def count(self, name: str, address: str, *, exempt: bool = False) -> Wait:
        """Count an attempt; `exempt`: it is counted, but never has to wait."""
        who, where = digest(folded(name)), digest(neighbours(address))
        by_address = keys.attempts("address", where)
        if not exempt and (wait := self._over(by_address, FAILURES_ADDRESS)):
            # nothing more is kept for one who is locked out
            return Wait(wait, False)
        counted = [
            (keys.attempts("pair", digest(f"{who} {where}")), FAILURES),
            (by_address, FAILURES_ADDRESS),
            (keys.attempts("name", who), FAILURES_NAME),
        ]
        with self._r.pipeline() as pipe:
            for key, _ in counted:
                pipe.set(key, 0, ex=WINDOW_S, nx=True)
                pipe.incr(key)
                pipe.ttl(key)
            pipe.zscore(keys.familiar(who), where)
            *replies, is_familiar = pipe.execute()
        waits, began = [0], False
        for at, (key, most) in enumerate(counted):
            number, left = replies[3 * at + 1], replies[3 * at + 2]
            if number > most and not (key == counted[-1][0] and is_familiar is not None):
                waits.append(max(1, int(left)))
                began = began or number == most + 1
        return Wait(0 if exempt else max(waits), began)

    def forgive(self, name: str, address: str) -> None:
        """The password was right: clear the failures of the name from here, and know the address.

        What others failed with the name stays counted.
        """
        who, where = digest(folded(name)), digest(neighbours(address))
        known, now = keys.familiar(who), int(time.time())
        with self._r.pipeline() as pipe:
            pipe.delete(keys.attempts("pair", digest(f"{who} {where}")))
            for key in (keys.attempts("address", where), keys.attempts("name", who)):
                pipe.decr(key)
                pipe.expire(key, WINDOW_S)
            pipe.zadd(known, {where: now})
            pipe.zremrangebyscore(known, 0, now - FAMILIAR_S)
            pipe.zremrangebyrank(known, 0, -MOST_FAMILIAR - 1)
            pipe.expire(known, FAMILIAR_S)
            pipe.execute()

    def _over(self, key: str, most: int) -> int:
        with self._r.pipeline(transaction=False) as pipe:
            pipe.get(key)
            pipe.ttl(key)
            number, left = pipe.execute()
        return max(1, int(left)) if int(number or 0) > most else 0


def _now() -> int:
    return time.time_ns() // 1_000_000
