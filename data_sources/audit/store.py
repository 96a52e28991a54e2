"""Reads what is in a store by scripts that also return the position up to which it was folded.

Each script is short, so that a wall's readers do not wait; what it reads is true at its position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import redis

from data_sources.store import lua
from data_sources.store.kept import cut
from data_sources.store.keys import ShardKeys

_KEYS_AT_ONCE = 500
#: a key and a member
Probe = tuple[str, str]


@dataclass
class Picture:
    """Some of a shard's keys, and its meta, at one committed position."""

    position: str
    meta: dict[bytes, bytes]
    #: key → fields and numbers of a hash, the bytes of a string, the size of a sorted set (or
    #: of a hash that is not read), 0 for a missing key, -1 for one of another type
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class StoredEvents:
    """States, trails and scores of some events at one committed position."""

    position: str
    states: dict[str, bytes | None]
    trails: dict[str, bytes | None]
    scores: dict[Probe, float | None]


class Store:
    """Reads one shard; ``fields`` is how many fields of views it reads at a time."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, fields: int) -> None:
        self._r, self._keys, self._fields = r, keys, fields
        self._picture = lua.script(r, "audit/store_picture")
        self._events = lua.script(r, "audit/store_events")

    def pictures(self) -> Iterator[Picture]:
        """All counting views and the sizes of everything else, in several pictures.

        A view that is in none of them did not exist at the position of the last but one.
        """
        seen = self._found()
        keys = self._keys
        sizes = [keys.events, keys.trails, keys.queue, keys.deadlines, keys.points, keys.alerts]
        yield self._take(sizes, sized=True)
        for part in self._parts(seen):
            yield self._take(part)
        late = self._found() - seen
        # views created since the first look are read as well; any other did not exist then
        yield self._take(sorted(late))

    def held(self, event_ids: Sequence[str], probes: Iterable[Probe]) -> StoredEvents:
        """States, trails and scores, all at one position."""
        names = [self._keys.meta, self._keys.events, self._keys.trails]
        index: dict[str, int] = {}
        wanted = list(probes)
        args: list[str | int] = [len(event_ids), *event_ids]
        for key, member in wanted:
            if key not in index:
                names.append(key)
                index[key] = len(names)
            args += [index[key], member]
        position, states, trails, scores = self._events(keys=names, args=args)
        return StoredEvents(
            position.decode(),
            dict(zip(event_ids, states, strict=True)),
            dict(zip(event_ids, trails, strict=True)),
            {
                probe: None if score is None else float(score)
                for probe, score in zip(wanted, scores, strict=True)
            },
        )

    def position(self) -> str:
        """The position up to which the shard is folded."""
        found = cast(bytes | None, self._r.hget(self._keys.meta, "position"))
        return "0-0" if found is None else found.decode()

    def refusals(self, batch: int) -> Iterator[tuple[str, bytes | None]]:
        """The rejected: (stream id, action as JSON or None if it can't be decoded)."""
        last = "0-0"
        while True:
            found = cast(
                list[tuple[bytes, dict[bytes, bytes]]],
                self._r.xrange(self._keys.rejected, f"({last}", "+", batch),
            )
            for entry, fields in found:
                last = entry.decode()
                yield fields.get(b"entry", b"").decode("utf-8", "replace"), fields.get(b"action")
            if len(found) < batch:
                return

    def refusals_since(self) -> int:
        """The refusals that were written since (ms) are all kept; older ones have fallen off."""
        return cut(self._r, self._keys.rejected).since

    def recent(self) -> list[bytes]:
        """The lines of the ticker, newest first."""
        return cast(list[bytes], self._r.lrange(self._keys.recent, 0, -1))

    def members(self, key: str) -> Iterator[str]:
        """Every field of a hash or member of a sorted set; some may come twice."""
        hashed = key in (self._keys.events, self._keys.trails)
        scan = self._r.hscan_iter if hashed else self._r.zscan_iter
        for name, _ in scan(key, count=1000):
            yield name.decode("utf-8", "replace")

    def _found(self) -> set[str]:
        """Keys of views, ledgers and the sorted sets of places."""
        many = (self._keys.view(""), self._keys.ledger(""), *self._keys.places)
        patterns = [f"{start}*" for start in many]
        return {
            key.decode("utf-8", "replace")
            for pattern in patterns
            for key in self._r.scan_iter(pattern, count=2000)
        }

    def _take(self, names: Sequence[str], *, sized: bool = False) -> Picture:
        """A picture of these keys; ``sized``: only the sizes of hashes, not their fields."""
        args = ["size" if sized else ""] * len(names)
        flat, values = self._picture(keys=[self._keys.meta, *names], args=args)
        meta = dict(zip(flat[::2], flat[1::2], strict=True))
        read = {name: _numbers(value) for name, value in zip(names, values, strict=True)}
        return Picture(meta.get(b"position", b"0-0").decode(), meta, read)

    def _parts(self, names: Iterable[str]) -> Iterator[list[str]]:
        """The keys in parts of about so many fields as may be read at a time."""
        ordered = sorted(names)
        part: list[str] = []
        room = self._fields
        for start in range(0, len(ordered), _KEYS_AT_ONCE):
            group = ordered[start : start + _KEYS_AT_ONCE]
            pipe = self._r.pipeline(transaction=False)
            for name in group:
                pipe.hlen(name)
            for name, size in zip(group, pipe.execute(raise_on_error=False), strict=True):
                # minutes and sorted sets are not hashes, and small
                room -= size if isinstance(size, int) else 10
                part.append(name)
                if room <= 0 or len(part) == _KEYS_AT_ONCE:
                    yield part
                    part, room = [], self._fields
        if part:
            yield part


def _numbers(value: object) -> object:
    """A hash's flat list as numbers by field; anything else unchanged."""
    if not isinstance(value, list):
        return value
    fields: Mapping[bytes, bytes] = dict(zip(value[::2], value[1::2], strict=True))
    return {name.decode("utf-8", "replace"): _int(n) for name, n in fields.items()}


def _int(raw: bytes) -> int | str:
    """A counter; a text that is not a number is returned unchanged."""
    text = raw.decode("utf-8", "replace")
    return int(text) if text.lstrip("-").isdecimal() else text
