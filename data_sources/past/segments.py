"""An index of a shard's action stream by domain time: which pieces of it hold which times.

A *run* is a piece of the stream whose indexed actions are all of one hour. In a stream that
arrives in order there is a run for each hour or batch; a late action is a run of its own. The
clock's actions are not indexed: deadlines are known without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import cast

import msgspec
import redis

from dashboard.core.model.actions import Action, Kind
from dashboard.core.past.snapshots import place

HOUR = 3_600_000
#: the time under which what voids an event, or puts it back, is indexed: it holds for all times
ALWAYS = 1
#: entries of other hours that a run may have between two of its own
_GAP = 32
#: entries, and pieces of the stream, read at a time
_PAGE = 2000
_SPANS = 50

Entry = tuple[bytes, dict[bytes, bytes]]
#: the first and the last stream id of a piece
Span = tuple[str, str]


class Peek(msgspec.Struct):
    """The fields of an action that the index needs; ``ts`` in ms."""

    kind: Kind
    ts: int
    event_id: str


_VOIDING = (Kind.VOID, Kind.UNVOID)
_PEEK = msgspec.json.Decoder(Peek)


@dataclass
class Run:
    """``count`` actions of one hour (``low`` to ``high``, ms) in a piece of stream."""

    first: str
    last: str
    low: int
    high: int
    count: int = 1

    @property
    def member(self) -> str:
        """The run as a member of the sorted set, whose score is ``high``."""
        return f"{self.first}:{self.last}:{self.low}:{self.count}"


def peek(fields: dict[bytes, bytes]) -> Peek | None:
    """Kind and time of an entry.

    None for the clock's actions and for unreadable ones. The time is `ALWAYS` for what voids.
    """
    try:
        found = _PEEK.decode(fields[b"a"])
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError):
        return None
    if found.kind is Kind.ESCALATE:
        return None
    if found.kind in _VOIDING:
        found.ts = ALWAYS
    return found


def time_of(action: Action) -> int:
    """The time (ms) under which an action is indexed."""
    return ALWAYS if action.voids else action.ts


def runs_of(entries: Iterable[tuple[int, str, int]]) -> list[Run]:
    """The runs of entries (position in the stream, id, time in ms), in stream order."""
    done: list[Run] = []
    running: dict[int, tuple[int, Run]] = {}
    for number, entry, ts in entries:
        last, run = running.get(ts // HOUR, (-1, None))
        if run is None or number - last > _GAP:
            run = Run(entry, entry, ts, ts)
            done.append(run)
        else:
            run.last, run.count = entry, run.count + 1
            run.low, run.high = min(run.low, ts), max(run.high, ts)
        running[ts // HOUR] = number, run
    return done


def parsed(replies: Iterable[tuple[bytes, float]]) -> list[Run]:
    """The runs from the members and scores of the sorted set."""
    out = []
    for member, high in replies:
        with suppress(ValueError, OverflowError):  # a member that no keeper has written
            first, last, low, count = member.decode().split(":")
            place(first), place(last)
            out.append(Run(first, last, int(low), int(high), int(count)))
    return out


def late_time(fields: Mapping[bytes, bytes]) -> int:
    """The time (ms) of an entry of the stream of late actions; 0, the earliest, if unreadable."""
    value = fields.get(b"t", b"")
    return int(value) if value.isdigit() else 0


def between(runs: Iterable[Run], since: int, until: int) -> list[Run]:
    """The runs that may have actions after ``since``, up to ``until`` (ms)."""
    return [run for run in runs if run.high > since and run.low <= until]


def spans(runs: Iterable[Run]) -> list[Span]:
    """The pieces of the stream that the runs cover, each entry once."""
    out: list[Span] = []
    for run in sorted(runs, key=lambda run: place(run.first)):
        if out and place(run.first) <= place(out[-1][1]):
            out[-1] = out[-1][0], max(out[-1][1], run.last, key=place)
        else:
            out.append((run.first, run.last))
    return out


def read_spans(r: redis.Redis, key: str, wanted: Sequence[Span]) -> Iterator[Entry]:
    """The entries of pieces of the stream ``key``, read a few at a time."""
    for start in range(0, len(wanted), _SPANS):
        group = wanted[start : start + _SPANS]
        pipe = r.pipeline(transaction=False)
        for first, last in group:
            pipe.xrange(key, first, last, _PAGE)
        for reply, (_, last) in zip(pipe.execute(), group, strict=True):
            yield from reply
            if len(reply) == _PAGE:
                yield from read_after(r, key, reply[-1][0].decode(), last)


def read_after(r: redis.Redis, key: str, after: str, last: str) -> Iterator[Entry]:
    """The entries after the id ``after``, up to the id ``last``."""
    while True:
        reply = cast(list[Entry], r.xrange(key, f"({after}", last, _PAGE))
        yield from reply
        if len(reply) < _PAGE:
            return
        after = reply[-1][0].decode()
