"""What a leaders' page may read from: one bundle, made by the factory, handed to every page.

A field that is None is a part that this server does without; a page that needs it says so.

Raised by a page that was asked for something that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dashboard.config.cities import City
from dashboard.config.settings import Settings
from dashboard.core.model.rules import Rules
from dashboard.core.questions.ask import Known
from layouts.look.city import CityView

if TYPE_CHECKING:
    import redis

    from data_sources.desk.desk import Desk
    from data_sources.past.asof import Past
    from data_sources.records.ledger import Ledgers
    from data_sources.records.scores import Scores
    from data_sources.records.story import Stories
    from data_sources.store.actions import ActionLog


@dataclass(kw_only=True)
class ReviewSite:
    """Sources of the leaders' pages; every one is thread-safe and may block."""

    settings: Settings
    city: City
    view: CityView
    rules: Rules
    #: Places, departments … that an address may name.
    known: Known
    store: redis.Redis
    log: Callable[[], ActionLog]
    desk: Desk | None
    scores: Scores
    stories: Stories
    ledgers: Ledgers
    past: Past | None = None
    people: Any = None
    briefs: Any = None
    archive: Any = None
    #: Anything else a page was promised, by name; better a field of its own.
    more: Mapping[str, Any] = field(default_factory=dict)


def known_of(city: City) -> Known:
    """The codes that an address may name."""
    return Known(
        areas=frozenset(city.places),
        departments=frozenset(city.departments),
        categories=frozenset(city.categories),
    )


class NotHere(Exception):  # no fault: somebody followed an old link
    """`what` is the code or id that was asked for."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
