"""Everything of a web worker that reads or writes the outside, built from the settings.

Comes in: settings. Goes out: one :class:`Sources`, from which the routes, the pages and the
background tasks take what they need. Building it connects to nothing: Redis is first asked when a
request or a task needs it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from dashboard.config.cities import City
from dashboard.config.cities import load as load_city
from dashboard.config.cities.base_counts import base_counts
from dashboard.config.rules.book import rules_for
from dashboard.config.scenes import Scenes
from dashboard.config.settings import Settings
from dashboard.config.sources import SourceBook, sources_for
from dashboard.core.model.rules import Rules
from dashboard.errors import GridwallError
from dashboard.web.answers.asset_urls import build_id
from dashboard.web.pages.scene_editing import SceneEditor
from dashboard.web.pages.site import ReviewSite, known_of
from dashboard.web.people.wiring import PeopleSite, make_people
from dashboard.web.screens import city_view
from data_sources.archive.listing import paths
from data_sources.desk.desk import Desk
from data_sources.engine.server import running_url
from data_sources.live.topics import Topics
from data_sources.live.wiring import make_topics, site_of
from data_sources.past.asof import Past, make_past
from data_sources.records.ledger import Ledgers
from data_sources.records.scores import Scores
from data_sources.records.story import Stories
from data_sources.store.actions import ActionLog
from data_sources.store.connection import Redis, connect, connect_async
from data_sources.store.keys import shards
from data_sources.walls.devices import Devices
from data_sources.walls.register import ScreenRegister
from data_sources.walls.scene_file import SceneFileStore
from data_sources.walls.steering import Steered, Steering
from layouts.look.city import CityView


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The sources of one web worker; those that block are called in a thread."""

    settings: Settings
    city: City
    rules: Rules
    #: the city's names as screens show them
    view: CityView
    #: the scene file, followed while the worker runs
    scenes: Scenes
    #: who may send actions
    book: SourceBook
    #: the walls' live streams
    topics: Topics
    #: changes the scene file
    editor: SceneEditor
    #: a connection for requests; thread-safe
    store: Redis
    #: opens the log of actions
    log: Callable[[], ActionLog]
    devices: Devices
    #: which screens are paired, connected and when last seen
    screens: ScreenRegister
    steering: Steering
    #: accounts, sessions and the audit record
    people: PeopleSite
    past: Past
    scores: Scores
    stories: Stories
    ledgers: Ledgers
    #: what the leaders' pages read from
    site: ReviewSite

    def place_of(self, event_id: str) -> tuple[str, ...] | None:
        """The codes of the places an event happened in, widest first; None for an unknown event.

        Empty for one whose report has not arrived: what it has so far belongs to those who may see
        the whole city. Raises ``RedisUnavailable``.
        """
        log = self.log()
        state = log.states([event_id])[event_id]
        if state is None:
            return () if log.holds(event_id) else None
        return state.place


def connect_sources(settings: Settings) -> Sources:
    """The sources for these settings; raises :class:`GridwallError` if no Redis is known."""
    url = settings.redis_url or running_url(settings.city_dir)
    if url is None:
        raise GridwallError(
            f"no Redis: GRIDWALL_REDIS_URL is not set and no engine runs in {settings.city_dir}"
        )
    city, rules = load_city(settings.city), rules_for(settings)
    view, parts = city_view(city, settings), shards(settings.shards)
    # a file of counts with a mistake stops the start, not a page
    base_counts(city, settings.base_counts)
    store = connect(url)
    # its own connection: a batch of a thousand actions must not make a page wait
    log = partial(ActionLog, connect(url), settings.shards, rules)
    scenes = Scenes(settings.scenes_path, city, optional=settings.scenes_file is None)
    editor = SceneEditor(SceneFileStore(settings.scenes_path), scenes, city)
    devices = Devices(store)
    screens = ScreenRegister(devices)
    people = make_people(settings, store, city.places)
    past = make_past(settings, url)
    archive = settings.archive_dir
    scores = Scores(store, settings.shards, rules, archive)
    stories = Stories(store, settings.shards, rules)
    ledgers = Ledgers(store, settings.shards, rules.local, city.places, rules)
    topics = _topics(settings, url, rules, scenes)
    site = ReviewSite(
        settings=settings,
        city=city,
        view=view,
        rules=rules,
        known=known_of(city),
        store=store,
        log=log,
        desk=Desk(
            store,
            parts,
            rules,
            archived=paths(archive),
            archive=archive,
            trouble=lambda: topics.beats.trouble,
        ),
        scores=scores,
        stories=stories,
        ledgers=ledgers,
        past=past,
        people=people,
        editor=editor,
        scenes=scenes,
        screens=screens,
    )
    return Sources(
        settings=settings,
        city=city,
        rules=rules,
        view=view,
        scenes=scenes,
        editor=editor,
        book=sources_for(settings),
        topics=topics,
        store=store,
        log=log,
        devices=devices,
        screens=screens,
        steering=Steering(store),
        people=people,
        past=past,
        scores=scores,
        stories=stories,
        ledgers=ledgers,
        site=site,
    )


def _topics(settings: Settings, url: str, rules: Rules, scenes: Scenes) -> Topics:
    """The streams; every beat also carries the scenes' fingerprint and the steering orders."""
    topics = make_topics(settings, url, build_id())
    topics.beats.scenes = lambda: scenes.fingerprint
    parts, named = shards(settings.shards), site_of(settings).named
    topics.beats.orders = Steered(connect_async(url), parts, rules, named).read
    return topics
