"""Accounts and passwords: who may change what, for the page, the API and the command line.

An administrator manages only the accounts of their own area. The last administrator of the whole
city can't be removed over the network (the command line can). Every method of :class:`Accounts` is
one change and one line in the record, and raises :class:`AccountError` with the field's name.

Passwords are stored as argon2id. Checking an unknown name takes as long as checking a known one. At
most two passwords are hashed at a time: each takes 64 MiB.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dashboard.errors import GridwallError
from dashboard.web.answers.errors import Refused
from dashboard.web.people.model import PROXY, Capability, Person, Role, require, within
from dashboard.web.people.record import line
from data_sources.accounts.people import Account, People, PeopleError, folded

LEAST, MOST = 10, 128

#: the passwords that attackers try first, without digits and signs at the end
_TRIED = (
    "password passw0rd p@ssw0rd p@ssword passwort motdepasse contrasena qwerty qwertyuiop qwerty"
    "123456 asdfghjkl zxcvbnm 1qaz2wsx 1q2w3e4r 1q2w3e4r5t q1w2e3r4 qazwsxedc zaq12wsx letmein"
    " welcome iloveyou admin administrator administrateur manager operator gridwall dashboard"
    " changeme default secret dragon monkey football baseball superman batman trustno1 sunshine"
    " princess master shadow michael computer internet woaini woaini1314 wangge wanggehua chengguan"
    " zhihui zhongguo beijing chifeng neimenggu huanying mima test testtest abcdefghij abcdefgh"
    " abc123 a123456 aa123456 qq123456 5201314 1314520 147258369 123qwe qwe123 asd123 zxc123"
    " 密码 网格 管理员 赤峰 城市管理"
)
_COMMON = frozenset(_TRIED.split())
_ROWS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz")

_hasher = PasswordHasher()
_two = threading.BoundedSemaphore(2)


def problem(password: str, name: str) -> str | None:
    """Why a password is refused: ``short``, ``long``, ``name`` or ``common``; None if it is not."""
    plain = password.casefold()
    if len(password) < LEAST:
        return "short"
    if len(password) > MOST:
        return "long"
    folded = name.strip().casefold()
    if len(folded) >= 3 and folded in plain and len(plain) - len(folded) < LEAST - 2:
        return "name"
    if plain in (folded, folded[::-1]):
        return "name"
    stem = plain.rstrip("0123456789!@#$%^&*.?_-+ ")
    few = len(set(plain)) <= 3
    row = any(plain in one or plain[::-1] in one for one in _ROWS)
    if few or row or plain in _COMMON or stem in _COMMON or not stem:
        return "common"
    return None


def hashed(password: str) -> str:
    """The password's argon2id hash."""
    with _two:
        return _hasher.hash(password)


