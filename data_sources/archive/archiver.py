"""The archiver: moves a shard's old closed events out of the store, in the background.

A unit's files are written and verified first; then, in one step, the listing names them and the
events leave the store. Killed at any time, it leaves complete files that no listing names; the
next one removes them (`sweep`). Only the holder of the lease archives a shard.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import cast

import duckdb
import redis
import structlog

from dashboard.config.rules.book import fingerprint, rules_for
from dashboard.config.settings import Settings
from dashboard.core.fold import views
from dashboard.core.fold.rows import facts
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState
from data_sources.archive.files import PART, Writer, hits
from data_sources.archive.listing import Listing, Unit, parse, path_of, to_merge
from data_sources.archive.moves import Moved, Mover
from data_sources.errors import ArchiveUnreadable, LeaseLost
from data_sources.store import domain_clock
from data_sources.store.actions import STATE
from data_sources.store.aside import Aside
from data_sources.store.beating import beat, pause
from data_sources.store.connection import connect
from data_sources.store.filing import month_of
from data_sources.store.keys import LOST, ShardKeys, shards
from data_sources.store.lease import Lease
from data_sources.store.workers import Troubles, run_each, stop_on_signals

log = structlog.get_logger("archiver")

#: events of a new unit; small ones of a month are merged later
UNIT = 5000
#: states read at a time
_SCANNED = 500
#: pause between two slices of states, so that other processes get the processor
_REST_S = 0.002
_PERIOD_S = 5.0
#: a pass reads all states; not more often than this, however fast the domain's days pass
_PASS_S = 60.0
#: writing one unit and reading it back takes about a second
_LEASE_MS = 30_000
#: tries of a step that other changes overtake
_TRIES = 5
DAY_MS = 86_400_000
#: how long a replaced file is kept: a desk that lost the store answers from the files it knows
GRACE_S = 3600.0
#: ends the name of the mark next to a file that is no longer listed
_GONE = ".gone"


def run(settings: Settings, url: str, stop: Event | None = None) -> None:
    """Archive every shard of the store at ``url`` until ``stop`` or a signal."""
    stop, rules, days = stop or stop_on_signals(), rules_for(settings), settings.archive_after_days
    if not days:
        while not pause(stop, _PASS_S):
            pass
        return
    directory, parts = settings.archive_dir, shards(settings.shards)
    run_each(
        lambda keys: Archiver(connect(url), keys, rules, directory).run(stop, days), parts, stop
    )


class Archiver:
    """Archives one shard into ``directory``, ``unit`` events at a time."""

    def __init__(
        self,
        r: redis.Redis,
        keys: ShardKeys,
        rules: Rules,
        directory: Path,
        *,
        unit: int = UNIT,
        grace_s: float = GRACE_S,
    ) -> None:
        self._r, self._keys, self._rules = r, keys, rules
        self._directory, self._unit, self._grace_s = directory, unit, grace_s
        self._lease = Lease(r, keys, "archiver", _LEASE_MS)
        self._mover = Mover(r, keys, self._lease)
        self._writer = Writer(directory, keys.name, rules)
        self._passed = (-1, 0.0)
        self._aside = Aside(r, keys, "archiver")

    def run(self, stop: Event, days: int) -> None:
        """Archive events that ended ``days`` ago, until ``stop``; waits for the lease."""
        troubles = Troubles("archiver", stop)
        while not stop.is_set():
            try:
                self._do_due(days, stop)
                troubles.over()
            except LeaseLost as lost:
                log.warning("lease lost", reason=str(lost))
                self._lease.token = 0
            except redis.RedisError as error:
                self._lease.token = 0
                troubles.met(error)
            except (OSError, duckdb.Error, ArchiveUnreadable) as error:
                self._fail(str(error), stop)
            finally:
                self._lease.give_back()
            pause(stop, _PERIOD_S)

    def acquire(self) -> bool:
        """Take the lease if it is free."""
        return self._lease.acquire()

    def release(self) -> None:
        """Give the lease back, so that another archiver can go on at once."""
        self._lease.give_back()

    def archive(self, before: int, stop: Event | None = None) -> int:
        """Move all events that ended before ``before`` (ms), tidy up; returns how many moved.

        The lease must be held. After an error the events moved so far stay moved.

        Raises: ``OSError`` and ``duckdb.Error`` (a full disk), `ArchiveUnreadable`, `LeaseLost`.
        """
        moved = 0
        if self._follows_rules():
            moved = self._pass(before, stop or Event())
        self.tidy()
        return moved

    def tidy(self) -> int:
        """Drop void rows, merge small units, remove unlisted files; returns how many changes
        of the listing that took."""
        changes = 0
        for month in list(self._listing()[1].months):
            for work in (self._clear, self._merge):
                changes += self._retry(work, month)
        sweep(self._directory, self._keys.name, self._listing()[1], self._grace_s)
        return changes

    def _do_due(self, days: int, stop: Event) -> None:
        """Do what is due now; all states are read only once a day of the domain."""
        feed, server = domain_clock.read(self._r)
        before = self._rules.local.start_of_day(
            self._rules.local.day(max(0, feed.now(server) - days * DAY_MS))
        )
        last, at = self._passed
        due = before > last and time.monotonic() - at >= (_PASS_S if last >= 0 else 0)
        if not due and not self._listing()[1].voids:
            return
        if not self._lease.acquire():  # another process archives
            return
        if self._r.hexists(LOST, self._keys.name):
            # what no listing names any more may be the only copy
            return
        if due:
            moved = self.archive(before, stop)
            self._passed = (before, time.monotonic())
            if moved:
                log.info("archived", shard=self._keys.name, events=moved)
        else:
            self.tidy()
        self._note("")

    def _follows_rules(self) -> bool:
        """Whether the states were folded under these rules: other rows would be wrong."""
        rules = cast(bytes | None, self._r.hget(self._keys.meta, "rules"))
        return rules is None or rules.decode() == fingerprint(self._rules)

    def _listing(self) -> tuple[int, Listing]:
        """The number of the listing's last change, read first, and the listing."""
        number = int(cast(bytes | None, self._r.hget(self._keys.meta, "archives")) or 0)
        raw = cast(dict[bytes, bytes], self._r.hgetall(self._keys.archived))
        return number, parse({name.decode(): value.decode() for name, value in raw.items()})

    def _pass(self, before: int, stop: Event) -> int:
        """Read all states once and move the old ones; returns how many moved."""
        waiting: dict[str, dict[str, bytes]] = {}
        moved, cursor = 0, 0
        while not stop.is_set():
            beat()
            cursor, found = cast(
                tuple[int, dict[bytes, bytes]],
                self._r.hscan(self._keys.events, cursor, count=_SCANNED),
            )
            for name, raw in found.items():
                month = self._month(name, raw, before)
                if month:
                    waiting.setdefault(month, {})[name.decode()] = raw
            for month in [m for m, states in waiting.items() if len(states) >= self._unit]:
                moved += self._move(month, waiting.pop(month))
            time.sleep(_REST_S)
            if not int(cursor):
                break
        if not stop.is_set():
            moved += sum(self._move(month, states) for month, states in sorted(waiting.items()))
        return moved

    def _month(self, name: bytes, raw: bytes, before: int) -> str:
        """The month to file an old event under; "" if it stays, or cannot be read."""
        try:
            state = STATE.decode(raw)
            if not self._is_old(state, before):
                return ""
            facts(self._rules, state)
            return month_of(self._rules.local, state)
        except Exception as error:  # noqa: BLE001 - one event's trouble is not the others'
            self._aside.put(name.decode("utf-8", "replace"), error)
            return ""

    def _is_old(self, state: EventState, before: int) -> bool:
        """Whether the event ended long enough ago and no deadline of it is left."""
        if state.open or state.void is not None or not 0 < state.ended_at < before:
            return False
        return views.deadline(self._rules, state) is None

    def _move(self, month: str, states: Mapping[str, bytes]) -> int:
        """Move one unit, without events that changed meanwhile; returns how many moved."""
        name, unit = self._writer.write(month, states)
        for _ in range(_TRIES):
            self._keep_lease()
            number, _ = self._listing()
            try:
                self._mover.shelve(number, name, unit, states)
            except Moved as why:
                if name in self._listing()[1].units:
                    return unit.events  # the step was done, its reply was lost
                log.info("not archived yet", shard=self._keys.name, unit=name, reason=str(why))
                states = {e: raw for e, raw in states.items() if self._unchanged(e, raw)}
                if len(states) != unit.events:
                    break
                time.sleep(0.05)
            else:
                return unit.events
        self._drop(name, unit)
        return self._move(month, states) if 0 < len(states) < unit.events else 0

    def _unchanged(self, event_id: str, raw: bytes) -> bool:
        return cast(bytes | None, self._r.hget(self._keys.events, event_id)) == raw

    def _retry(self, work: Callable[[str], int], month: str) -> int:
        """Do ``work``; try again while other changes of the listing overtake it."""
        for _ in range(_TRIES):
            self._keep_lease()
            try:
                return work(month)
            except Moved as why:
                log.info("once more", shard=self._keys.name, month=month, reason=str(why))
                time.sleep(0.05)
        return 0

    def _clear(self, month: str) -> int:
        """Rewrite a month's units without the rows of events that came back."""
        number, listing = self._listing()
        voids = [one for one in listing.voids if one[0] == month]
        if not voids:
            return 0
        gone, made = list[str](), dict[str, Unit]()
        for name, unit in listing.months.get(month, {}).items():
            found = hits(self._directory, self._keys.name, name, listing.voids_of(unit))
            if found:
                gone.append(name)
                if new := self._writer.merge(month, {name: unit}, {name: found}):
                    made[new[0]] = new[1]
        return self._replace(number, gone, made, voids)

    def _merge(self, month: str) -> int:
        """Merge a month's small units into one."""
        number, listing = self._listing()
        units = listing.months.get(month, {})
        names = to_merge(units)
        if not names or any(one[0] == month for one in listing.voids):
            return 0
        new = self._writer.merge(month, {name: units[name] for name in names}, {})
        return self._replace(number, names, dict([new] if new else []), ())

    def _replace(
        self,
        number: int,
        gone: Sequence[str],
        made: Mapping[str, Unit],
        voids: Sequence[tuple[str, str]],
    ) -> int:
        try:
            self._keep_lease()
            self._mover.replace(number, gone, made, voids)
        except Moved:
            listed = self._listing()[1].units
            if made and made.keys() <= listed.keys():
                return 1  # the step was done, its reply was lost
            for name, unit in made.items():
                self._drop(name, unit)
            raise
        return 1

    def _drop(self, name: str, unit: Unit) -> None:
        """Remove the files of a unit that was never listed."""
        remove(self._directory, self._keys.name, name, unit)

    def _keep_lease(self) -> None:
        if not self._lease.renew():
            raise LeaseLost(f"{self._keys.name}: another archiver has taken over")

    def _fail(self, reason: str, stop: Event) -> None:
        """Log and note a full disk or a damaged file; it is tried again later."""
        log.error("not archived", shard=self._keys.name, reason=reason)
        try:
            self._note(reason.splitlines()[0])
        except redis.RedisError as error:
            log.warning("redis is out of reach", reason=str(error))
        pause(stop, _PASS_S)

    def _note(self, error: str) -> None:
        """Store the archiver's error for `gridwall archive --status`; "" for none."""
        if error:
            self._r.hset(self._keys.meta, "archiver", error)
        else:
            self._r.hdel(self._keys.meta, "archiver")


