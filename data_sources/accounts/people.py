"""Accounts in Redis: names are unique regardless of case, passwords are kept as argon2 hashes.

Every change and its line in the audit record are one transaction. A change that must end the
account's sessions gives it another `generation`; a session of an older generation is invalid.
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
    """A write is not possible; `kind`: taken, unknown or changed (by another user just now)."""

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(text)
        self.kind = kind


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A user's account."""

    name: str
    role: str
    #: "" is the whole city
    area: str = ""
    #: local, or oidc: of an identity provider
    how: str = "local"
    #: the user's id at the identity provider
    subject: str = ""
    #: argon2 hash; "" if the account has no password
    password: str = ""
    #: an administrator has set the password
    must_change: bool = False
    #: since when it is disabled, ms; 0: it is not
    disabled: int = 0
    #: sessions of another generation are invalid
    generation: str = ""
    #: ms, and by which account
    created: int = 0
    by: str = ""


def folded(name: str) -> str:
    """The form of a name that is looked up."""
    return name.strip().casefold()


class People:
    """The store of accounts; raises ``redis.RedisError``, a write also :class:`PeopleError`."""

    def __init__(self, r: redis.Redis) -> None:
        self._r = r

    def all(self) -> list[Account]:
        """Every account, by name."""
        found: Any = self._r.hgetall(keys.PEOPLE)
        return [msgspec.json.decode(found[name], type=Account) for name in sorted(found)]

    def get(self, name: str) -> Account | None:
        """The account of this name; None if there is none."""
        found: Any = self._r.hget(keys.PEOPLE, folded(name))
        return msgspec.json.decode(found, type=Account) if found else None

    def count(self) -> int:
        """How many accounts there are."""
        return int(self._r.hlen(keys.PEOPLE))

    def changed(self) -> int:
        """A number that grows with every change."""
        found: Any = self._r.get(keys.PEOPLE_CHANGED)
        return int(found or 0)

    def seen(self) -> dict[str, int]:
        """Folded name → the last sign-in, ms."""
        found: Any = self._r.hgetall(keys.PEOPLE_SEEN)
        return {name.decode(): int(at) for name, at in found.items()}

    def note_seen(self, name: str) -> None:
        """Note that the account has just signed in."""
        self._r.hset(keys.PEOPLE_SEEN, folded(name), str(_now()))

    def add(self, account: Account, line: Line) -> Account:
        """Add an account; its generation and time of creation are set here."""
        made = msgspec.structs.replace(account, generation=_generation(), created=_now())
        return self._write(account.name, None, made, line)

    def change(self, old: Account, line: Line, **changes: Any) -> Account:
        """The account with other values; raises `changed` if it is no longer as in `old`."""
        if not {k for k, v in changes.items() if getattr(old, k) != v}:
            return old
        if changes.keys() & _ENDS:
            changes["generation"] = _generation()
        return self._write(old.name, old, msgspec.structs.replace(old, **changes), line)

    def end_sessions(self, old: Account, line: Line) -> Account:
        """End all its sessions."""
        new = msgspec.structs.replace(old, generation=_generation())
        return self._write(old.name, old, new, line)

    def rehash(self, old: Account, password: str) -> None:
        """Replace the hash by one of today's parameters, of the same password; sessions go on."""
        self._write(old.name, old, msgspec.structs.replace(old, password=password), None)

    def remove(self, old: Account, line: Line) -> None:
        """Remove the account."""
        self._write(old.name, old, None, line)

    def _write(self, name: str, old: Account | None, new: Account | None, line: Line | None) -> Any:
        key = folded(name)
        with self._r.pipeline() as pipe:
            try:
                pipe.watch(keys.PEOPLE)
                raw: Any = pipe.hget(keys.PEOPLE, key)
                stored = msgspec.json.decode(raw, type=Account) if raw else None
                if stored != old:
                    kind = "taken" if old is None else "changed" if stored else "unknown"
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
    "changed": "another user has just changed this; reload the page",
}


def _now() -> int:
    return time.time_ns() // 1_000_000


def _generation() -> str:
    return secrets.token_hex(8)
