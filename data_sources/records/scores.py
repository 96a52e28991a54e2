"""Reads the scores of a period from the views of all shards, and finds the events behind one.

Never writes: 'what if' weights are a parameter of the reading and leave no trace.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import msgspec
import redis

from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.fold import view_names
from dashboard.core.model.periods import Period, PeriodError, PeriodKind, containing, parse, read
from dashboard.core.model.rules import Rules, Weights
from dashboard.core.model.state import EventState
from dashboard.core.scoring import scores as scoring
from dashboard.core.scoring.explanation import Explanation, Gatherer
from dashboard.core.scoring.explanation import explain as explained
from dashboard.core.scoring.ranks import compared
from dashboard.core.scoring.scores import Score
from dashboard.core.scoring.shrinkage import Prior
from dashboard.core.scoring.weights import WeightsError, flat, reweighted, version_of
from dashboard.errors import GridwallError
from data_sources.archive.files import ArchiveReader
from data_sources.archive.listing import Listing
from data_sources.store import domain_clock
from data_sources.store.actions import STATE
from data_sources.store.connection import connect
from data_sources.store.keys import ShardKeys, shards

#: kinds of subjects that are scored, and the letter of each in a view's name
SUBJECTS = {"department": "d", "township": "t", "community": "c"}
#: events read at a time while looking for those behind a score
_SCAN = 500
#: readings of a store whose sums move meanwhile
_TRIES = 3

#: subject → measure → n
Sums = dict[str, dict[str, int]]


class ScoreQueryError(GridwallError):
    """An unanswerable question about scores: parameter, value, reason.

    ``unknown``: the question is valid, but there is nothing with this value.
    """

    def __init__(self, field: str, value: object, reason: str, *, unknown: bool = False) -> None:
        self.field, self.value, self.reason = field, value, reason
        self.unknown = unknown
        super().__init__(f"{field}={value!r}: {reason}")


class Weighing(msgspec.Struct, frozen=True, kw_only=True):
    """The weights an answer was made with."""

    #: the month (YYYYMM) from which the version in force is valid; 0 for the first
    version: int
    #: changed for this answer only
    what_if: bool
    weights: Weights


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The scores of all subjects of a kind in a period, best first."""

    by: str
    period: PeriodKind
    at: str
    #: first and last local day, YYYYMMDD
    first: int
    last: int
    #: the period has ended; and it is closed: later actions no longer count in it
    over: bool
    closed: bool
    #: ``rank_change`` is compared with this: a period, or for a running month its last midnight
    compared_with: str
    weighing: Weighing
    #: component → the group's mean (0 to 1), the strength m of shrinking, the number of subjects
    priors: dict[str, dict[str, float]]
    scores: list[Score]


