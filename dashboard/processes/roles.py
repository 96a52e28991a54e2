"""What the processes of the fold, the courier and the background run, one function a role.

Each runs on the store at `url` until SIGINT or SIGTERM. The background's parts (linker, watcher
for surges, keeper of the past, auditor, archiver, maker of briefs) hold a lease of their own, so
each may also run alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from threading import Event

import structlog

from dashboard.config import cities
from dashboard.config.rules.book import fingerprint, rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.rules import Rules
from data_sources.archive import archiver
from data_sources.audit import auditor
from data_sources.briefs import maker
from data_sources.channels.sender import open_sender
from data_sources.channels.settings import Channel
from data_sources.channels.site import channels_of
from data_sources.channels.wording import zoned
from data_sources.courier.courier import Courier, Endpoint
from data_sources.errors import RebuildRunning
from data_sources.fold import linker
from data_sources.fold.projector import Projector
from data_sources.fold.rebuild import needs_rebuild, rebuild
from data_sources.past import keeper
from data_sources.store import losses
from data_sources.store.connection import Redis, claim_city, connect
from data_sources.store.keys import ShardKeys, shards
from data_sources.store.losses import Witness
from data_sources.store.workers import run_each, run_together, stop_on_signals
from data_sources.surges import watcher

_courier_log = structlog.get_logger("courier")
_projector_log = structlog.get_logger("projector")

#: the parts of the background: name → run(settings, url[, stop])
PARTS = {
    "linker": linker.run,
    "watcher": watcher.run,
    "keeper": keeper.run,
    "auditor": auditor.run,
    "archiver": archiver.run,
    "briefs": maker.run,
}


def run_projector(settings: Settings, url: str) -> None:
    """Fold every shard, after rebuilding views folded under other rules."""
    stop = stop_on_signals()
    claim_city(connect(url), settings.city)
    rules, parts = rules_for(settings), shards(settings.shards)

    def fold(keys: ShardKeys) -> None:
        r, kept = connect(url), settings.refused_kept
        witness = Witness(settings.city_dir / f"witness-{keys.name}.json")
        _follow_rules(r, keys, rules, parts, stop, kept)
        Projector(r, keys, rules, witness=witness, refused_kept=kept).run(stop)

    run_each(fold, parts, stop)


def _follow_rules(
    r: Redis, keys: ShardKeys, rules: Rules, parts: Sequence[ShardKeys], stop: Event, kept: int
) -> None:
    """Rebuild the shard's views if they were folded under other rules than these."""
    mark = fingerprint(rules)
    while not stop.is_set() and needs_rebuild(r, keys, mark) and not losses.noted(r):
        _projector_log.warning("the rules have changed: all views are made anew", shard=keys.name)
        try:
            done = rebuild(r, keys, rules, parts=parts, refused_kept=kept)
        except RebuildRunning:  # by another projector
            continue
        for change in done.closed_changes:
            _projector_log.warning("a closed month's score has changed", change=str(change))


def run_courier(settings: Settings, url: str) -> None:
    """Deliver the notices of every shard, one thread each; the channels are shared."""
    stop = stop_on_signals()
    channels = channels_of(settings)
    endpoints = endpoints_of(settings, channels)
    _courier_log.info("channels", names=[channel.name for channel in channels])

    def carry(keys: ShardKeys) -> None:
        Courier(connect(url), keys, endpoints).run(stop)

    run_each(carry, shards(settings.shards), stop)
    for endpoint in endpoints:
        endpoint.sender.close()


def endpoints_of(settings: Settings, channels: Sequence[Channel]) -> list[Endpoint]:
    """The channels with their senders and wording."""
    city = cities.load(settings.city)
    return [
        Endpoint(channel, open_sender(channel), zoned(city, settings.tz, channel.lang))
        for channel in channels
    ]


def run_background(settings: Settings, url: str) -> None:
    """Run every part of the background in this process."""
    stop = stop_on_signals()
    run_together({name: partial(part, settings, url, stop) for name, part in PARTS.items()}, stop)
