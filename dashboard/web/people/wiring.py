"""Everything about people of one web worker: the stores, the rules over them, who is known."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from dashboard.config.settings import Settings
from dashboard.web.people.accounts import Accounts
from dashboard.web.people.known import Known
from dashboard.web.people.oidc import Provider
from dashboard.web.people.record import Record
from dashboard.web.people.signing import Signing
from data_sources.accounts.people import People
from data_sources.accounts.sessions import Attempts, Sessions
from data_sources.store.connection import Redis


@dataclass(frozen=True)
class PeopleSite:
    """Made by the factory; pages find it as `site.people`."""

    people: People
    accounts: Accounts
    signing: Signing
    record: Record
    known: Known
    provider: Provider | None


def make_people(settings: Settings, store: Redis, places: Collection[str]) -> PeopleSite:
    """Over one Redis; nothing is asked of it yet."""
    people, sessions, record = People(store), Sessions(store), Record(store)
    inside = places.__contains__
    elsewhere = settings.oidc_issuer and settings.oidc_client_id
    return PeopleSite(
        people=people,
        accounts=Accounts(people, inside),
        signing=Signing(people, sessions, Attempts(store), record),
        record=record,
        known=Known(people, sessions),
        provider=Provider(settings, sessions, inside) if elsewhere else None,
    )