def sweep(directory: Path, shard: str, listing: Listing, grace_s: float = GRACE_S) -> int:
    """Remove a shard's files that no listing names; returns how many.

    They were cut off, never listed, or replaced. A reader of an older listing still needs the
    replaced ones, so a file is marked first and removed ``grace_s`` seconds later. Only for the
    holder of the archiver's lease.
    """
    folder = directory / shard
    listed = {
        path_of(directory, shard, name, table)
        for name, unit in listing.units.items()
        for table in unit.files
    }
    removed, now = 0, time.time()
    for path in sorted(folder.glob("*/*")):
        if path.name.endswith(PART):
            path.unlink(missing_ok=True)
            removed += 1
        elif path.suffix == ".parquet" and path not in listed:
            mark = path.with_name(path.name + _GONE)
            if not mark.exists():
                mark.touch()
            if now - mark.stat().st_mtime >= grace_s:
                path.unlink(missing_ok=True)
                mark.unlink(missing_ok=True)
                removed += 1
        elif path.name.endswith(_GONE) and not path.with_name(path.stem).exists():
            path.unlink(missing_ok=True)
    if removed:
        log.info("removed", shard=shard, files=removed)
    return removed


def remove(directory: Path, shard: str, name: str, unit: Unit) -> None:
    """Remove the files of a unit that was never listed."""
    for table in unit.files:
        path_of(directory, shard, name, table).unlink(missing_ok=True)


def set_aside(directory: Path, shards: Iterable[str]) -> list[Path]:
    """Rename the folders of shards whose listing was lost; returns the new paths.

    Nothing lists their files any more, so they would be removed, but they may be the only copy.
    """
    kept = []
    for shard in sorted(shards):
        folder = directory / shard
        if folder.is_dir():
            kept.append(folder.rename(directory / f"lost-{time.strftime('%Y%m%d-%H%M%S')}-{shard}"))
    return kept
