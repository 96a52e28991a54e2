"""What became of every action: pages of the streams that each commit writes to, and counts.

Read-only but for the counts of what the intake answered. The streams are bounded: an older outcome
is found by its event and name (`ActionOutcomes` in data_sources/store/outcomes.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from typing import Any, cast

import msgspec
import redis

from dashboard.core.fold.became import Became
from data_sources.store.entries import entry_id
from data_sources.store.keys import INTAKE, ShardKeys, shards

#: commits read at a time, and outcomes looked at for one page
_COMMITS = 50
_LOOKED_AT = 20_000
_BATCH = msgspec.json.Decoder(list[Became])
_PLACE = re.compile(r"(\d{1,20}-\d{1,20})\.(\d{1,6})", re.ASCII)
#: a cursor for what comes from now on
END = "$"


class Outcomes(msgspec.Struct, frozen=True):
    """A page of outcomes, in the order in which they came about within a shard."""

    #: (shard's name, outcome)
    rows: list[tuple[str, Became]]
    #: where the next page begins
    cursor: str
    #: whether there was more when this was read
    more: bool
    #: the cursor's outcomes are not kept any more: some may have been missed
    gap: bool


class Counted(msgspec.Struct, frozen=True):
    """How many outcomes there were of one source, result and reason; or answers of the intake."""

    source: str
    result: str
    #: code of the reason, or the field of an invalid item
    about: str
    number: int


class BadCursor(ValueError):
    """The cursor is none of this store's."""


class OutcomeLog:
    """The outcomes of all shards."""

    def __init__(self, r: redis.Redis, shard_count: int) -> None:
        self._r, self._shards = r, shards(shard_count)

    def page(
        self, cursor: str, limit: int, keep: Callable[[Became], bool] = lambda _: True
    ) -> Outcomes:
        """At most ``limit`` outcomes after ``cursor`` ("" is the oldest kept) that ``keep`` takes.

        Raises: `BadCursor`.
        """
        places = self._places(cursor)
        rows: list[tuple[str, Became]] = []
        gap, more, looked = False, False, 0
        for number, keys in enumerate(self._shards):
            entry, done = places[number]
            if entry != "0-0":
                gap |= self._is_gone(keys, entry)
            while True:
                found = self._read(keys, entry, done)
                for name, batch in found:
                    start = done if name == entry else 0
                    for index, one in enumerate(batch[start:], start):
                        if len(rows) >= limit or looked >= _LOOKED_AT:
                            more = True
                            break
                        looked += 1
                        places[number] = name, index + 1
                        if keep(one):
                            rows.append((keys.name, one))
                if more or not found:
                    break
                entry, done = places[number]
        text = ",".join(f"{entry}.{done}" for entry, done in places)
        return Outcomes(rows, text, more, gap)

    def ends(self) -> str:
        """The cursor for what comes from now on."""
        return ",".join(f"{entry}.{done}" for entry, done in self._ends())

    def of_entries(self, cursor: str, wanted: Collection[tuple[str, str]]) -> dict[str, Became]:
        """Outcomes after ``cursor`` of some (shard's name, stream id), by ``shard:id``."""
        out: dict[str, Became] = {}
        for number, keys in enumerate(self._shards):
            entry, done = self._places(cursor)[number]
            mine = {one for shard, one in wanted if shard == keys.name}
            while mine and (found := self._read(keys, entry, done)):
                for _, batch in found:
                    for one in batch:
                        if one.entry in mine:
                            out[f"{keys.name}:{one.entry}"] = one
                entry, done = found[-1][0], len(found[-1][1])
        return out

    def folded(self) -> dict[str, str]:
        """The stream id up to which each shard's actions are folded."""
        pipe = self._r.pipeline(transaction=False)
        for keys in self._shards:
            pipe.hget(keys.meta, "position")
        found = pipe.execute()
        return {
            keys.name: (position or b"0-0").decode()
            for keys, position in zip(self._shards, found, strict=True)
        }

    def counts(self) -> list[Counted]:
        """How many outcomes there were, by source, result and the reason's code."""
        total: Counter[str] = Counter()
        for keys in self._shards:
            found = cast(dict[bytes, bytes], self._r.hgetall(keys.outcome_counts))
            total.update({name.decode(): int(number) for name, number in found.items()})
        return _counted(total)

    def answered(self) -> list[Counted]:
        """What the intake answered, by source, result and the field of an invalid item."""
        found = cast(dict[bytes, bytes], self._r.hgetall(INTAKE))
        return _counted({name.decode(): int(number) for name, number in found.items()})

    def answer(self, source: str, results: Iterable[tuple[str, str]]) -> None:
        """Count what the intake answered: (result, field of an invalid item) of each item."""
        pipe = self._r.pipeline(transaction=False)
        for (result, field), number in Counter(results).items():
            pipe.hincrby(INTAKE, f"{source}|{result}|{field}", number)
        pipe.execute()

    def parked(self, limit: int) -> tuple[list[tuple[str, int]], int]:
        """Events that wait for their report, (event, since when in ms), oldest first; how many."""
        found: list[tuple[str, int]] = []
        number = 0
        for keys in self._shards:
            pipe = self._r.pipeline(transaction=False)
            pipe.zrange(keys.parked, 0, limit - 1, withscores=True)
            pipe.zcard(keys.parked)
            pairs, count = pipe.execute()
            found += [(event.decode(), int(at)) for event, at in pairs]
            number += count
        return sorted(found, key=lambda one: (one[1], one[0]))[:limit], number

    def _ends(self) -> list[tuple[str, int]]:
        out: list[tuple[str, int]] = []
        for keys in self._shards:
            last = cast(Any, self._r.xrevrange(keys.outcomes, count=1))
            out.append((last[0][0].decode(), len(_batch(last[0][1]))) if last else ("0-0", 0))
        return out

    def _places(self, cursor: str) -> list[tuple[str, int]]:
        if not cursor:
            return [("0-0", 0)] * len(self._shards)
        if cursor == END:
            return self._ends()
        found = [_PLACE.fullmatch(part) for part in cursor.split(",")]
        try:
            places = [(entry_id(one[1]), int(one[2])) for one in found if one is not None]
        except ValueError as error:
            raise BadCursor("expected the cursor of an earlier answer") from error
        if len(places) != len(self._shards) or len(places) != len(found):
            raise BadCursor("expected the cursor of an earlier answer")
        return places

    def _is_gone(self, keys: ShardKeys, entry: str) -> bool:
        """Whether the outcomes at ``entry`` are not kept any more."""
        first = cast(Any, self._r.xrange(keys.outcomes, count=1))
        return bool(first) and _order(first[0][0].decode()) > _order(entry)

    def _read(self, keys: ShardKeys, entry: str, done: int) -> list[tuple[str, list[Became]]]:
        """The next commits; the one at ``entry`` only if it has more than ``done`` outcomes."""
        found = cast(Any, self._r.xrange(keys.outcomes, entry, "+", _COMMITS + 1))
        batches = [(name.decode(), _batch(fields)) for name, fields in found]
        return [(name, batch) for name, batch in batches if name != entry or len(batch) > done]


def _batch(fields: dict[bytes, bytes]) -> list[Became]:
    return _BATCH.decode(fields[b"b"])


def _order(entry: str) -> tuple[int, int]:
    ms, _, number = entry.partition("-")
    return int(ms), int(number or 0)


def _counted(found: dict[str, int] | Counter[str]) -> list[Counted]:
    out = []
    for name, number in sorted(found.items()):
        source, result, about = name.split("|", 2)
        out.append(Counted(source, result, about, number))
    return out
