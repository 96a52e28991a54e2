"""Reads a grid's ledger page by page, merged over the shards; never writes.

The cost of a month's page and sums grows with the grid's own events, not with the city's. A page
ends with a cursor, an opaque text that names its last row.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import islice
from typing import TypeVar, cast

import msgspec
import redis

from dashboard.config.cities import load
from dashboard.config.rules.book import rules_for
from dashboard.config.settings import Settings
from dashboard.core.model.actions import Action, decode
from dashboard.core.model.calendars import LocalTime
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState, Mark, Outcome
from dashboard.core.questions.grid import ledger as ledgers
from dashboard.core.questions.grid.ledger import LedgerRow, LedgerSums
from data_sources.past.asof import PastQueryError
from data_sources.store import domain_clock
from data_sources.store.actions import STATE, TRAIL, state_of_marks
from data_sources.store.connection import connect
from data_sources.store.keys import ShardKeys, shards

#: rows of a page, if not asked otherwise and at most
PAGE, MOST_ROWS = 50, 500
#: actions shown of one event
_ACTIONS = 200
#: events read at a time
_CHUNK = 500

_T = TypeVar("_T")
#: (reported_at, event id, number of its shard)
Place = tuple[int, str, int]
#: times (ms) are before the year 2286
_TIME_END = 10_000_000_000_000
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class LedgerPage(msgspec.Struct, kw_only=True):
    """Part of a grid's ledger, by the time of the reports."""

    grid: str
    #: YYYY-MM, or "" for all of it
    month: str
    #: events of the grid, of all months
    events: int
    rows: list[LedgerRow]
    #: the cursor of the next page; None on the last
    cursor: str | None
    #: sums of the month, or of the current one; only on the first page
    sums: LedgerSums | None
    #: committed positions that the page was read at or after
    position: dict[str, str]


@dataclass(frozen=True)
class _Found:
    """An event of the grid with the marks of all actions it received."""

    place: Place
    state: EventState
    marks: tuple[Mark, ...]


class Ledgers:
    """The ledgers of one store's grids.

    ``known`` are the codes of grids that may be empty.
    """

    def __init__(
        self,
        r: redis.Redis,
        shard_count: int,
        local: LocalTime,
        known: Container[str] = (),
        rules: Rules | None = None,
    ) -> None:
        self._r, self._shards, self._local, self._known = r, shards(shard_count), local, known
        #: with rules, archived events are included
        self._rules = rules

    def page(
        self, grid: str, month: str | None = None, cursor: str | None = None, limit: int = PAGE
    ) -> LedgerPage:
        """Events of a grid with their actions, and the sums of a month.

        With ``month`` (YYYY-MM), the events reported in it or acted on in it.

        Raises: `PastQueryError`, ``redis.RedisError``.
        """
        after = (0, "") if cursor is None else read_cursor(cursor)
        if not 1 <= limit <= MOST_ROWS:
            raise PastQueryError("limit", limit, f"expected 1 to {MOST_ROWS}")
        span = None if month is None else month_named(self._local, month)
        position, events = self._begin(grid)
        if not events and grid not in self._known:
            raise PastQueryError("grid", grid, "no such grid", unknown=True)
        feed, server = domain_clock.read(self._r)
        summed = span or month_of(self._local, feed.now(server))
        sums = ledgers.empty(summed.name) if cursor is None else None
        if span is None:
            page = list(islice(self._found(grid, after), limit + 1))
            if sums is not None:
                self._sum(sums, self._of_month(grid, summed), summed)
        else:
            rows: list[_Found] = []
            for chunk in _chunks(self._of_month(grid, span)):
                if sums is not None:
                    self._sum(sums, iter(chunk), span)
                room = limit + 1 - len(rows)
                rows += [found for found in chunk if found.place[:2] > after][:room]
                if not room and sums is None:
                    break
            page = rows
        more = len(page) > limit
        return LedgerPage(
            grid=grid,
            month=month or "",
            events=events,
            rows=self._rows(page[:limit]),
            cursor=cursor_of(page[limit - 1].place[:2]) if more else None,
            sums=sums,
            position=position,
        )

    def _begin(self, grid: str) -> tuple[dict[str, str], int]:
        """The position of each shard, and the number of the grid's events."""
        position, events = {}, 0
        for keys in self._shards:
            pipe = self._r.pipeline(transaction=True)
            pipe.hget(keys.meta, "position")
            pipe.zcard(keys.ledger(grid))
            here, count = pipe.execute()
            position[keys.name] = (here or b"0-0").decode()
            events += count
        return position, events

    def _of_month(self, grid: str, month: Month) -> Iterator[_Found]:
        """The events reported in the month, or acted on or overdue since a time in it."""
        for found in self._found(grid, (0, ""), month.end - 1):
            times = [found.place[0], *(since for since, _ in found.state.late)]
            times += [mark.ts for mark in found.marks if mark.outcome is Outcome.APPLIED]
            if any(month.start <= at < month.end for at in times):
                yield found

    def _found(
        self, grid: str, after: tuple[int, str], last: int | None = None
    ) -> Iterator[_Found]:
        """The grid's events after a row, by the time of the report, up to ``last`` (ms)."""
        each = [self._ids(keys, grid, after, last) for keys in self._shards]
        for chunk in _chunks(merge(*each)):
            by_shard: dict[int, list[str]] = {}
            for _, event_id, number in chunk:
                by_shard.setdefault(number, []).append(event_id)
            held: dict[str, tuple[bytes | None, bytes | None]] = {}
            for number, ids in by_shard.items():
                pipe = self._r.pipeline(transaction=True)
                pipe.hmget(self._shards[number].events, ids)
                pipe.hmget(self._shards[number].trails, ids)
                held |= dict(zip(ids, zip(*pipe.execute(), strict=True), strict=True))
            for place in chunk:
                state, trail = held[place[1]]
                if trail is None:
                    continue
                marks = TRAIL.decode(trail)
                if state is not None:
                    known: EventState | None = STATE.decode(state)
                else:
                    known = self._archived(place[2], marks)
                if known is None:
                    continue
                found = _Found(place, known, marks)
                if found.state.grid == grid:  # not moved to another grid meanwhile
                    yield found

    def _archived(self, number: int, marks: Sequence[Mark]) -> EventState | None:
        if self._rules is None:
            return None
        return state_of_marks(self._r, self._shards[number], self._rules, marks)

    def _ids(
        self, keys: ShardKeys, grid: str, after: tuple[int, str], last: int | None
    ) -> Iterator[Place]:
        start, high = 0, "+inf" if last is None else last
        while True:
            reply = cast(
                list[tuple[bytes, float]],
                self._r.zrangebyscore(
                    keys.ledger(grid), after[0], high, start, _CHUNK, withscores=True
                ),
            )
            for member, score in reply:
                place = int(score), member.decode(), keys.number
                if place[:2] > after:
                    yield place
            if len(reply) < _CHUNK:
                return
            start += _CHUNK

    def _sum(self, sums: LedgerSums, events: Iterator[_Found], month: Month) -> None:
        for chunk in _chunks(events):
            wanted = [
                [
                    mark
                    for mark in found.marks
                    if mark.outcome is Outcome.APPLIED and month.start <= mark.ts < month.end
                ]
                for found in chunk
            ]
            actions = self._actions(chunk, wanted)
            for found, marks in zip(chunk, wanted, strict=True):
                places = [(found.place[2], mark.entry) for mark in marks]
                applied = [actions[place] for place in places if place in actions]
                ledgers.count(sums, found.state, applied, month.start, month.end)

    def _rows(self, page: Sequence[_Found]) -> list[LedgerRow]:
        wanted = [sorted(found.marks, key=lambda m: m.ts) for found in page]
        shown = [marks[:_ACTIONS] for marks in wanted]
        actions = self._actions(page, shown)
        return [
            ledgers.row(
                found.state,
                [
                    (action, mark.outcome)
                    for mark in marks
                    if (action := actions.get((found.place[2], mark.entry))) is not None
                ],
                len(found.marks) - len(marks),
            )
            for found, marks in zip(page, shown, strict=True)
        ]

    def _actions(
        self, events: Sequence[_Found], wanted: Sequence[Sequence[Mark]]
    ) -> dict[tuple[int, str], Action]:
        """The actions of marks, by shard number and stream id."""
        pairs = zip(events, wanted, strict=True)
        places = [(found.place[2], mark.entry) for found, marks in pairs for mark in marks]
        pipe = self._r.pipeline(transaction=False)
        for number, entry in places:
            pipe.xrange(self._shards[number].actions, entry, entry)
        return {
            place: decode(fields[b"a"])
            for place, reply in zip(places, pipe.execute(), strict=True)
            for _, fields in reply
        }


