"""The codes that sources sent and the city does not know, with how often each came.

In: actions as counted (`dashboard.core.model.codes`). Out: counts by source, kind and code, for the
page that lists them. At most `MOST` codes are counted one by one; the rest of a source and kind
together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import cast

import msgspec
import redis

from dashboard.core.model.actions import Action
from data_sources.store import lua
from data_sources.store.connection import connect
from data_sources.store.keys import UNKNOWN_CODES

#: codes that are counted one by one
MOST = 5_000


class UnknownCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code that the city does not know."""

    source: str
    #: department, category, county, township, community, grid, or actor
    kind: str
    #: "" for all that came after the most were listed
    code: str
    count: int


class UnknownCodes:
    """Counts and lists the unknown codes of one store; methods raise ``redis.RedisError``."""

    def __init__(self, r: redis.Redis) -> None:
        self._r = r
        self._add = lua.script(r, "store/unknown_codes")

    def note(self, actions: Iterable[Action]) -> None:
        """Count what was sent with these actions."""
        found = Counter((a.source, kind, code) for a in actions for kind, code in a.as_sent)
        if found:
            args: list[str | int] = [MOST]
            for (source, kind, code), n in found.items():
                args += [f"{source}|{kind}|", code, n]
            self._add(keys=[UNKNOWN_CODES], args=args)

    def listed(self, limit: int = 1000) -> list[UnknownCode]:
        """The codes that came most often, at most ``limit``."""
        raw = cast(Mapping[bytes, bytes], self._r.hgetall(UNKNOWN_CODES))
        rows = [_row(name.decode("utf-8", "replace"), value) for name, value in raw.items()]
        rows.sort(key=lambda row: (-row.count, row.source, row.kind, row.code))
        return rows[:limit]


def _row(name: str, value: bytes) -> UnknownCode:
    source, kind, code = [*name.split("|", 2), "", ""][:3]
    return UnknownCode(
        source=source, kind=kind, code=code, count=int(value) if value.isdigit() else 0
    )


def unknown_codes(url: str, limit: int) -> list[dict[str, str]]:
    """The codes as text by field, those that came most often first."""
    with connect(url) as r:
        rows = UnknownCodes(r).listed(limit)
    return [{n: str(v) for n, v in msgspec.structs.asdict(row).items()} for row in rows]
