"""Signing in and out: what is checked, counted, kept and recorded. Blocking; routes call it in a
thread.

What is said to somebody who failed is the same for a name that nobody has, one that is disabled and
a wrong password. What was typed as an unknown name is not recorded: it may be a password.
"""

from __future__ import annotations

from dashboard.errors import GridwallError
from dashboard.web.people import accounts
from dashboard.web.people.model import OIDC, Person, Role
from dashboard.web.people.oidc import Proved
from dashboard.web.people.record import Record, line
from data_sources.accounts.people import Account, People, PeopleError
from data_sources.accounts.sessions import Attempts, Sessions, digest

_NOBODY = Person("", how="")


class SignInError(GridwallError):
    """``wrong``, ``locked`` (for ``seconds``), ``taken`` or ``disabled``: `signin.error.<kind>`."""

    def __init__(self, kind: str, seconds: int = 0) -> None:
        super().__init__(kind)
        self.kind, self.seconds = kind, seconds


class Signing:
    """Over the stores of one site; raises ``RedisUnavailable``."""

    def __init__(
        self, people: People, sessions: Sessions, attempts: Attempts, record: Record
    ) -> None:
        self._people, self.sessions = people, sessions
        self._attempts, self._record = attempts, record

    def by_password(self, name: str, password: str, address: str) -> tuple[Account, str]:
        """The account and a new session's token."""
        account = self.checked(name, password, address)
        if accounts.outdated(account.password):
            self._people.rehash(account, accounts.hashed(password))
        return account, self._start(account, address)

    def checked(self, name: str, password: str, address: str) -> Account:
        """The account whose password this is; the attempt is counted."""
        wait, began = self._attempts.count(name, address)
        if wait:
            if began:
                self._record.note(_NOBODY, "locked-out", _known(self._people, name), "", address)
            raise SignInError("locked", wait)
        account = self._people.get(name)
        right = accounts.right(account.password if account else "", password)
        if account is None or not right or account.disabled:
            why = "unknown" if account is None else "disabled" if right else "password"
            about = account.name if account else ""
            self._record.note(_NOBODY, "sign-in-failed", about, why, address)
            raise SignInError("wrong")
        self._attempts.forgive(name, address)
        return account

    def by_provider(self, proved: Proved, address: str) -> tuple[Account, str]:
        """The account of who the identity provider has named, made if it is new."""
        who = Person(proved.name, Role(proved.role), proved.area, OIDC)
        held = self._people.get(proved.name)
        if held is None:
            made = Account(
                name=proved.name, role=proved.role, area=proved.area,
                how=OIDC, subject=proved.subject, by=OIDC,
            )  # fmt: skip
            try:
                noted = line(who, "account-added", proved.name, proved.role, address)
                held = self._people.add(made, noted)
            except PeopleError as error:
                raise SignInError("taken") from error
        elif (held.how, held.subject) != (OIDC, proved.subject):
            self._record.note(_NOBODY, "sign-in-failed", held.name, "name taken", address)
            raise SignInError("taken")
        if held.disabled:
            self._record.note(_NOBODY, "sign-in-failed", held.name, "disabled", address)
            raise SignInError("disabled")
        detail = f"{proved.role} {proved.area}".strip()
        changed = line(who, "account-changed", held.name, detail, address)
        held = self._people.change(held, changed, role=proved.role, area=proved.area)
        return held, self._start(held, address)

    def again(self, account: Account) -> str:
        """A new session after a change that has ended all of them."""
        return self.sessions.start(account)

    def out(self, token: str, account: Account | None, address: str) -> None:
        """The session of a cookie is over."""
        self.sessions.end(digest(token))
        if account is not None:
            self._record.note(_person(account), "sign-out", account.name, "", address)

    def _start(self, account: Account, address: str) -> str:
        token = self.sessions.start(account)
        self._people.note_seen(account.name)
        self._record.note(_person(account), "sign-in", account.name, "", address)
        return token


def _person(account: Account) -> Person:
    return Person(account.name, Role(account.role), account.area, account.how)


def _known(people: People, name: str) -> str:
    found = people.get(name)
    return found.name if found else ""
