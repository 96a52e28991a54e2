"""Surge warnings in Redis: the open ones, the log, and the one step that changes both."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Literal, cast

import msgspec
import redis

from dashboard.core.surges.incidents import Outcome, SurgeWarning
from data_sources.errors import LeaseLost
from data_sources.store import lua
from data_sources.store.keys import WARNINGS, WARNINGS_LOG, ShardKeys

_ONE = msgspec.json.Decoder(SurgeWarning)
_WHAT: Mapping[bytes, Literal["raised", "moved", "ended"]] = {
    b"raised": "raised",
    b"moved": "moved",
    b"ended": "ended",
}
#: lines kept in the log, about
_LOG_LENGTH = 10_000


class Record(msgspec.Struct, frozen=True):
    """A line of the log: raised, moved (spread, one_grid) or ended.

    Ended for a reason: subsided, withdrawn, folded (into ``by``); by an earlier version explained.
    """

    what: Literal["raised", "moved", "ended"]
    #: the domain's time, ms
    at: int
    warning: SurgeWarning
    reason: str = ""
    #: the warning it was folded into
    by: str = ""


class Warnings(msgspec.Struct, frozen=True):
    """The open warnings, least likely first; the log's last lines, newest first."""

    open: list[SurgeWarning]
    recent: list[Record]


def read_open(r: redis.Redis) -> list[SurgeWarning]:
    """The open warnings, the least likely first."""
    return decode_open(cast(Mapping[bytes, bytes], r.hgetall(WARNINGS)))


def read_warnings(r: redis.Redis, limit: int = 50) -> Warnings:
    """The open warnings and the log's last ``limit`` lines.

    Raises: ``redis.RedisError``.
    """
    pipe = r.pipeline(transaction=True)
    pipe.hgetall(WARNINGS)
    pipe.xrevrange(WARNINGS_LOG, count=max(1, limit))
    found, lines = pipe.execute()
    return Warnings(decode_open(found), [record(fields) for _, fields in lines[:limit]])


def decode_open(found: Mapping[bytes, bytes]) -> list[SurgeWarning]:
    """The warnings of the hash ``WARNINGS``, the least likely first."""
    opened = []
    for body in found.values():
        with suppress(msgspec.DecodeError):  # no warning of ours: it must not take the pulse away
            opened.append(_ONE.decode(body))
    return sorted(opened, key=lambda w: (w.evidence.p, w.raised_at, w.id))


def record(fields: Mapping[bytes, bytes]) -> Record:
    """A line of the log from the fields of its entry."""
    return Record(
        _WHAT[fields[b"what"]],
        int(fields[b"at"]),
        _ONE.decode(fields[b"warning"]),
        fields[b"reason"].decode(),
        fields[b"by"].decode(),
    )


class WarningStore:
    """Writes the changes of one pass, all or nothing, fenced by the lease."""

    def __init__(self, r: redis.Redis, keys: ShardKeys, fence_field: str) -> None:
        self._keys, self._fence = keys, fence_field
        self._commit = lua.script(r, "surges/warnings_commit")

    def commit(self, token: int, now: int, outcome: Outcome) -> None:
        """Store the warnings raised, updated, moved and ended at ``now`` (ms).

        Raises: `LeaseLost` if another watcher has taken over.
        """
        args: list[str | int | bytes] = [self._fence, token, _LOG_LENGTH, now]
        for warning in outcome.raised:
            args += ["raised", warning.id, now, "", "", msgspec.json.encode(warning)]
        for warning in outcome.updated:
            args += ["updated", warning.id, now, "", "", msgspec.json.encode(warning)]
        for to in outcome.moved:
            body = msgspec.json.encode(to.warning)
            args += ["moved", to.warning.id, now, to.reason, "", body]
        for over in outcome.ended:
            body = msgspec.json.encode(over.warning)
            args += ["ended", over.warning.id, now, over.reason, over.by, body]
        kept = self._commit(keys=[WARNINGS, WARNINGS_LOG, self._keys.meta], args=args)
        if not int(kept):
            raise LeaseLost(f"another watcher holds {self._keys.name}")