class Scores:
    """Answers questions about the scores of one store."""

    def __init__(
        self, r: redis.Redis, shard_count: int, rules: Rules, archive: Path | None = None
    ) -> None:
        self._r, self._shards, self._rules = r, shards(shard_count), rules
        self._archive = archive

    def answer(
        self,
        by: str,
        period: str | None,
        at: str | None,
        changes: Mapping[str, Any] | None = None,
    ) -> Answer:
        """The scores by department, township or community.

        ``period`` is day, week or month and ``at`` like ``2018-01-15``, ``2018-W03`` or
        ``2018-01`` (by default the current one); ``changes`` are what-if weights like
        ``{"total.dispatch": 0.5}``.

        Raises: `ScoreQueryError`, ``redis.RedisError``.
        """
        kind, now = _kind(by), self._now()
        wanted = self._period(period, at, now)
        weighing = self._weighing(wanted, changes)
        today = self._rules.local.day(now)
        running = wanted.kind is PeriodKind.MONTH and wanted.holds(today)
        before = containing(PeriodKind.DAY, today) if running else wanted.before()
        sums, other = self._sums(kind, [wanted, before])
        board = scoring.board(sums, weighing.weights, department=kind == "d")
        past = weighing.weights if changes else self._rules.weights_of(before.month)
        earlier = _without(sums, other) if running else other
        return Answer(
            by=by,
            period=wanted.kind,
            at=wanted.label,
            first=wanted.first,
            last=wanted.last,
            over=wanted.over(self._rules, now),
            closed=wanted.closed(self._rules, now),
            compared_with=f"{before.label}T00:00" if running else before.label,
            weighing=weighing,
            priors={name: _prior(group) for name, group in board.priors.items() if group.subjects},
            scores=compared(
                board.scores,
                scoring.board(earlier, past).scores,
                weighing.weights.min_ranked,
            ),
        )

    def explain(
        self, by: str, subject: str, at: str, changes: Mapping[str, Any] | None = None
    ) -> Explanation:
        """One score, with every event behind it; reads all events once, a few at a time.

        On a busy store the sums may change meanwhile; then it is read again, and a difference
        that remains is part of the answer.

        Raises: `ScoreQueryError`, ``redis.RedisError``.
        """
        kind, now = _kind(by), self._now()
        wanted = self._period(None, at, now)
        weighing = self._weighing(wanted, changes)
        tries = 0
        while True:
            tries += 1
            gathered = Gatherer(self._rules, kind, subject, wanted)
            for state in self._events():
                gathered.take(state)
            sums = self._sums(kind, [wanted])[0]
            if sums.get(subject, {}) == gathered.sums or tries == _TRIES:
                break
        if subject not in sums:
            reason = f"no score in {wanted.label}"
            raise ScoreQueryError("subject", subject, reason, unknown=True)
        board = scoring.board(sums, weighing.weights, department=kind == "d")
        return explained(
            gathered,
            by=by,
            period=wanted,
            closed=wanted.closed(self._rules, now),
            version=weighing.version,
            weights=weighing.weights,
            score=next(s for s in board.scores if s.subject == subject),
            priors=board.priors,
        )

    def _now(self) -> int:
        """The domain's time, ms."""
        feed, server = domain_clock.read(self._r)
        return feed.now(server)

    def _period(self, period: str | None, at: str | None, now: int) -> Period:
        try:
            if at is not None:
                return read(at) if period is None else parse(period, at)
            kind = PeriodKind.MONTH if period is None else period
            if kind not in list(PeriodKind):
                raise PeriodError("period", kind, f"expected one of {', '.join(PeriodKind)}")
            return containing(PeriodKind(kind), self._rules.local.day(now))
        except PeriodError as error:
            raise ScoreQueryError(error.field, error.value, error.reason) from error

    def _weighing(self, period: Period, changes: Mapping[str, Any] | None) -> Weighing:
        weights = self._rules.weights_of(period.month)
        try:
            tried = reweighted(weights, flat(changes)) if changes else weights
        except WeightsError as error:
            raise ScoreQueryError(error.field, error.value, error.reason) from error
        version = version_of(self._rules, period.month)
        return Weighing(version=version, what_if=bool(changes), weights=tried)

    def _sums(self, kind: str, periods: Sequence[Period]) -> list[Sums]:
        """The sums of each period; those of one shard from one committed position."""
        names = [views_of(kind, period) for period in periods]
        out: list[Sums] = [{} for _ in periods]
        for keys in self._shards:
            pipe = self._r.pipeline(transaction=True)
            for group in names:
                for name in group:
                    pipe.hgetall(keys.view(name))
            replies = iter(pipe.execute())
            for sums, group in zip(out, names, strict=True):
                for _ in group:
                    _add(sums, next(replies))
        return [_clean(sums) for sums in out]

    def _events(self) -> Iterator[EventState]:
        """Every event of every shard; some may come twice."""
        for keys in self._shards:
            # the archive before and after, so that no event is missed that moves meanwhile
            before = yield from self._archived(keys, None)
            yield from _scan(self._r, keys)
            yield from self._archived(keys, before)

    def _archived(
        self, keys: ShardKeys, unless: Listing | None
    ) -> Generator[EventState, None, Listing | None]:
        """The archive's events, unless its listing is ``unless``; returns the listing."""
        if self._archive is None:
            return None
        reader = ArchiveReader(self._r, keys, self._archive)
        if reader.listing != unless:
            yield from map(STATE.decode, reader.states())
        return reader.listing


def explain(
    settings: Settings,
    url: str,
    by: str,
    subject: str,
    at: str,
    changes: Mapping[str, Any] | None = None,
) -> Explanation:
    """The score of ``subject`` in the period ``at``, with the events behind it.

    ``at`` is like 2018-01, 2018-W03 or 2018-01-15. Raises: `ScoreQueryError`.
    """
    with connect(url) as r:
        scores = Scores(r, settings.shards, rules_for(settings), settings.archive_dir)
        return scores.explain(by, subject, at, changes)


def answer(
    settings: Settings,
    url: str,
    by: str = "department",
    at: str | None = None,
    period: str | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Answer:
    """The scores of a period, see `Scores.answer`."""
    with connect(url) as r:
        return Scores(r, settings.shards, rules_for(settings)).answer(by, period, at, changes)


def views_of(kind: str, period: Period) -> list[str]:
    """The views that add up to a period: one for a month or day, seven for a week."""
    if period.kind is PeriodKind.MONTH:
        return [view_names.score(kind, period.month)]
    return [view_names.score_day(kind, day) for day in period.days]


def _kind(by: str) -> str:
    if by not in SUBJECTS:
        raise ScoreQueryError("by", by, f"expected one of {', '.join(SUBJECTS)}")
    return SUBJECTS[by]


def _scan(r: redis.Redis, keys: ShardKeys) -> Iterator[EventState]:
    cursor = 0
    while True:
        reply = cast(tuple[int, dict[bytes, bytes]], r.hscan(keys.events, cursor, count=_SCAN))
        cursor = int(reply[0])
        for raw in reply[1].values():
            yield STATE.decode(raw)
        if not cursor:
            return


def _add(into: Sums, fields: Mapping[bytes, bytes]) -> None:
    """Add a view's counters, ID|measure → n; only an id may contain a bar."""
    for name, n in fields.items():
        subject, _, measure = name.decode().rpartition("|")
        mine = into.setdefault(subject, {})
        mine[measure] = mine.get(measure, 0) + int(n)


def _without(whole: Sums, part: Sums) -> Sums:
    """The sums without those of ``part``."""
    return _clean(
        {
            subject: {m: n - part.get(subject, {}).get(m, 0) for m, n in sums.items()}
            for subject, sums in whole.items()
        }
    )


def _clean(sums: Sums) -> Sums:
    """The sums without the measures that are 0, and subjects without any."""
    kept = {subject: {m: n for m, n in own.items() if n} for subject, own in sums.items()}
    return {subject: own for subject, own in kept.items() if own}


def _prior(group: Prior) -> dict[str, float]:
    return {"mean": group.mean, "strength": group.strength, "subjects": group.subjects}
