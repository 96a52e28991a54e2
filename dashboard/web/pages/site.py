"""What the leaders' pages may read from, in one bundle that every page's `build` gets.

Every source in it is thread-safe and may block. A source that is None is one that this server
runs without; a page that needs it shows that it has no data.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from dashboard.config.cities import City
from dashboard.config.cities.base_counts import base_counts
from dashboard.config.scenes import Scenes
from dashboard.config.settings import Settings
from dashboard.core.model.rules import Rules
from dashboard.core.questions.ask import Known
from dashboard.core.questions.grid.base_counts import BaseCounts
from dashboard.web.pages.scene_editing import SceneEditor
from dashboard.web.people.wiring import PeopleSite
from data_sources.desk.desk import Desk
from data_sources.past.asof import Past
from data_sources.records.ledger import Ledgers
from data_sources.records.scores import Scores
from data_sources.records.story import Stories
from data_sources.store.actions import ActionLog
from data_sources.store.connection import Redis
from data_sources.walls.register import ScreenRegister
from layouts.look.city import CityView

#: documents and charts that a worker keeps
_KEPT = 24


class RecentFiles:
    """The documents and charts made last; the same brief always gives the same bytes."""

    def __init__(self) -> None:
        self._files: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, ...], make: Callable[[], bytes]) -> bytes:
        """The file kept under `key`, made by `make` if there is none."""
        with self._lock:
            if key in self._files:
                self._files.move_to_end(key)
                return self._files[key]
        # without the lock: a PDF takes seconds, and others must not wait for it
        body = make()
        with self._lock:
            self._files[key] = body
            while len(self._files) > _KEPT:
                self._files.popitem(last=False)
        return body


@dataclass(kw_only=True)
class ReviewSite:
    """Sources of the leaders' pages."""

    settings: Settings
    city: City
    #: the city's names as screens show them, in both languages
    view: CityView
    rules: Rules
    #: places, departments and categories that an address may name
    known: Known
    store: Redis
    #: opens the log of actions
    log: Callable[[], ActionLog]
    #: tables of all events in memory; None: no page that counts can be shown
    desk: Desk | None
    scores: Scores
    stories: Stories
    ledgers: Ledgers
    #: the wall of an earlier moment
    past: Past | None = None
    #: accounts and the audit record
    people: PeopleSite | None = None
    #: the scene file: what is in force, and what changes it
    scenes: Scenes | None = None
    editor: SceneEditor | None = None
    #: the paired screens
    screens: ScreenRegister | None = None
    files: RecentFiles = field(default_factory=RecentFiles)

    @property
    def base(self) -> BaseCounts:
        """The base counts of the city's grids; read once."""
        return base_counts(self.city, self.settings.base_counts)


def known_of(city: City) -> Known:
    """The codes that an address may name."""
    return Known(
        areas=frozenset(city.places),
        departments=frozenset(city.departments),
        categories=frozenset(city.categories),
    )
