"""One atomic step: the changes of a batch and the position they reach, or nothing.

The script checks the fencing token and the position the batch started from, so a batch
is applied exactly once, whichever process is killed when. It checks the epoch as well: a batch
folded over views that have been replaced since must be folded again.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import chain

import msgspec
import redis

from dashboard.core.fold import view_names
from dashboard.core.fold.batch import Changes
from dashboard.core.fold.became import counted
from data_sources.errors import LeaseLost, ViewsReplaced
from data_sources.store import lua
from data_sources.store.aside import KEPT, field_of
from data_sources.store.filing import void
from data_sources.store.kept import REFUSED_KEPT
from data_sources.store.keys import ShardKeys

#: Lua's stack holds about 8,000 values; a command is cut well below that
_MAX_ARGS = 2000
#: lines of the ticker; those of one place are selected from these
RECENT_KEPT = 200
#: commits that a copy of the states may be behind; fewer while they are large
CHANGED_KEPT = 100_000
_CHANGED_LEAST = 1000
#: event ids kept in the stream of changes, about
_CHANGED_IDS = 1_000_000

#: outcomes kept for sources to ask for, about; after a large batch at least so many commits
OUTCOMES_KEPT = 50_000
_OUTCOMES_LEAST = 200

#: arguments of a Redis command
Op = list[str | int | float | msgspec.Raw]
#: what the script returns when it did nothing
_REPLACED, _HELD, _ARCHIVED = -3, -4, -5
#: pause between tries of a commit that a rebuild holds back, s
_RETRY_S = 0.005


class Committer:
    """Writes batches of one shard."""

    def __init__(
        self, r: redis.Redis, keys: ShardKeys, fence_field: str, refused_kept: int = REFUSED_KEPT
    ) -> None:
        self._keys, self._fence_field = keys, fence_field
        self._refused_kept = refused_kept
        self._script = lua.script(r, "fold/commit")

    def commit(
        self,
        token: int,
        before: str,
        after: str,
        read: int,
        changes: Changes,
        *,
        fresh: bool,
        epoch: int = 0,
        archives: int = 0,
        back: Mapping[str, str] | None = None,
    ) -> int:
        """Apply ``changes`` and move the position from ``before`` to ``after``.

        ``read`` is how many entries of the stream that is; ``fresh`` means that there were no
        more, so that the views are true as of now; ``epoch`` is that of the views the changes
        were made from. ``archives`` is the number of the archive's last change known then;
        ``back`` maps the events whose rows in the archive are void from now on to the month
        each was filed under. Returns the shard's new sequence number.

        Raises: `LeaseLost` if another projector has taken over; `ViewsReplaced` if the views
        have been rebuilt since, or events have left them for the archive.
        """
        names: list[str] = [self._keys.meta]
        index: dict[str, int] = {}
        args: list[str | int | bytes] = [
            *(self._fence_field, token, before, after, read, int(fresh), changes.high, epoch)
        ]
        operations: list[tuple[str, int, Op]] = []
        returned = _returned(self._keys, archives, back or {})
        own = _operations(self._keys, changes, self._refused_kept)
        for name, key, values in chain(own, returned):
            if key not in index:
                names.append(key)
                index[key] = len(names)
            operations += [(name, index[key], part) for part in _cut(values)]
        # as one string: thousands of separate arguments cost four times as much
        args += [msgspec.msgpack.encode(operations), archives]
        while (seq := int(self._script(keys=names, args=args))) == _HELD:
            time.sleep(_RETRY_S)
        if seq == _REPLACED:
            raise ViewsReplaced(f"{self._keys.name}: the views have been rebuilt")
        if seq == _ARCHIVED:
            raise ViewsReplaced(f"{self._keys.name}: events have left for the archive")
        if seq < 0:
            raise LeaseLost(f"{self._keys.name}: another projector has committed since {before}")
        return seq


def _returned(
    keys: ShardKeys, archives: int, back: Mapping[str, str]
) -> Iterator[tuple[str, str, Op]]:
    """The commands that void the archive's rows of events that came back."""
    if back:
        fields: Op = []
        for event_id, month in back.items():
            fields += [void(month, event_id), archives]
        yield "HSET", keys.archived, fields
        yield "HINCRBY", keys.meta, ["archives", 1]
        kept: Op = ["MAXLEN", "~", CHANGED_KEPT, "*", "kind", "thawed", "ids", "\n".join(back)]
        yield "XADD", keys.changed, kept


def _cut(args: Op) -> Iterator[Op]:
    """The arguments in pieces of at most `_MAX_ARGS`."""
    for start in range(0, len(args), _MAX_ARGS):
        yield args[start : start + _MAX_ARGS]


