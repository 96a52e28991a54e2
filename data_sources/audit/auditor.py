"""The auditor: recounts the store again and again at little cost, and reports what differs.

After each piece of work it pauses in proportion to the processor time used (`Pace`). One auditor
works at a time; the findings of the last audit are in one hash that any process may read.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event
from typing import cast

import msgspec
import redis
import structlog

from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.rules import Rules
from data_sources.audit.inspection import audit
from data_sources.audit.recount import Limits
from data_sources.audit.report import AuditReport, Difference
from data_sources.errors import LeaseLost, OtherRules
from data_sources.store.beating import beat, pause
from data_sources.store.connection import connect
from data_sources.store.keys import AUDIT, ShardKeys, shards
from data_sources.store.lease import Lease
from data_sources.store.workers import Troubles, stop_on_signals

log = structlog.get_logger("auditor")

#: pause before the first audit, s
_FIRST_S = 3.0
#: pause between two audits that take longer than a minute, s
_BETWEEN_S = 5.0
_WAIT_S = 1.0
_LEASE_MS = 15_000
_RENEW_S = 2.0
#: differences stored for the screens
_SHOWN = 20
_NICE = 10
_DIFFERENCES = msgspec.json.Decoder(list[Difference])
#: share of a core that an audit takes, for a store that is not small
DUTY = 0.03
#: the most it takes of a core, to finish once a minute
MOST = 0.10
#: a store of up to so many actions is audited about once a minute
SMALL = 50_000
EVERY_S = 60.0
#: processor time for one action, an upper estimate, s
_COST_S = 0.0001
#: share of the minute that the work may take, s
_WITHIN_S = 50.0
#: pauses shorter than this are added up, s
_LEAST_S = 0.01


class LastAudit(msgspec.Struct, frozen=True, kw_only=True):
    """The findings of the last audit; times in ms."""

    checked_at: int
    duration: int
    actions: int
    events: int
    moving: int
    differences: int
    #: actions that were not folded yet
    waiting: int = 0
    #: the first few differences
    first: list[Difference]
    #: shard → the position up to which it was counted
    position: dict[str, str]


class Auditor:
    """Audits the shards of one store."""

    def __init__(
        self,
        r: redis.Redis,
        parts: Sequence[ShardKeys],
        rules: Rules,
        duty: float = DUTY,
        archive: Path | None = None,
    ) -> None:
        self._r, self._parts, self._rules, self._duty = r, parts, rules, duty
        self._archive = archive
        self._lease = Lease(r, parts[0], "auditor", _LEASE_MS)
        self._renewed = 0.0

    def run(self, stop: Event, first_s: float = _FIRST_S) -> None:
        """Audit until ``stop`` is set; waits while another process audits."""
        wait, logged = first_s, ""
        troubles = Troubles("auditor", stop)
        while not pause(stop, wait):
            wait = _WAIT_S
            try:
                if self._lease.held():
                    wait = self._once(stop)
                    logged = ""
                troubles.over()
            except Stopped:
                break
            except LeaseLost:
                self._lease.token = 0
            except OtherRules as error:
                if logged != (logged := str(error)):
                    log.warning("not audited", reason=logged)
            except redis.RedisError as error:
                troubles.met(error)
        self._lease.give_back()

    def _once(self, stop: Event) -> float:
        """Audit once and store the findings; returns how long to wait for the next, s."""
        began = time.monotonic()
        actions = sum(int(self._r.xlen(keys.actions)) for keys in self._parts)
        pace = Pace(stop, duty_for(actions, self._duty), self._keep_lease)
        limits = Limits(rest=pace.rest)
        report = audit(self._r, self._parts, self._rules, limits, self._archive)
        self._store(report)
        if report.clean:
            cpu_s = round(pace.worked, 2)
            log.info("audited", actions=report.actions, waiting=report.waiting, cpu_s=cpu_s)
        else:
            first = [str(difference) for difference in report.differences[:_SHOWN]]
            log.error("the store differs from its actions", count=report.count, first=first)
        took = time.monotonic() - began
        return max(_BETWEEN_S, EVERY_S - took)

    def _keep_lease(self) -> None:
        if time.monotonic() - self._renewed < _RENEW_S:
            return
        self._renewed = time.monotonic()
        if not self._lease.renew():
            raise LeaseLost("another auditor is at work")

    def _store(self, report: AuditReport) -> None:
        """Replace the findings of the last audit."""
        fields: dict[str, int | bytes] = {
            "checked_at": report.checked_at,
            "duration": round(report.seconds * 1000),
            "actions": report.actions,
            "events": report.events,
            "moving": report.moving,
            "differences": report.count,
            "waiting": report.waiting,
            "first": msgspec.json.encode(report.differences[:_SHOWN]),
            "position": msgspec.json.encode(report.position),
        }
        pipe = self._r.pipeline(transaction=True)
        pipe.delete(AUDIT)
        for name, value in fields.items():
            pipe.hset(AUDIT, name, value)
        pipe.execute()


def last(r: redis.Redis) -> LastAudit | None:
    """The findings of the last audit; None if there was none yet."""
    return parse(cast(dict[bytes, bytes], r.hgetall(AUDIT)))


def parse(raw: dict[bytes, bytes]) -> LastAudit | None:
    """The findings from the fields of their hash; None if it is empty."""
    if not raw:
        return None
    names = ("checked_at", "duration", "actions", "events", "moving", "differences")
    return LastAudit(
        **{name: int(raw[name.encode()]) for name in names},
        waiting=int(raw.get(b"waiting", 0)),
        first=_DIFFERENCES.decode(raw[b"first"]),
        position=msgspec.json.decode(raw[b"position"], type=dict[str, str]),
    )


def run(settings: Settings, url: str, stop: Event | None = None) -> None:
    """Audit the store at ``url`` until ``stop`` or a signal."""
    stop = stop or stop_on_signals()
    os.nice(_NICE)
    parts, archive = shards(settings.shards), settings.archive_dir
    Auditor(connect(url), parts, rules_for(settings), archive=archive).run(stop)


class Stopped(Exception):
    """The work has to stop."""


def duty_for(actions: int, duty: float = DUTY) -> float:
    """The share of a core (0–1) that an audit of so many actions may take."""
    if actions > SMALL:
        return duty
    return min(max(MOST, duty), max(duty, actions * _COST_S / _WITHIN_S))


class Pace:
    """Limits work to ``duty`` (0–1) of a core by pauses.

    ``awake`` is called in long ones.
    """

    def __init__(
        self, stop: Event, duty: float = DUTY, awake: Callable[[], None] = lambda: None
    ) -> None:
        self._stop, self.duty, self._awake = stop, duty, awake
        self._since = time.thread_time()
        self._owed = 0.0
        #: processor time worked so far, s
        self.worked = 0.0

    def rest(self) -> None:
        """Pause in proportion to the work since the last call.

        Raises: `Stopped` once it is set.
        """
        beat()
        now = time.thread_time()
        worked, self._since = now - self._since, now
        self.worked += worked
        self._owed += worked * (1 / self.duty - 1)
        while self._owed > _LEAST_S:
            part = min(self._owed, 1.0)
            began = time.monotonic()
            pause(self._stop, part)
            self._owed -= time.monotonic() - began
            self._awake()
            if self._stop.is_set():
                break
        if self._stop.is_set():
            raise Stopped
