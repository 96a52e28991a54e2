"""The page of the channels of notices: what is set up, and what became of what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.config.reading import ConfigError
from dashboard.config.words import catalogue
from dashboard.core.questions.ask import Ask
from dashboard.web.pages.site import ReviewSite
from dashboard.web.people.model import Person
from data_sources.channels.settings import LEVELS, SOURCES, Channel
from data_sources.channels.site import channels_of
from data_sources.channels.trial import Trial, Trials
from data_sources.courier.record import overview
from data_sources.store.keys import shards
from layouts.pages.channels import ChannelRow, ChannelsData, Tried, channels_body
from layouts.pages.kit.frame import Shown

_COUNTED = ("waiting", "delivered", "given_up", "last_ok", "last_error", "error")


def build(site: ReviewSite, who: Person, ask: Ask) -> Shown:
    """The page for an address; raises ``RedisUnavailable``."""
    wrong = ""
    known: tuple[Channel, ...] = ()
    try:
        known = channels_of(site.settings)
    except ConfigError as error:
        wrong = f"{error.path}: {error.reason}" if error.path else error.reason
    found = overview(site.store, shards(site.settings.shards))
    trials = Trials(site.store).last()
    counts = found["channels"]
    names = list(dict.fromkeys([*(one.name for one in known), *counts]))
    by_name = {one.name: one for one in known}
    rows = [_row(name, by_name.get(name), counts.get(name, {}), trials.get(name)) for name in names]
    data = ChannelsData(
        rows=rows, unread=found["counts"]["unread"], wrong=wrong,
        demo=site.settings.demo_receiver or 0,
    )  # fmt: skip
    return Shown(channels_body(data, ask, site.view, catalogue(ask.lang)))


def _row(
    name: str, channel: Channel | None, counts: Mapping[str, Any], trial: Trial | None
) -> ChannelRow:
    made = {field: counts[field] for field in _COUNTED if field in counts}
    if channel is not None:
        made |= {
            "kind": channel.kind,
            "levels": sorted(channel.levels, key=LEVELS.index),
            "sources": sorted(channel.for_source, key=SOURCES.index),
        }
    tried = None
    if trial is not None:
        fields = Tried.__struct_fields__
        tried = Tried(**{field: getattr(trial, field) for field in fields})
    return ChannelRow(name=name, tried=tried, **made)
