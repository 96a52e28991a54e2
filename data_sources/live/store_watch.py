"""Looks at the store itself while walls are served: can it write, is it safe, has it lost data.

In: the connection of the beats. Out: `StoreWatch.seen`, which the pulse and the metrics read.
Every two seconds a web worker writes one short-lived key: only a write shows whether writes work,
and its error names the cause (memory, disk, read-only, rights). INFO is read every five.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import redis
import redis.asyncio

from data_sources.store import soundness, trouble
from data_sources.store.keys import PROBE, ShardKeys
from data_sources.store.losses import Loss
from data_sources.store.soundness import Condition
from data_sources.store.trouble import Cause

_PROBE_S = 2.0
_INFO_S = 5.0
#: a cause is shown for so long after it was last seen: at the limit every second write succeeds
_HELD_S = 5.0
#: causes that keep Redis from writing, but not from reading
_WRITES_ONLY = (Cause.MEMORY, Cause.DISK, Cause.READ_ONLY, Cause.RIGHTS, Cause.MOVED)


@dataclass(frozen=True)
class Seen:
    """What was last seen of the store."""

    condition: Condition = field(default_factory=Condition)
    #: codes of its risks that the operator has not accepted
    risks: tuple[str, ...] = ()
    #: what keeps Redis from working; None: nothing
    cause: Cause | None = None
    #: keys that Redis has evicted although it may hold counted data, since the last acceptance
    evicted: Loss | None = None


class StoreWatch:
    """Watches the store of one web worker.

    ``directory`` is that of an embedded engine; ``accepted`` are the risks that are not shown.
    """

    def __init__(
        self,
        r: redis.asyncio.Redis,
        shards: Sequence[ShardKeys],
        directory: Path | None = None,
        accepted: str = "",
    ) -> None:
        self._accepted = accepted
        self._r, self._shards, self._directory = r, shards, directory
        self.seen = Seen()
        self._probed = self._informed = float("-inf")
        self._cause_at = float("-inf")

    async def look(self) -> Seen:
        """Look again as far as it is due; raises ``redis.RedisError`` if reading fails too."""
        now = time.monotonic()
        try:
            if now - self._probed >= _PROBE_S:
                self._probed = now
                await self._r.set(PROBE, b"", px=60_000)
            if now - self._informed >= _INFO_S:
                self._informed = now
                await self._inform()
        except redis.RedisError as error:
            self._cause_at = time.monotonic()
            self.seen = replace(self.seen, cause=trouble.cause(error))
            if self.seen.cause not in _WRITES_ONLY:
                raise
        else:
            if self.seen.cause is not None and now - self._cause_at > _HELD_S:
                self.seen = replace(self.seen, cause=None)
        return self.seen

    async def _inform(self) -> None:
        info = dict(await self._r.info())
        with suppress(redis.ResponseError):  # CONFIG is forbidden on managed servers
            info["save"] = (await self._r.config_get("save")).get("save", "")
        found = soundness.judge(info, soundness.free_in(self._directory))
        evicted = await self._evicted(found)
        allowed = [one.strip() for one in self._accepted.split(",")]
        risks = tuple(risk for risk in found.risks if risk not in allowed)
        self.seen = replace(self.seen, condition=found, risks=risks, evicted=evicted)
        if found.cause is not None:
            self._cause_at = time.monotonic()
            self.seen = replace(self.seen, cause=found.cause)

    async def _evicted(self, found: Condition) -> Loss | None:
        """Counted data that was evicted; what only expires by itself (sessions) is none."""
        if not found.evicted or not found.policy.startswith("allkeys"):
            return None
        raw = cast(bytes | None, await self._r.hget(self._shards[0].meta, "evicted"))
        known = soundness.evicted_before(raw, found.run)
        if found.evicted <= known:
            return None
        return Loss("evicted", "every key", f"{found.evicted - known} keys evicted")
