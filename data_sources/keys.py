"""Every Redis key, built here and nowhere else.

A shard's keys carry the hash tag ``{gN}``, so that on a cluster they live in one slot
and one commit stays atomic.
"""

from __future__ import annotations

from binascii import crc_hqx
from dataclasses import dataclass
from functools import cached_property

#: hash: the domain clock a feed publishes (mode, virtual, wall, speed, ended)
FEED = "gridwall:feed"
#: string: the id of the city whose events this store holds
CITY = "gridwall:city"
#: stream: what a feed could not read (file, line, field, value, reason)
DEAD_LETTERS = "gridwall:dead-letters"


def shard_of(event_id: str, shards: int) -> int:
    """The shard an event belongs to, 0 … shards-1."""
    return crc_hqx(event_id.encode(), 0) % shards


@dataclass(frozen=True)
class ShardKeys:
    """The keys of one shard."""

    number: int

    @property
    def name(self) -> str:
        return f"g{self.number}"

    @cached_property
    def _tag(self) -> str:
        return f"{{{self.name}}}"

    @property
    def actions(self) -> str:
        """Stream: every action, in order of arrival."""
        return f"{self._tag}:actions"

    @property
    def rejected(self) -> str:
        """Stream: actions the lifecycle does not allow, with the reason."""
        return f"{self._tag}:rejected"

    @property
    def meta(self) -> str:
        """Hash: position (last stream id folded), seq (commits), read (entries folded), fresh
        (ms; all that was appended before is folded), fence:ROLE (fencing tokens)."""
        return f"{self._tag}:meta"

    def lease(self, role: str) -> str:
        """String: who plays ``role`` (projector, clock) for this shard; expires."""
        return f"{self._tag}:lease:{role}"

    @property
    def events(self) -> str:
        """Hash: event id → state."""
        return f"{self._tag}:events"

    @property
    def queue(self) -> str:
        """Sorted set: events on the escalation ladder."""
        return f"{self._tag}:queue"

    @property
    def deadlines(self) -> str:
        """Sorted set: event id → time of its next escalation step, ms."""
        return f"{self._tag}:deadlines"

    @property
    def points(self) -> str:
        """Sorted set: open, located events; worst level, then newest, last."""
        return f"{self._tag}:points"

    @property
    def recent(self) -> str:
        """List: the last actions folded, newest first."""
        return f"{self._tag}:recent"

    def view(self, name: str) -> str:
        """Hash of counters (``count``, ``place:grid``, ``cells:11`` …), or dense minutes."""
        return f"{self._tag}:view:{name}"


def shards(count: int) -> list[ShardKeys]:
    """The keys of every shard."""
    return [ShardKeys(number) for number in range(count)]
