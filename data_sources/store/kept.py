"""Lists of the store that keep a most: how many entries have fallen off their beginning.

Redis counts for each stream what was ever added to it, so nothing of what was cut is lost from the
count.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

import redis

#: refused actions kept a shard, and unreadable rows of files, about; GRIDWALL_REFUSED_KEPT and
#: GRIDWALL_DEAD_LETTERS_KEPT
REFUSED_KEPT = 20_000
DEAD_LETTERS_KEPT = 100_000
#: no most is below
LEAST = 100


class Cut(NamedTuple):
    """What has fallen off the beginning of a stream."""

    number: int = 0
    #: when the oldest entry that is left was written, ms; 0 if nothing was cut
    since: int = 0


def cut(r: redis.Redis, stream: str) -> Cut:
    """What has fallen off a stream; nothing of one that does not exist."""
    if not r.exists(stream):
        return Cut()
    found = r.xinfo_stream(stream)
    number = int(found["entries-added"]) - int(found["length"])
    if number <= 0 or int(found["length"]) < LEAST:  # then it was deleted in another way
        return Cut()
    first = cast(Any, r.xrange(stream, count=1))
    return Cut(number, int(first[0][0].split(b"-")[0]) if first else 0)
