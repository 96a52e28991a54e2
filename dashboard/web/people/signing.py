"""Signing in and out: what is checked, counted, stored and recorded. Blocking: call it in a thread.

The answer to a failed sign-in is the same for an unknown name, a disabled account and a wrong
password. An unknown name is not recorded: the user may have typed a password there.
"""

from __future__ import annotations

from dashboard.errors import GridwallError
from dashboard.web.people import accounts
from dashboard.web.people.model import OIDC, Person, Role
from dashboard.web.people.oidc import Proved
from dashboard.web.people.record import Record, line
from data_sources.accounts.people import Account, People, PeopleError
from data_sources.accounts.sessions import Attempts, Sessions, digest

_ANONYMOUS = Person("", how="")


class SignInError(GridwallError):
    """``wrong``, ``locked`` (for ``seconds``), ``taken`` or ``disabled``: `signin.error.<kind>`."""

    def __init__(self, kind: str, seconds: int = 0) -> None:
        super().__init__(kind)
        self.kind, self.seconds = kind, seconds


class Signing:
    """Signs people in over the stores of one site; every method may raise ``RedisUnavailable``."""

    def __init__(
        self, people: People, sessions: Sessions, attempts: Attempts, record: Record
    ) -> None:
        self._people, self.sessions = people, sessions
        self._attempts, self._record = attempts, record

    def by_password(
        self, name: str, password: str, address: str, *, here: bool = False
    ) -> tuple[Account, str]:
        """The account and a new session's token; raises :class:`SignInError`.

        `here`: the request was made on this machine.
        """
        account = self.checked(name, password, address, here=here)
        if accounts.outdated(account.password):
            self._people.rehash(account, accounts.hashed(password))
        return account, self._start(account, address)

    def checked(self, name: str, password: str, address: str, *, here: bool = False) -> Account:
        """The account, if this is its password; the attempt is counted.

        An administrator of the city who signs in on this machine never has to wait: who is on it
        could use `gridwall people` as well. Raises :class:`SignInError`: `locked` or `wrong`.
        """
        wait, began = self._attempts.count(name, address, exempt=here and self._runs_it(name))
        if wait:
            if began:
                self._record.note(_ANONYMOUS, "locked-out", _known(self._people, name), "", address)
            raise SignInError("locked", wait)
        account = self._people.get(name)
        right = accounts.right(account.password if account else "", password)
        if account is None or not right or account.disabled:
            why = "unknown" if account is None else "disabled" if right else "password"
            about = account.name if account else ""
            self._record.note(_ANONYMOUS, "sign-in-failed", about, why, address)
            raise SignInError("wrong")
        self._attempts.forgive(name, address)
        return account

    def _runs_it(self, name: str) -> bool:
        found = self._people.get(name)
        return found is not None and found.role == Role.ADMINISTRATOR and not found.area

    def by_provider(self, proved: Proved, address: str) -> tuple[Account, str]:
        """The account and a new session of a user the identity provider has named.

        A new account is created. Raises :class:`SignInError`: `taken` or `disabled`.
        """
        who = Person(proved.name, Role(proved.role), proved.area, OIDC)
        account = self._people.get(proved.name)
        if account is None:
            made = Account(
                name=proved.name, role=proved.role, area=proved.area,
                how=OIDC, subject=proved.subject, by=OIDC,
            )  # fmt: skip
            try:
                noted = line(who, "account-added", proved.name, proved.role, address)
                account = self._people.add(made, noted)
            except PeopleError as error:
                raise SignInError("taken") from error
        elif (account.how, account.subject) != (OIDC, proved.subject):
            self._record.note(_ANONYMOUS, "sign-in-failed", account.name, "name taken", address)
            raise SignInError("taken")
        if account.disabled:
            self._record.note(_ANONYMOUS, "sign-in-failed", account.name, "disabled", address)
            raise SignInError("disabled")
        detail = f"{proved.role} {proved.area}".strip()
        changed = line(who, "account-changed", account.name, detail, address)
        account = self._people.change(account, changed, role=proved.role, area=proved.area)
        return account, self._start(account, address)

    def renew(self, account: Account) -> str:
        """A new session's token, after a change that has ended all sessions."""
        return self.sessions.start(account)

    def end(self, token: str, account: Account | None, address: str) -> None:
        """End the session of a cookie."""
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