def _operations(
    keys: ShardKeys, changes: Changes, refused_kept: int
) -> Iterator[tuple[str, str, Op]]:
    """The commands of a batch: (command, key, arguments to cut at even indices)."""
    states: Op = []
    trails: Op = []
    for event_id, held in changes.held.items():
        trails += [event_id, _text(msgspec.msgpack.encode(held.marks))]
        if held.state is not None:
            states += [event_id, _text(msgspec.msgpack.encode(held.state))]
    if states:
        yield "HSET", keys.events, states
        if keys.changed:
            yield "XADD", keys.changed, _changed([str(name) for name in states[::2]])
    if trails:
        yield "HSET", keys.trails, trails
    hashes: dict[str, Op] = defaultdict(list)
    for (view, field), amount in changes.counts.items():
        if amount:
            pairs = hashes[view]
            pairs.append(field)
            pairs.append(amount)
    for view, pairs in hashes.items():
        dense = view_names.is_dense(view)
        yield "DENSE" if dense else "INCR", keys.view(view), pairs
    yield from _zset(keys.queue, changes.queue)
    yield from _zset(keys.deadlines, changes.deadlines)
    yield from _zset(keys.points, changes.points)
    yield from _zset(keys.alerts, changes.alerts)
    yield from _zset(keys.parked, changes.parked)
    several: dict[str, dict[str, float | int | None]] = defaultdict(dict)
    for (grid, event_id), at in changes.ledger.items():
        several[keys.ledger(grid)][event_id] = at
    for (name, code, member), rank in changes.places.items():
        several[keys.ranked(view_names.place_ranked(name, code))][member] = rank
    for key, members in several.items():
        yield from _zset(key, members)
    for notice in changes.notices:
        yield "XADD", keys.outbox, ["*", "n", _text(msgspec.json.encode(notice))]
    for link in changes.links:
        yield "XADD", keys.links, _entry(link)
    for entry, item in changes.aside:
        aside: Op = ["MAXLEN", "~", KEPT, "*", "part", "projector", "item", item.action.event_id]
        yield "XADD", keys.aside, [*aside, "reason", item.reason, "at", _ms(entry), "entry", entry]
    if changes.aside:
        yield "HINCRBY", keys.meta, [field_of("projector"), len(changes.aside)]
    most: Op = ["MAXLEN", "~", refused_kept]
    for fields in changes.unreadable:
        yield "XADD", keys.rejected, [*most, *_entry(fields)]
    for entry, item in changes.refused:
        action = _text(msgspec.json.encode(item.action))
        entry_fields: Op = ["action", action, "reason", item.reason, "entry", entry]
        yield "XADD", keys.rejected, [*most, "*", *entry_fields]
    if changes.became:
        kept = max(_OUTCOMES_LEAST, OUTCOMES_KEPT // len(changes.became))
        found = _text(msgspec.json.encode(changes.became))
        yield "XADD", keys.outcomes, ["MAXLEN", "~", kept, "*", "b", found]
        found_counts = counted(changes.became)
        yield "INCR", keys.outcome_counts, list(chain.from_iterable(found_counts.items()))
    lines = [
        _text(b'{"seq":%b,' % msgspec.json.encode(entry) + msgspec.json.encode(line)[1:])
        for entry, line in changes.recent[-RECENT_KEPT:]
    ]
    if lines:
        yield "LPUSH", keys.recent, list(lines)
        yield "LTRIM", keys.recent, [0, RECENT_KEPT - 1]


def _ms(entry: str) -> str:
    """When an entry of the stream was appended, ms."""
    return entry.partition("-")[0]


def _changed(ids: list[str]) -> Op:
    """The stream entry that lists changed states; an event's id contains no line break."""
    kept = min(CHANGED_KEPT, max(_CHANGED_LEAST, _CHANGED_IDS // len(ids)))
    return ["MAXLEN", "~", kept, "*", "ids", "\n".join(ids)]


def _entry(fields: Mapping[str, str | bytes]) -> Op:
    """The arguments of an XADD of these fields."""
    out: Op = ["*"]
    for name, value in fields.items():
        out += [name, _text(value) if isinstance(value, bytes) else value]
    return out


def _text(data: bytes) -> msgspec.Raw:
    """Encode bytes as a MessagePack *str*: Redis's cmsgpack cannot decode *bin*."""
    size = len(data)
    if size < 0x100:
        return msgspec.Raw(b"\xd9" + size.to_bytes(1, "big") + data)
    if size < 0x10000:
        return msgspec.Raw(b"\xda" + size.to_bytes(2, "big") + data)
    return msgspec.Raw(b"\xdb" + size.to_bytes(4, "big") + data)


def _zset(key: str, wanted: Mapping[str, float | int | None]) -> Iterator[tuple[str, str, Op]]:
    """The commands that give members their score in a sorted set; None removes a member."""
    add: Op = []
    drop: Op = []
    for member, score in wanted.items():
        if score is None:
            drop.append(member)
        else:
            add += [repr(float(score)), member]
    if drop:
        yield "ZREM", key, drop
    if add:
        yield "ZADD", key, add
