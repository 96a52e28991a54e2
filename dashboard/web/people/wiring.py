"""Builds what a web worker needs about people: the stores, the rules over them, the register."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from dashboard.config.settings import Settings
from dashboard.web.people.accounts import Accounts
from dashboard.web.people.oidc import Provider
from dashboard.web.people.record import Record
from dashboard.web.people.register import AccountRegister
from dashboard.web.people.signing import Signing
from data_sources.accounts.people import People
from data_sources.accounts.sessions import Attempts, Sessions
from data_sources.store.connection import Redis


@dataclass(frozen=True)
class PeopleSite:
    """Everything about people, for routes, pages and the guard."""

    people: People
    accounts: Accounts
    signing: Signing
    record: Record
    #: accounts and sessions in memory
    register: AccountRegister
    provider: Provider | None


def make_people(settings: Settings, store: Redis, places: Collection[str]) -> PeopleSite:
    """The parts over one Redis; nothing is read yet."""
    people, sessions, record = People(store), Sessions(store), Record(store)
    inside = places.__contains__
    has_provider = settings.oidc_issuer and settings.oidc_client_id
    return PeopleSite(
        people=people,
        accounts=Accounts(people, inside),
        signing=Signing(people, sessions, Attempts(store), record),
        record=record,
        register=AccountRegister(people, sessions),
        provider=Provider(settings, sessions, inside) if has_provider else None,
    )
