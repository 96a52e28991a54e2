"""The maker of briefs: asks for those that fall due, and makes the waiting ones, one at a time.

Only the holder of the lease works for a store. If it is killed, the next one begins the same brief
again; after ``TRIES`` beginnings it has failed. Asking by schedule and storing a finished brief are
each one step, so nothing is made or sent twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread, get_ident
from zoneinfo import ZoneInfo

import duckdb
import msgspec
import redis
import structlog

from dashboard.config.cities import City, load
from dashboard.config.cities.base_counts import base_counts
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.config.words.briefs import Words
from dashboard.core.briefs.compose import compose
from dashboard.core.briefs.model import Brief
from dashboard.core.briefs.schedule import due, parse_kinds, parse_minute
from dashboard.core.model.names import briefing
from dashboard.core.model.notices import Notice
from dashboard.core.model.rules import Rules
from data_sources.archive.listing import paths
from data_sources.briefs.gather import gather
from data_sources.briefs.store import TRIES, BriefStore, Cancelled, Entry
from data_sources.desk.desk import Desk, DeskLoading
from data_sources.errors import ArchiveUnreadable
from data_sources.records.scores import Scores
from data_sources.store import domain_clock
from data_sources.store.beating import beat, leave, pause
from data_sources.store.connection import connect
from data_sources.store.keys import shards
from data_sources.store.lease import Lease
from data_sources.store.workers import run_each, stop_on_signals, work_leased
from data_sources.surges.watcher import catching_up

log = structlog.get_logger("briefs")

_PERIOD_S = 1.0
#: how long the questions of one brief may take before its thread counts as hung, s
_LONGEST_S = 300.0
_LEASE_MS = 6_000
#: after so long without a brief this process drops its copy of the events, s
_IDLE_S = 60.0
#: share of a brief's work that is loading the copy
_LOADING = 0.3

#: errors of one brief; others are still made
_FAILURES = (ArchiveUnreadable, duckdb.Error, ValueError, LookupError, msgspec.MsgspecError)


class Stopped(Exception):
    """This process has to end; the brief waits for the next one."""


class Maker:
    """Makes the briefs of a store.

    ``stepped`` is called with each step's share (0 to 1).
    """

    def __init__(
        self,
        settings: Settings,
        url: str,
        stop: Event,
        *,
        city: City | None = None,
        stepped: Callable[[float], None] = lambda _: None,
        lease_ms: int = _LEASE_MS,
    ) -> None:
        self._settings, self._stop, self._stepped = settings, stop, stepped
        self._city = city or load(settings.city)
        self._rules: Rules = rules_for(settings)
        self._households = base_counts(self._city, settings.base_counts).households()
        self._r = connect(url)
        parts = shards(settings.shards)
        self._lease_ms = lease_ms
        self.lease = Lease(self._r, parts[0], "briefs", lease_ms)
        self.store = BriefStore(self._r, parts[0], self.lease.fence_field)
        archive = settings.archive_dir
        self._desk = Desk(
            connect(url),
            parts,
            self._rules,
            archived=paths(archive),
            archive=archive,
            idle_s=_IDLE_S,
        )
        self._scores = Scores(connect(url), settings.shards, self._rules, archive)

    def run(self) -> None:
        """Work until ``stop`` is set; waits while another process holds the lease."""
        try:
            work_leased(self.lease, self.tick, self._stop, _PERIOD_S)
        finally:
            self._desk.close()

    def tick(self) -> bool:
        """Ask for the briefs that are due and make the next one.

        False if none is waiting.
        """
        self.plan()
        entry = self.store.next()
        if entry is None:
            return False
        try:
            self.make(entry)
        except Stopped:
            return False
        return True

    def plan(self) -> None:
        """Ask for the scheduled briefs that have fallen due since the schedule was set."""
        kinds = parse_kinds(self._settings.briefs)
        feed, server = domain_clock.read(self._r)
        # a replay at full speed passes days that are long over
        if not kinds or catching_up(feed):
            return
        now = feed.now(server)
        since = self.store.since(now)
        for one in due(self._rules, now, parse_minute(self._settings.briefs_at), kinds):
            if one.moment <= since:
                continue
            period = one.period
            made = self.store.ask("", period.kind, period.label, send=True, planned=True)
            if made:
                log.info("brief due", id=made, at=period.label)

    def make(self, entry: Entry) -> None:
        """Make one brief and store it.

        Raises: `Stopped`, `LeaseLost`, ``redis.RedisError``.
        """
        token, began = self.lease.token, time.perf_counter()
        try:
            if self.store.begin(token, entry) > TRIES:
                self.store.end(token, entry, "failed", reason="interrupted")
                log.warning("brief failed", id=entry.id, reason="interrupted")
                return
            with self._holding():
                brief = self._made(entry)
            notice = self._notice(entry, brief) if entry.send else None
            self.store.end(token, entry, "done", made=brief, notice=notice)
            seconds = round(time.perf_counter() - began, 2)
            log.info("brief made", id=entry.id, at=entry.at, area=entry.area, seconds=seconds)
        except Cancelled:
            self.store.end(token, entry, "cancelled")
            log.info("brief cancelled", id=entry.id)
        except _FAILURES as e:
            reason = "archive" if isinstance(e, ArchiveUnreadable) else "error"
            self.store.end(token, entry, "failed", reason=reason)
            log.error("brief failed", id=entry.id, reason=str(e), exc_info=e)

    def _made(self, entry: Entry) -> Brief:
        """The brief, its progress stored on the way."""

        def progress(share: float) -> None:
            self._stepped(share)
            if self._stop.is_set():
                raise Stopped
            self.store.step(self.lease.token, entry, share)

        feed, _ = domain_clock.read(self._r)
        while True:
            try:
                found = gather(
                    self._desk,
                    self._scores,
                    id_=entry.id,
                    period=entry.period,
                    at=entry.at,
                    area=entry.area,
                    zone=self._zone.key,
                    source="simulated" if self._city.simulated else feed.mode,
                    households=self._households,
                    progress=lambda share: progress(_LOADING + (1 - _LOADING) * share),
                )
                return compose(found.head, found.what)
            except DeskLoading as loading:
                progress(_LOADING * loading.share)
                pause(self._stop, 0.2)

    @contextmanager
    def _holding(self) -> Iterator[None]:
        """Keep the lease meanwhile, however long a question takes."""
        done, maker, end = Event(), get_ident(), time.monotonic() + _LONGEST_S

        def keep() -> None:
            while not done.wait(self._lease_ms / 3000):
                # if that fails, the next step finds that the lease is lost
                with suppress(redis.RedisError):
                    self.lease.renew()
                if time.monotonic() < end:
                    beat(maker)
            leave()

        thread = Thread(target=keep, name="briefs-lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._settings.tz or self._city.zone)

    def _notice(self, entry: Entry, brief: Brief) -> Notice:
        return notice_of(self._settings, self._city, entry, brief)


def notice_of(settings: Settings, city: City, entry: Entry, brief: Brief) -> Notice:
    """The notice that announces a brief; each sending has an id of its own."""
    zone = ZoneInfo(settings.tz or city.zone)
    texts = []
    for lang, colon in (("zh", "："), ("en", ": ")):
        words = Words(city, lang, zone)
        title = f"{words.title(brief.head)} {words.period(brief.head)}"
        texts.append(f"{title}{colon}{words.plain(brief.head, brief.sentences[0])}")
    path = f"/briefs/{entry.id}"
    return Notice(
        id=briefing(entry.id, entry.sent + 1),
        event_id=entry.id,
        at=brief.head.made,
        what="brief",
        to="city",
        place=tuple(city.path(entry.area)) if entry.area else (),
        said=tuple(texts),
        link=(settings.public_url or "") + path,
    )


def run(settings: Settings, url: str, stop: Event | None = None) -> None:
    """Make briefs for the store at ``url`` until ``stop`` or a signal."""
    stop = stop or stop_on_signals()
    first = shards(settings.shards)[:1]
    run_each(lambda _: Maker(settings, url, stop).run(), first, stop)
