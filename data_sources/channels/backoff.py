"""How long to wait before a delivery is tried again, and when it is given up: pure."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

#: a server may ask for a pause of at most this, ms
MAX_ASKED = 3_600_000


@dataclass(frozen=True)
class Retry:
    """Times are ms."""

    first: int = 1_000
    longest: int = 300_000
    #: answers that were a failure; a server that cannot be reached uses up ``age`` only
    attempts: int = 40
    age: int = 24 * 3_600_000


def delay(retry: Retry, failures: int, rng: Random, asked: int = 0) -> int:
    """Wait after the n-th failure in a row (1 …), ms: doubled each time, with jitter.

    Half of it is certain and half is random, so that what failed together does not come back
    together. ``asked`` is what the server asked for (Retry-After); it is never undercut.
    """
    full = min(retry.longest, retry.first * 2 ** min(max(failures, 1) - 1, 30))
    return max(round(full * rng.uniform(0.5, 1.0)), min(asked, MAX_ASKED))