def ledger(
    settings: Settings,
    url: str,
    grid: str,
    month: str | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
) -> LedgerPage:
    """A page of a grid's ledger, see `Ledgers.page`."""
    with connect(url) as r:
        rules, places = rules_for(settings), load(settings.city).places
        reader = Ledgers(r, settings.shards, rules.local, places, rules)
        return reader.page(grid, month, cursor, limit)


@dataclass(frozen=True)
class Month:
    """A local month: YYYY-MM, its first ms, and the first ms after it."""

    name: str
    start: int
    end: int


def month_named(local: LocalTime, text: str) -> Month:
    """The month named YYYY-MM. Raises: `PastQueryError`."""
    found = _MONTH.fullmatch(text)
    if found is None or not 1970 < int(found[1]) < 2286:
        raise PastQueryError("month", text[:40], "expected a month such as 2018-01")
    return _month(local, int(found[1]), int(found[2]))


def month_of(local: LocalTime, at: int) -> Month:
    """The local month of a moment (ms)."""
    day = local.day(at)
    return _month(local, day // 10000, day // 100 % 100)


def _month(local: LocalTime, year: int, number: int) -> Month:
    after = (year + 1, 1) if number == 12 else (year, number + 1)
    start, end = (local.start_of_day(y * 10000 + m * 100 + 1) for y, m in ((year, number), after))
    return Month(f"{year}-{number:02d}", start, end)


def cursor_of(last: tuple[int, str]) -> str:
    """The cursor after a row, given as (reported at in ms, event id)."""
    return urlsafe_b64encode(f"{last[0]}:{last[1]}".encode()).decode().rstrip("=")


def read_cursor(text: str) -> tuple[int, str]:
    """The row a cursor names: (reported at in ms, event id).

    Raises: `PastQueryError`.
    """
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        at, colon, event_id = raw.partition(":")
        if not colon or not 0 <= int(at) < _TIME_END:
            raise ValueError(raw)
        return int(at), event_id
    except ValueError as error:
        raise PastQueryError("cursor", text[:40], "not one that a page has given") from error


def _chunks(items: Iterator[_T]) -> Iterator[list[_T]]:
    while chunk := list(islice(items, _CHUNK)):
        yield chunk
