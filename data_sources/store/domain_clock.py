"""The domain's 'now': the server's time, or the clock a replay or a simulation publishes.

A feed publishes its clock each time it has appended everything that happened until then, so
no action from before `Feed.safe` is still to come from it.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import redis

from dashboard.errors import GridwallError
from data_sources.store import lua
from data_sources.store.beating import beat
from data_sources.store.connection import server_ms
from data_sources.store.keys import FEED

#: how long a published clock is carried forward before it counts as stopped
_CARRY_MS = 1500
#: a replay's or simulation's heartbeat older than this means that the feed is silent
SILENT_MS = 8000
#: a replay's clock may be so much later than the server's
AHEAD_MS = 5 * 60_000


class ClockError(GridwallError):
    """The clock cannot be set back as asked."""


class Feed(msgspec.Struct, frozen=True):
    """The clock as last published: ``mode`` is live, replay or simulated; times in ms."""

    mode: str = "live"
    #: the domain's time, and the server's time when it was published
    virtual: int = 0
    wall: int = 0
    #: domain seconds per second; 0 while feeding at full speed
    speed: float = 1.0
    ended: bool = False

    def now(self, server: int) -> int:
        """The domain's time at the server's time ``server``, both ms."""
        if self.mode == "live":
            return server
        if self.ended:
            return self.virtual
        return self.virtual + round(min(server - self.wall, _CARRY_MS) * self.speed)

    def safe(self, server: int) -> int:
        """The time up to which everything the feed knows has been appended, ms."""
        return server if self.mode == "live" else self.virtual

    def silent(self, server: int) -> bool:
        """True if a feed that has not ended has published nothing for `SILENT_MS`."""
        return self.mode != "live" and not self.ended and server - self.wall > SILENT_MS


def publish(
    r: redis.Redis, *, mode: str, virtual_ms: int, speed: float, ended: bool = False
) -> None:
    """Store the feed's clock; ``speed`` is in domain seconds a second."""
    beat()
    values: list[str | int | float] = ["mode", mode, "virtual", virtual_ms]
    values += ["speed", speed, "ended", int(ended)]
    lua.script(r, "store/domain_clock_publish")(keys=[FEED], args=values)


def parse_feed(raw: Mapping[bytes, bytes]) -> Feed:
    """The clock from the fields of its hash; a live one if the hash is empty."""
    if not raw:
        return Feed()
    return Feed(
        mode=raw[b"mode"].decode(),
        virtual=int(raw[b"virtual"]),
        wall=int(raw[b"wall"]),
        speed=float(raw[b"speed"]),
        ended=raw.get(b"ended") == b"1",
    )


def read(r: redis.Redis) -> tuple[Feed, int]:
    """The published clock, and the server's time in ms."""
    pipe = r.pipeline(transaction=False)
    pipe.hgetall(FEED)
    pipe.time()
    raw, server = pipe.execute()
    return parse_feed(raw), server_ms(server)


def set_back(r: redis.Redis, to: int) -> Feed:
    """Set the clock of a feed that has ended or stopped back to ``to`` (ms); returns it as it was.

    Raises: `ClockError` if no feed set it, one still runs, or it is not later than ``to``.
    """
    feed, server = read(r)
    if feed.mode == "live":
        raise ClockError("no feed has set the clock: it is the server's")
    if not feed.ended and not feed.silent(server):
        raise ClockError(f"a feed runs ({feed.mode}): stop it first, it would set the clock again")
    if to >= feed.virtual:
        raise ClockError("the clock is not later than that; it can only be set back")
    publish(r, mode=feed.mode, virtual_ms=to, speed=0.0, ended=True)
    return feed
