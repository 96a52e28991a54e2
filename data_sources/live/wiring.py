"""From settings to composers and topics: the city pack's share of what a wall needs."""

from __future__ import annotations

import asyncio
from functools import partial

from dashboard.config.cities import City, load
from dashboard.config.cities.base_counts import base_counts
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.fold.tiles import cell
from dashboard.core.fold.views import TIERS
from dashboard.core.model.rules import Rules
from dashboard.core.wall.state import Wall
from data_sources.errors import UnknownArea
from data_sources.live.beats import Beats
from data_sources.live.composer import Composer, Site
from data_sources.live.known_fields import KnownFields
from data_sources.live.place_reader import Ground
from data_sources.live.scopes import Scopes
from data_sources.live.topics import Topics
from data_sources.store.connection import connect_async
from data_sources.store.keys import shards

#: no more cells than this cover the city's bounds
_MAX_CELLS = 4000


def site_of(settings: Settings) -> Site:
    """What the composer must know of the settings' city."""
    city, rules = load(settings.city), rules_for(settings)
    return Site(
        city=city.id,
        rules=rules,
        area_tier=city.area_tier,
        # the map already shows the counties; the list next to it goes one tier deeper
        list_tier="township" if city.area_tier == "county" else city.area_tier,
        named_tiers=city.named_tiers,
        cell_zoom=_cell_zoom(city, rules),
        known=KnownFields(city.known, rules.weights[-1][1]),
        named=partial(_named, city),
        scope=scopes_of(settings).whole(),
        path=city.path,
    )


def _named(city: City, code: str) -> str:
    """The code of the finest named place at or above ``code``; itself if the pack has none."""
    path = dict(zip(TIERS, city.path(code), strict=False))
    found = (path.get(tier, "") for tier in reversed(city.named_tiers))
    return next((place for place in found if place), code)


def scopes_of(settings: Settings) -> Scopes:
    """The places of the settings' city, with their households."""
    city = load(settings.city)
    return Scopes(city, base_counts(city, settings.base_counts))


def make_composer(settings: Settings, url: str, area: str = "") -> Composer:
    """A composer for the store at ``url``, of the city or of one place.

    Raises :class:`UnknownArea`.
    """
    ground = scopes_of(settings).ground(area) if area else None
    if area and ground is None:
        raise UnknownArea(f"area={area!r}: {settings.city} has no such place")
    r, parts = connect_async(url), shards(settings.shards)
    return Composer(r, parts, site_of(settings), ground, tick_ms=settings.tick_ms)


def make_topics(settings: Settings, url: str, build_id: str = "") -> Topics:
    """The streams of one web worker."""
    r, parts, site = connect_async(url), shards(settings.shards), site_of(settings)

    def compose(ground: Ground | None) -> Composer:
        return Composer(r, parts, site, ground, tick_ms=settings.tick_ms)

    # the embedded engine's directory, if it is ours to look at
    directory = settings.city_dir if url.startswith("unix://") else None
    beats = Beats(r, parts, build_id, directory, settings.accept_store)
    ground = scopes_of(settings).ground
    return Topics(beats, compose, ground, tick_ms=settings.tick_ms)


def read_wall(settings: Settings, url: str, area: str = "") -> Wall:
    """The wall's state once, as ``/api/v1/wall`` serves it.

    Raises ``redis.RedisError``, :class:`UnknownArea`.
    """
    return asyncio.run(make_composer(settings, url, area).wall())


def _cell_zoom(city: City, rules: Rules) -> int:
    """The finest kept zoom at which the city's bounds need few enough cells."""
    (south, west), (north, east) = city.bounds
    for zoom in sorted(rules.cell_zooms, reverse=True):
        left, bottom = cell(west, south, zoom)
        right, top = cell(east, north, zoom)
        if (right - left + 1) * (bottom - top + 1) <= _MAX_CELLS:
            return zoom
    return min(rules.cell_zooms)
