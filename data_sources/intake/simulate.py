"""Runs the simulated city: the past days at full speed, then on in real time.

Every start makes the same past from the seed; actions that the store already knows are not sent
again, so a stop and a start leave no gap and count nothing twice. Events that began before the past
days of this start go on only if the store knows them from an earlier run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain, islice
from threading import Event

from rich.console import Console
from rich.progress import Progress

from dashboard.config import cities
from dashboard.config.cities import City
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action
from dashboard.errors import GridwallError
from data_sources.intake.feeder import BATCH, FeedClock, Sink, pace, rush
from data_sources.intake.replay import start_ms
from data_sources.intake.simulator import MAX_LIFE_MS, SLOT_MS, lives, stream
from data_sources.store.actions import SourceLog
from data_sources.store.connection import connect
from data_sources.store.workers import stop_on_signals

#: past days that are sent at the start
BACKFILL_DAYS = 3
#: at a high rate the past is cut to about this many events
BACKFILL_EVENTS = 60_000
DEFAULT_SEED = 1
_DAY_MS = 86_400_000
#: the last part of a day searched for an earlier run, ms, and how many of its events
_TRACE_MS, _TRACE_EVENTS = 2 * 3_600_000, 200
_HEARTBEAT_S = 1.0


def run(
    settings: Settings,
    url: str,
    rate: float,
    seed: int | None,
    *,
    start: str | None = None,
    duration: float | None = None,
    speed: float = 1.0,
    backfill_days: float = BACKFILL_DAYS,
    past: int = BACKFILL_EVENTS,
) -> None:
    """Simulate the city until SIGINT or SIGTERM, or for ``duration`` domain seconds.

    ``rate`` is new events a second, averaged over a day; ``start`` a local time, by default
    now; ``speed`` domain seconds a second; ``past`` the most events sent of the time before.

    Raises: `GridwallError` for a city that is not simulated, or a number that is not above 0.
    """
    seed = DEFAULT_SEED if seed is None else seed
    city = cities.load(settings.city)
    if not city.simulated:
        raise GridwallError(f"city={city.id!r}: not a simulated city; replay its data instead")
    for name, value in (("rate", rate), ("speed", speed), ("duration", duration)):
        if value is not None and not value > 0:
            raise GridwallError(f"{name}={value!r}: expected more than 0")
    stop = stop_on_signals()
    r = connect(url)
    log, clock = SourceLog(r, settings.shards), FeedClock(r, "simulated")
    asked = start_ms(start, city.tz) if start else round(time.time() * 1000)
    # Time never goes back, also when an earlier run was ahead of the real one.
    begin = max(asked, clock.left_at)
    # In real time, sending the past takes time too, and the clock must not fall behind by it.
    began = time.monotonic() if begin == asked and start is None else None
    first = past_start(city, begin, rate, backfill_days, past)

    def made(frm: int, to: int | None = None) -> Iterator[list[Action]]:
        return lives(city, rules_for(settings), rate, seed, frm, to)

    oldest = trace(made, log, first) if clock.left_at else first
    wanted = _wanted(log, _Heartbeat(clock), first)
    actions = stream(city, rules_for(settings), rate, seed, oldest, wanted=wanted)
    upcoming = backfill(actions, log, clock, stop, oldest, begin, resumed=bool(clock.left_at))
    end = None if duration is None else begin + round(duration * 1000)
    pace(upcoming, log, clock, stop, start=begin, speed=speed, end=end, began=began)
    if end is not None and not stop.is_set():
        clock.publish(end, speed, ended=True)


def past_start(
    city: City, begin: int, rate: float, days: float, events: int = BACKFILL_EVENTS
) -> int:
    """The ms from which the past is sent: a local midnight, later at a high rate."""
    today = datetime.fromtimestamp(begin / 1000, city.tz).date()
    whole, part = divmod(days, 1)
    midnight = datetime.combine(today - timedelta(days=whole), datetime.min.time(), tzinfo=city.tz)
    earliest = round(midnight.timestamp() * 1000) - round(part * _DAY_MS)
    first = max(earliest, begin - round(events / rate * 1000))
    return first - first % SLOT_MS


def trace(made: Callable[[int, int], Iterator[list[Action]]], log: Sink, first: int) -> int:
    """The oldest day (ms) known from an earlier run, or ``first``."""
    oldest = first
    while oldest > first - MAX_LIFE_MS:
        found = islice(made(oldest - _TRACE_MS, oldest), _TRACE_EVENTS)
        reports = [actions[0] for actions in found]
        if reports and not any(log.known(reports)):
            break
        oldest -= _DAY_MS
    return oldest


class _Heartbeat:
    """Publishes the clock now and then while the feed has nothing new to send."""

    def __init__(self, clock: FeedClock) -> None:
        self._clock, self._last = clock, 0.0

    def beat(self) -> None:
        """Publish the clock if it is time; call it often."""
        if time.monotonic() - self._last > _HEARTBEAT_S:
            self._last = time.monotonic()
            self._clock.publish(self._clock.left_at, 0.0)


def _wanted(log: Sink, pulse: _Heartbeat, first: int) -> Callable[[list[Action]], bool]:
    """Which lives to send: from ``first`` (ms) on; older ones if the store knows them."""

    def wanted(actions: list[Action]) -> bool:
        if actions[0].ts >= first:
            return True
        pulse.beat()
        return log.known(actions[:1])[0]

    return wanted


def backfill(
    actions: Iterator[Action],
    log: Sink,
    clock: FeedClock,
    stop: Event,
    first: int,
    begin: int,
    *,
    resumed: bool,
) -> Iterator[Action]:
    """Send the actions before ``begin`` (ms); returns the later ones."""
    rest: list[Action] = []

    def past() -> Iterator[Action]:
        for action in actions:
            if action.ts >= begin:
                rest.append(action)
                return
            yield action

    console = Console(stderr=True)
    with Progress(console=console, transient=True) as progress:
        bar = progress.add_task("补数 past days", total=begin - first)

        def watched() -> Iterator[Action]:
            for count, action in enumerate(past()):
                if count % BATCH == 0:
                    progress.update(bar, completed=action.ts - first)
                yield action

        new = _unknown(watched(), log, _Heartbeat(clock)) if resumed else watched()
        sent = rush(new, log, clock, stop)
    console.print(f"补数完成 past told: {sent:,} actions")
    return chain(rest, actions)


def _unknown(actions: Iterator[Action], log: Sink, pulse: _Heartbeat) -> Iterator[Action]:
    """Only the actions that the store does not know."""
    while batch := list(islice(actions, BATCH)):
        pulse.beat()
        known = log.known(batch)
        yield from (action for action, there in zip(batch, known, strict=True) if not there)
