"""The projector's process: views folded under other rules are made anew first, then it folds."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event

import redis
import structlog

from dashboard.config.rules.rulebook import fingerprint, rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.rules import Rules
from data_sources.errors import RebuildRunning
from data_sources.fold.projector import Projector
from data_sources.fold.rebuild import needs_rebuild, rebuild
from data_sources.store.connection import connect
from data_sources.store.keys_keys import ShardKeys, shards
from data_sources.store.site import claim_city
from data_sources.store.workers import run_each, stop_on_signals

_projector_log = structlog.get_logger("projector")


def run_projector(settings: Settings, url: str) -> None:
    """Fold every shard of the store at ``url`` until SIGINT or SIGTERM."""
    stop = stop_on_signals()
    claim_city(connect(url), settings.city)
    rules, parts = rules_for(settings), shards(settings.shards)

    def fold(keys: ShardKeys) -> None:
        r = connect(url)
        _follow_rules(r, keys, rules, parts, stop)
        Projector(r, keys, rules).run(stop)

    run_each(fold, parts, stop)


def _follow_rules(
    r: redis.Redis, keys: ShardKeys, rules: Rules, parts: Sequence[ShardKeys], stop: Event
) -> None:
    """Make the shard's views anew if they were folded under other rules than these."""
    mark = fingerprint(rules)
    while not stop.is_set() and needs_rebuild(r, keys, mark):
        _projector_log.warning("the rules have changed: all views are made anew", shard=keys.name)
        try:
            done = rebuild(r, keys, rules, parts=parts)
        except RebuildRunning:  # by a projector that stands beside this one
            continue
        for change in done.closed_changes:
            _projector_log.warning("a closed month's score has changed", change=str(change))
