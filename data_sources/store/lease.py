"""A lease: one process plays a role for a shard, and a fencing token proves it.

The holder of the lease has the highest token; a commit that carries a lower one is refused, so a
holder that was asleep while its lease expired can do no harm. Only a part that works takes or keeps
a lease, so each call is a beat of its thread (`data_sources/store/beating.py`).
"""

from __future__ import annotations

import os
import secrets
import socket

import redis
import structlog

from data_sources.store import lua
from data_sources.store.beating import beat
from data_sources.store.keys import ShardKeys

log = structlog.get_logger("lease")


def alive_field(role: str) -> str:
    """The field of meta with the server's time (ms) the holder last worked at."""
    return f"alive:{role}"


class Lease:
    """The lease of one role on one shard.

    ``token`` is 0 while this process does not hold it.
    """

    def __init__(self, r: redis.Redis, keys: ShardKeys, role: str, ttl_ms: int = 2000) -> None:
        self._key, self._meta, self.role, self._ttl = keys.lease(role), keys.meta, role, ttl_ms
        self._alive = alive_field(role)
        self.owner = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self.token = 0
        self._acquire = lua.script(r, "store/lease_acquire")
        self._renew = lua.script(r, "store/lease_renew")
        self._release = lua.script(r, "store/lease_release")

    @property
    def fence_field(self) -> str:
        """The field of the shard's meta hash with the highest token issued."""
        return f"fence:{self.role}"

    def acquire(self) -> bool:
        """Take the lease if it is free; True if this process holds it afterwards."""
        beat()
        self.token = int(
            self._acquire(
                keys=[self._key, self._meta],
                args=[self.owner, self._ttl, self.fence_field, self._alive],
            )
        )
        return self.token > 0

    def renew(self, *marks: str) -> bool:
        """Extend the lease, note the time in the meta fields ``marks``.

        False if it was lost.
        """
        beat()
        args: list[str | int] = [self.owner, self._ttl, self._alive, *marks]
        kept = self._renew(keys=[self._key, self._meta], args=args)
        if not int(kept):
            self.token = 0
        return self.token > 0

    def held(self) -> bool:
        """Extend the lease, or take it if it is free.

        True if this process holds it afterwards.
        """
        return self.renew() if self.token else self.acquire()

    def give_back(self) -> None:
        """Release at a process's end; an unreachable Redis is only logged then."""
        try:
            self.release()
        except redis.RedisError as error:
            log.warning("lease not given back", role=self.role, reason=str(error))

    def release(self) -> None:
        """Give the lease back, so that the next holder need not wait for it to expire."""
        if self.token:
            self._release(keys=[self._key], args=[self.owner])
            self.token = 0
