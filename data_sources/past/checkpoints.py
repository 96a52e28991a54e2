"""Checkpoints of a shard: how they are packed, which to keep, and when to make the next.

Their content depends on the rules and on the shape of a state; the stamp identifies both.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from hashlib import sha256

import msgspec

from dashboard.config.rules.book import fingerprint
from dashboard.core.fold.views import Recent
from dashboard.core.model.calendars import LocalTime
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import Clock, EventState, Tally
from dashboard.core.past.snapshots import Line, Snapshot
from data_sources.past.segments import Run

#: raise it when the fold comes to other results from the same actions and rules, or when
#: checkpoints are made at other distances
_MAKING = 3
_SHAPES = (Snapshot, Line, Recent, EventState, Clock, Tally)
_DAY_MS = 86_400_000
#: checkpoints younger than this are all kept
_RECENT_MS = 2 * _DAY_MS


class About(msgspec.Struct, array_like=True, frozen=True):
    """The description of a checkpoint; ``at`` is its moment, ms."""

    at: int
    #: stream id up to which every action for its time is in it
    position: str
    #: actions folded up to it
    folded: int
    #: bytes, packed
    size: int


_SNAPSHOT = msgspec.msgpack.Decoder(Snapshot)
_ABOUT = msgspec.msgpack.Decoder(About)


def stamp(rules: Rules) -> str:
    """A hash of everything that a checkpoint depends on, except the actions."""
    shapes = ";".join(",".join(shape.__struct_fields__) for shape in _SHAPES)
    return sha256(f"{_MAKING};{shapes};{fingerprint(rules)}".encode()).hexdigest()[:32]


def pack(snapshot: Snapshot) -> bytes:
    """The snapshot as it is stored: MessagePack, deflated."""
    return zlib.compress(msgspec.msgpack.encode(snapshot), 1)


def unpack(raw: bytes | None) -> Snapshot | None:
    """The snapshot; None if it is missing or damaged."""
    if raw is None:
        return None
    try:
        return _SNAPSHOT.decode(zlib.decompress(raw))
    except (zlib.error, msgspec.DecodeError):
        return None


def pack_about(about: About) -> bytes:
    """The description as it is stored."""
    return msgspec.msgpack.encode(about)


def known(reply: Mapping[bytes, bytes]) -> list[About]:
    """The checkpoints of a shard, the oldest first, from the fields of their hash."""
    found = []
    for raw in reply.values():
        with suppress(msgspec.DecodeError):  # damaged: as if there was no such checkpoint
            found.append(_ABOUT.decode(raw))
    return sorted(found, key=lambda about: about.at)


def next_time(
    local: LocalTime, runs: Sequence[Run], last: int, until: int, every: int, *, more: bool
) -> int | None:
    """The time (ms) for the next checkpoint in ``last`` to ``until``; None: not yet.

    One for each ``every`` actions, and one at the end of the last day before ``until`` if it had
    any. ``runs`` are those after ``last``, by their latest time; ``more``: there are later ones.
    """
    actions = 0
    for run in runs:
        if run.high > until:
            break
        actions += run.count
        if actions >= every:
            return run.high
    if more:
        return runs[-1].high
    night = local.start_of_day(local.day(until)) - 1
    return night if last < night and any(run.low <= night for run in runs) else None


def thinned(kept: Sequence[About], now: int, every: int, budget: int) -> list[int]:
    """The times of the checkpoints to drop to stay within ``budget`` bytes.

    Those of the last two days stay, and as many older ones that no more than ``every`` actions
    are between two; over the budget, those with the fewest actions between their neighbours go.
    """
    left, gone = list(kept), []

    def gap(index: int) -> int:
        """Actions between the neighbours of a checkpoint."""
        return left[index + 1].folded - (left[index - 1].folded if index else 0)

    index = 1
    while index < len(left) - 1:
        if left[index].at < now - _RECENT_MS and gap(index) <= every:
            gone.append(left.pop(index).at)
        else:
            index += 1
    while len(left) > 1 and sum(about.size for about in left) > budget:
        gone.append(left.pop(min(range(len(left) - 1), key=gap)).at)
    return gone
