"""The courier's process: every shard of a store, one thread each, channels shared by them."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import structlog

from dashboard.config import cities
from dashboard.config.rules.rulebook import section
from dashboard.config.rules.yaml_file import path_text, shown_file
from dashboard.config.settings import Settings
from data_sources.channels.fields import Path
from data_sources.channels.sender import open_sender
from data_sources.channels.settings import Channel, read
from data_sources.channels.wording import Wording
from data_sources.courier.courier import Courier, Way
from data_sources.store.connection import connect
from data_sources.store.keys_keys import ShardKeys, shards
from data_sources.store.workers import run_each, stop_on_signals

_courier_log = structlog.get_logger("courier")


def run_courier(settings: Settings, url: str) -> None:
    """Carry the notices of every shard of the store at ``url`` until SIGINT or SIGTERM."""
    stop = stop_on_signals()
    channels = channels_of(settings)
    ways = ways_of(settings, channels)
    _courier_log.info("channels", names=[channel.name for channel in channels])

    def carry(keys: ShardKeys) -> None:
        Courier(connect(url), keys, ways).run(stop)

    run_each(carry, shards(settings.shards), stop)
    for way in ways:
        way.sender.close()


def channels_of(settings: Settings) -> tuple[Channel, ...]:
    """The channels of the rules file's ``notify:``; raises a clear error at the first fault."""
    items, line = section(settings, "notify")

    def where(path: Path) -> str:
        file = shown_file(settings.rules_file or "")
        return f"{file}:{line(path)}: {path_text(('notify', *path))}"

    return () if items is None else read(items, where)


def ways_of(settings: Settings, channels: Sequence[Channel]) -> list[Way]:
    """The channels with their senders and words."""
    city = cities.load(settings.city)
    zone = ZoneInfo(settings.tz or city.zone)
    return [
        Way(channel, open_sender(channel), Wording(city, zone, channel.lang))
        for channel in channels
    ]
