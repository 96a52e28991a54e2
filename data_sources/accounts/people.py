"""Accounts in Redis: names are unique whatever their case, a password is kept as its argon2 hash.

Every change and its line in the record are one transaction. A change that must end the person's
sessions gives the account another `generation`; a session of an older one is worth nothing.
"""

from __future__ import annotations

import secrets
import time
from typing import Any

import msgspec
import redis

from dashboard.errors import GridwallError
from data_sources.accounts.log import LENGTH, Line, fields
from data_sources.store import keys

#: fields whose change ends the sessions
_ENDS = {"role", "area", "password", "disabled"}


class PeopleError(GridwallError):
    """``taken``, ``unknown`` or ``changed`` (by somebody else, just now); ``kind`` says which."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who may sign in."""

    name: str
    role: str
    #: "" is the whole city
    area: str = ""
    #: local, or oidc: known by an identity provider
    how: str = "local"
    #: who they are at the identity provider
    subject: str = ""
    password: str = ""
    #: the password was set by somebody else
    must_change: bool = False
    #: ms; 0 while they may sign in
    disabled: int = 0
    #: sessions of another generation are over
    generation: str = ""
    created: int = 0
    by: str = ""


def folded(name: str) -> str:
    """A name as it is looked up."""
    return name.strip().casefold()


class People:
    """The store of accounts; raises ``redis.RedisError`` and :class:`PeopleError`."""

    def __init__(self, r: redis.Redis) -> None:
        self._r = r

    def all(self) -> list[Account]:
        """Every account, by name."""
        found: Any = self._r.hgetall(keys.PEOPLE)
        return [msgspec.json.decode(found[name], type=Account) for name in sorted(found)]

    def get(self, name: str) -> Account | None:
        """One account."""
        found: Any = self._r.hget(keys.PEOPLE, folded(name))
        return msgspec.json.decode(found, type=Account) if found else None

    def count(self) -> int:
        """How many accounts there are."""
        return int(self._r.hlen(keys.PEOPLE))

    def changed(self) -> int:
        """A number that moves with every change."""
        found: Any = self._r.get(keys.PEOPLE_CHANGED)
        return int(found or 0)

    def seen(self) -> dict[str, int]:
        """Folded name → when they signed in last, ms."""
        found: Any = self._r.hgetall(keys.PEOPLE_SEEN)
        return {name.decode(): int(at) for name, at in found.items()}

    def note_seen(self, name: str) -> None:
        """They have just signed in."""
        self._r.hset(keys.PEOPLE_SEEN, folded(name), str(_now()))

    def add(self, account: Account, line: Line) -> Account:
        """A new account."""
        made = msgspec.structs.replace(account, generation=_fresh(), created=_now())
        return self._write(account.name, None, made, line)

    def change(self, old: Account, line: Line, **changes: Any) -> Account:
        """The account with other values; ``old`` is what the change was decided upon."""
        if not {k for k, v in changes.items() if getattr(old, k) != v}:
            return old
        if changes.keys() & _ENDS:
            changes["generation"] = _fresh()
        return self._write(old.name, old, msgspec.structs.replace(old, **changes), line)

    def end_sessions(self, old: Account, line: Line) -> Account:
        """Sign them out everywhere."""
        new = msgspec.structs.replace(old, generation=_fresh())
        return self._write(old.name, old, new, line)

    def rehash(self, old: Account, password: str) -> None:
        """The same password, hashed as it is done now; sessions go on."""
        self._write(old.name, old, msgspec.structs.replace(old, password=password), None)

    def remove(self, old: Account, line: Line) -> None:
        """Nobody of this name any more."""
        self._write(old.name, old, None, line)

    def _write(self, name: str, old: Account | None, new: Account | None, line: Line | None) -> Any:
        key = folded(name)
        with self._r.pipeline() as pipe:
            try:
                pipe.watch(keys.PEOPLE)
                held: Any = pipe.hget(keys.PEOPLE, key)
                known = msgspec.json.decode(held, type=Account) if held else None
                if known != old:
                    kind = "taken" if old is None else "changed" if known else "unknown"
                    raise PeopleError(kind, f"{name}: {_WORDS[kind]}")
                pipe.multi()
                if new is None:
                    pipe.hdel(keys.PEOPLE, key)
                    pipe.hdel(keys.PEOPLE_SEEN, key)
                else:
                    pipe.hset(keys.PEOPLE, key, msgspec.json.encode(new))
                pipe.incr(keys.PEOPLE_CHANGED)
                if line is not None:
                    pipe.xadd(keys.PEOPLE_LOG, fields(line), maxlen=LENGTH)
                pipe.execute()
            except redis.WatchError as error:
                raise PeopleError("changed", f"{name}: {_WORDS['changed']}") from error
        return new


_WORDS = {
    "taken": "there is an account of this name",
    "unknown": "there is no account of this name",
    "changed": "somebody else has just changed this; look again",
}


def _now() -> int:
    return time.time_ns() // 1_000_000


def _fresh() -> str:
    return secrets.token_hex(8)
