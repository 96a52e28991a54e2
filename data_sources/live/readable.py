"""Decodes what a wall's reading returns; what cannot be read is left out, all else is shown.

In: the strings and lists that the readers' scripts return. Out: states, lines, counts, points. A
value that no fold has written, in one key of one event, must not take a city's wall away. Values
left out are counted for the metrics, and named in the log once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import structlog

from dashboard.core.model.state import EventState
from dashboard.core.wall.counts import Sums
from dashboard.core.wall.rows import TickerLine, is_point

log = structlog.get_logger("readers")

_PACKED = msgspec.msgpack.Decoder(list[bytes])
_STATE = msgspec.msgpack.Decoder(EventState)
_LINE = msgspec.json.Decoder(TickerLine)
_NAMED = 1000


class LeftOut:
    """How many values were left out by this process, and which were named in the log."""

    def __init__(self) -> None:
        self.count = 0
        self._named: set[tuple[str, str]] = set()

    def note(self, what: str, of: str, error: Exception) -> None:
        """Count a value of a kind; ``of`` tells which, for the log."""
        self.count += 1
        if (what, of) not in self._named and len(self._named) < _NAMED:
            self._named.add((what, of))
            log.error("left out of the wall", what=what, of=of[:80], reason=type(error).__name__)


LEFT_OUT = LeftOut()


def states(packed: bytes) -> list[EventState]:
    """The states of a packed array of strings."""
    return [state for raw in _PACKED.decode(packed) if (state := one_state(raw)) is not None]


def one_state(raw: bytes) -> EventState | None:
    """A stored state; None for one that cannot be read."""
    try:
        return _STATE.decode(raw)
    except (msgspec.DecodeError, ValueError) as error:
        LEFT_OUT.note("state", "event", error)
        return None


def lines(found: Iterable[str | bytes]) -> list[TickerLine]:
    """The ticker's lines."""
    out = []
    for raw in found:
        try:
            line = _LINE.decode(raw)
            entry_order(line.seq)
            out.append(line)
        except (msgspec.DecodeError, ValueError) as error:
            LEFT_OUT.note("line", "ticker", error)
    return out


def points(flat: Sequence[str]) -> list[tuple[str, float]]:
    """Members and ranks of the map's sorted set."""
    out = []
    for member, rank in zip(flat[::2], map(float, flat[1::2]), strict=True):
        if is_point(member, rank):
            out.append((member, rank))
        else:
            LEFT_OUT.note("point", member, ValueError())
    return out


def add_flat(into: Sums, flat: Sequence[str]) -> None:
    """Add a flat list of names and numbers."""
    try:
        fresh = list(zip(flat[::2], map(int, flat[1::2]), strict=True))
    except ValueError:
        fresh = list(zip(flat[::2], map(_count, flat[1::2], flat[::2]), strict=True))
    if not into:  # the first shard, and often the only one
        into.update(fresh)
        return
    for name, n in fresh:
        into[name] = into.get(name, 0) + n


def _count(text: str, name: str) -> int:
    """The number; 0 for a text that is none."""
    try:
        return int(text)
    except ValueError as error:
        LEFT_OUT.note("count", name, error)
        return 0


def entry_order(entry: str) -> tuple[int, int]:
    """A stream entry's id as a pair that sorts; raises ValueError for anything else."""
    ms, _, number = entry.partition("-")
    return int(ms), int(number)