def right(kept: str, password: str) -> bool:
    """Whether `kept` is the hash of this password; "" is an account without one."""
    with _two:
        try:
            return _hasher.verify(kept or _no_hash(), password[: MOST + 1]) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Whether the hash was made with older parameters."""
    return _hasher.check_needs_rehash(kept)


@cache
def _no_hash() -> str:
    """The hash that an unknown name is checked against, so that it takes as long."""
    return _hasher.hash("no account has this password")


#: an account's name: letters of any script, digits, and . _ - @ inside; no blank, colon or slash
NAME = re.compile(r"[^\W_](?:[\w.@-]{0,38}[^\W_])?")
COMMAND = "command"


T = TypeVar("T")


class AccountError(GridwallError):
    """A change is not possible: the `field`, and why (`kind`; words: `account.error.<kind>`)."""

    def __init__(self, field: str, kind: str) -> None:
        super().__init__(f"{field}: {_WORDS.get(kind, kind)}")
        self.field, self.kind = field, kind


_WORDS = {
    "form": "1 to 40 letters or digits, . _ - @ within",
    "role": "viewer, operator, manager or administrator",
    "area": "no such place in this city",
    "short": f"at least {LEAST} characters",
    "long": f"at most {MOST} characters",
    "name": "not the name",
    "common": "too common",
    "same": "the same as before",
    "wrong": "not the present password",
    "last": "the last administrator of the city stays",
    "self": "not your own account",
    "elsewhere": "kept by the identity provider",
    "taken": "there is an account of this name",
    "unknown": "there is no account of this name",
    "changed": "another user has just changed this; reload the page",
}


class Accounts:
    """The rules for changing accounts; `by` is the person who makes the change."""

    def __init__(self, people: People, known: Callable[[str], bool]) -> None:
        self.people, self._known_area = people, known

    def listed(self) -> list[Account]:
        """The accounts that the current person may manage."""
        who = require(Capability.PEOPLE)
        return [one for one in self.people.all() if within(one.area, who)]

    def add(
        self, by: Person, name: str, role: str, area: str, password: str, *, keep: bool = False
    ) -> Account:
        """Add an account; with `keep` its password need not be changed at the first sign-in."""
        name = name.strip()
        if not NAME.fullmatch(name):
            raise AccountError("name", "form")
        self._check(by, role, area)
        _check_password(password, name)
        made = Account(
            name=name, role=role, area=area, by=by.name,
            password=hashed(password), must_change=not keep,
        )  # fmt: skip
        noted = line(by, "account-added", name, f"{role} {area}".strip())
        return _written(lambda: self.people.add(made, noted))

    def change(self, by: Person, name: str, role: str, area: str) -> Account:
        """Change role or area; ends the account's sessions."""
        old = self._mine(by, name)
        self._check(by, role, area)
        if old.how != "local":
            raise AccountError("name", "elsewhere")
        if (role, area) != (old.role, old.area):
            self._not_last(by, old, stays=role == Role.ADMINISTRATOR and not area)
        noted = line(by, "account-changed", old.name, f"{role} {area}".strip())
        return _written(lambda: self.people.change(old, noted, role=role, area=area))

    def disable(self, by: Person, name: str) -> Account:
        """Forbid signing in with it; ends its sessions."""
        old = self._mine(by, name)
        self._not_last(by, old)
        noted = line(by, "account-disabled", old.name)
        at = old.disabled or time.time_ns() // 1_000_000
        return _written(lambda: self.people.change(old, noted, disabled=at))

    def enable(self, by: Person, name: str) -> Account:
        """Allow signing in with it again."""
        old = self._mine(by, name)
        noted = line(by, "account-enabled", old.name)
        return _written(lambda: self.people.change(old, noted, disabled=0))

    def end(self, by: Person, name: str) -> Account:
        """End all its sessions."""
        old = self._mine(by, name)
        noted = line(by, "sessions-ended", old.name)
        return _written(lambda: self.people.end_sessions(old, noted))

    def remove(self, by: Person, name: str) -> None:
        """Remove it for good; the record keeps the name."""
        old = self._mine(by, name)
        self._not_last(by, old)
        noted = line(by, "account-removed", old.name)
        _written(lambda: self.people.remove(old, noted))

    def reset(self, by: Person, name: str, password: str, *, keep: bool = False) -> Account:
        """Set another user's password; without `keep` it must be changed at the next sign-in."""
        old = self._mine(by, name)
        if old.how != "local":
            raise AccountError("name", "elsewhere")
        _check_password(password, old.name)
        kept = hashed(password)
        noted = line(by, "password-reset", old.name)
        return _written(lambda: self.people.change(old, noted, password=kept, must_change=not keep))

    def own_password(self, who: Person, old: str, new: str) -> Account:
        """Change the person's own password; ends all their sessions, this one too."""
        account = self.people.get(who.name)
        if account is None or account.how != "local" or not account.password:
            raise AccountError("name", "elsewhere")
        if not right(account.password, old):
            raise AccountError("old", "wrong")
        if old == new:
            raise AccountError("new", "same")
        _check_password(new, account.name, "new")
        kept = hashed(new)
        noted = line(who, "password-changed", account.name)
        return _written(
            lambda: self.people.change(account, noted, password=kept, must_change=False)
        )

    def end_own(self, who: Person) -> Account:
        """End all the person's own sessions."""
        account = self.people.get(who.name)
        if account is None or who.how == PROXY:
            raise AccountError("name", "elsewhere")
        noted = line(who, "sessions-ended", account.name)
        return _written(lambda: self.people.end_sessions(account, noted))

    def _check(self, by: Person, role: str, area: str) -> None:
        if role not in list(Role):
            raise AccountError("role", "role")
        if area and not self._known_area(area):
            raise AccountError("area", "area")
        if by.how != COMMAND and not within(area, by):
            raise Refused(403, "other area", f"you manage the accounts of {by.area} only")

    def _mine(self, by: Person, name: str) -> Account:
        found = self.people.get(name)
        if found is None or (by.how != COMMAND and not within(found.area, by)):
            raise AccountError("name", "unknown")
        return found

    def _not_last(self, by: Person, old: Account, *, stays: bool = False) -> None:
        if by.how == COMMAND:
            return
        if folded(by.name) == folded(old.name) and by.how == old.how:
            raise AccountError("name", "self")
        others = [
            one
            for one in self.people.all()
            if (one.role, one.area, one.how) == (Role.ADMINISTRATOR, "", "local")
            and not one.disabled
            and one.name != old.name
        ]
        if old.role == Role.ADMINISTRATOR and not old.area and not others and not stays:
            raise AccountError("name", "last")


def as_row(account: Account, seen: Mapping[str, int]) -> dict[str, Any]:
    """An account as the API lists it, without its password."""
    return {
        "name": account.name, "role": account.role, "area": account.area, "how": account.how,
        "disabled": account.disabled, "must_change": account.must_change,
        "created": account.created, "by": account.by, "seen": seen.get(account.name.casefold(), 0),
    }  # fmt: skip


def _check_password(password: str, name: str, field: str = "password") -> None:
    if wrong := problem(password, name):
        raise AccountError(field, wrong)


def _written(write: Callable[[], T]) -> T:
    try:
        return write()
    except PeopleError as error:
        raise AccountError("name", error.kind) from error
