"""What may be done to accounts, by whom: the rules for the page, the API and the command line.

An administrator keeps the accounts of the own area only; the last one of the whole city can't be
taken away over the network (the command line can). Every function is one change and one line in
the record; what is wrong is raised as :class:`AccountError` with the field's name.

Passwords: argon2id, and the rule for new ones.

A name that nobody has costs the same time as one somebody has. At most two are hashed at once:
each takes 64 MiB.
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
from dashboard.web.errors import Refused
from dashboard.web.people.model import PROXY, Capability, Person, Role, require, within
from dashboard.web.people.record import line
from data_sources.accounts.log import Line
from data_sources.accounts.people import Account, People, PeopleError, folded

LEAST, MOST = 10, 128

#: what everybody tries first, without the digits and signs at the end
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
    """``short``, ``long``, ``name`` or ``common``: why it may not be one; None if it may."""
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
    """What is kept of it."""
    with _two:
        return _hasher.hash(password)


def right(kept: str, password: str) -> bool:
    """Whether it is the password; `kept` is "" where nobody has one."""
    with _two:
        try:
            return _hasher.verify(kept or _nobody(), password[: MOST + 1]) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Whether it would be hashed otherwise today."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")


#: letters of any script, digits and . _ - @ within; no blank, no colon, no slash
NAME = re.compile(r"[^\W_](?:[\w.@-]{0,38}[^\W_])?")
COMMAND = "command"


T = TypeVar("T")


class AccountError(GridwallError):
    """What was asked for cannot be; ``field`` and ``kind`` say why (`account.error.<kind>`)."""

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
    "changed": "somebody else has just changed this; look again",
}


class Accounts:
    """The rules over the store."""

    def __init__(self, people: People, known: Callable[[str], bool]) -> None:
        self.people, self._known_area = people, known

    def listed(self) -> list[Account]:
        """The accounts that the person who asks may keep."""
        who = require(Capability.PEOPLE)
        return [one for one in self.people.all() if within(one.area, who)]

    def add(
        self, by: Person, name: str, role: str, area: str, password: str, *, keep: bool = False
    ) -> Account:
        """A new one; with ``keep`` the password need not be changed at the first sign-in."""
        name = name.strip()
        if not NAME.fullmatch(name):
            raise AccountError("name", "form")
        self._check(by, role, area)
        _check_password(password, name)
        made = Account(
            name=name, role=role, area=area, by=by.name,
            password=hashed(password), must_change=not keep,
        )  # fmt: skip
        noted = _line(by, "account-added", name, f"{role} {area}".strip())
        return _telling(lambda: self.people.add(made, noted))

    def change(self, by: Person, name: str, role: str, area: str) -> Account:
        """Another role or area; signs them out."""
        old = self._mine(by, name)
        self._check(by, role, area)
        if old.how != "local":
            raise AccountError("name", "elsewhere")
        if (role, area) != (old.role, old.area):
            self._not_last(by, old, stays=role == Role.ADMINISTRATOR and not area)
        noted = _line(by, "account-changed", old.name, f"{role} {area}".strip())
        return _telling(lambda: self.people.change(old, noted, role=role, area=area))

    def disable(self, by: Person, name: str) -> Account:
        """Nobody may sign in with it; ends what is open."""
        old = self._mine(by, name)
        self._not_last(by, old)
        noted = _line(by, "account-disabled", old.name)
        at = old.disabled or time.time_ns() // 1_000_000
        return _telling(lambda: self.people.change(old, noted, disabled=at))

    def enable(self, by: Person, name: str) -> Account:
        """Again."""
        old = self._mine(by, name)
        noted = _line(by, "account-enabled", old.name)
        return _telling(lambda: self.people.change(old, noted, disabled=0))

    def end(self, by: Person, name: str) -> Account:
        """Sign them out everywhere."""
        old = self._mine(by, name)
        noted = _line(by, "sessions-ended", old.name)
        return _telling(lambda: self.people.end_sessions(old, noted))

    def remove(self, by: Person, name: str) -> None:
        """For good; the record keeps the name."""
        old = self._mine(by, name)
        self._not_last(by, old)
        noted = _line(by, "account-removed", old.name)
        _telling(lambda: self.people.remove(old, noted))

    def reset(self, by: Person, name: str, password: str, *, keep: bool = False) -> Account:
        """A password set by somebody else, to be changed at the next sign-in."""
        old = self._mine(by, name)
        if old.how != "local":
            raise AccountError("name", "elsewhere")
        _check_password(password, old.name)
        kept = hashed(password)
        noted = _line(by, "password-reset", old.name)
        return _telling(lambda: self.people.change(old, noted, password=kept, must_change=not keep))

    def own_password(self, who: Person, old: str, new: str) -> Account:
        """One's own; ends all sessions, also this one."""
        account = self.people.get(who.name)
        if account is None or account.how != "local" or not account.password:
            raise AccountError("name", "elsewhere")
        if not right(account.password, old):
            raise AccountError("old", "wrong")
        if old == new:
            raise AccountError("new", "same")
        _check_password(new, account.name, "new")
        kept = hashed(new)
        noted = _line(who, "password-changed", account.name)
        return _telling(
            lambda: self.people.change(account, noted, password=kept, must_change=False)
        )

    def end_own(self, who: Person) -> Account:
        """Sign oneself out everywhere."""
        account = self.people.get(who.name)
        if account is None or who.how == PROXY:
            raise AccountError("name", "elsewhere")
        noted = _line(who, "sessions-ended", account.name)
        return _telling(lambda: self.people.end_sessions(account, noted))

    def _check(self, by: Person, role: str, area: str) -> None:
        if role not in list(Role):
            raise AccountError("role", "role")
        if area and not self._known_area(area):
            raise AccountError("area", "area")
        if by.how != COMMAND and not within(area, by):
            raise Refused(403, "other area", f"you keep the accounts of {by.area} only")

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


def told(account: Account, seen: Mapping[str, int]) -> dict[str, Any]:
    """An account as it is listed: nothing of its password."""
    return {
        "name": account.name, "role": account.role, "area": account.area, "how": account.how,
        "disabled": account.disabled, "must_change": account.must_change,
        "created": account.created, "by": account.by, "seen": seen.get(account.name.casefold(), 0),
    }  # fmt: skip


def _check_password(password: str, name: str, field: str = "password") -> None:
    if wrong := problem(password, name):
        raise AccountError(field, wrong)


def _line(by: Person, what: str, object: str, detail: str = "") -> Line:
    return line(by, what, object, detail)


def _telling(write: Callable[[], T]) -> T:
    try:
        return write()
    except PeopleError as error:
        raise AccountError("name", error.kind) from error
