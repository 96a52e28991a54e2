"""A length of time in words, and the one table of the units it is written in.

Pages, exports and briefs write every duration by :func:`duration`; the wall, the queue and the
steering page by ``assets/durations.mjs``, which ``scripts/durations_js.py`` writes from this table.
The words are ``unit.*`` of the catalogue: abbreviations, so that English needs no plural.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dashboard.config.words.figures import NOTHING
from dashboard.config.words.plurals import say

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
DAY = 24 * HOUR


class Unit(NamedTuple):
    """One row of the table: from ``ms`` on, a duration is counted in this unit."""

    #: the message is ``unit.<word>``
    word: str
    ms: int
    #: the next smaller unit, written after this one unless it is 0; ``ms`` 0 is none
    rest_word: str = ""
    rest_ms: int = 0
    #: from this length on the rest is left out; 0 is never
    rest_until: int = 0


#: largest first; what is shorter than the last unit is 0 of it
UNITS = (
    Unit("day", DAY, "hour", HOUR, 10 * DAY),
    Unit("hour", HOUR, "rest_minute", MINUTE),
    Unit("minute", MINUTE),
    Unit("second", SECOND),
)


def duration(ms: float | None, text: Mapping[str, str]) -> str:
    """A length of ``ms`` milliseconds in one or two units: 45 s, 12 min, 2 h, 2 h 15 min, 3 d 4 h.

    Whole units, rounded down; the sign is left to the words around it. None is a dash.
    """
    if ms is None:
        return NOTHING
    whole = abs(int(ms))
    unit = next((one for one in UNITS if whole >= one.ms), UNITS[-1])
    parts = [say(text, f"unit.{unit.word}", n=whole // unit.ms)]
    if unit.rest_ms and not (unit.rest_until and whole >= unit.rest_until):
        rest = whole % unit.ms // unit.rest_ms
        if rest:
            parts.append(say(text, f"unit.{unit.rest_word}", n=rest))
    return " ".join(parts)


def apart(ms: float | None, other: float | None, text: Mapping[str, str]) -> tuple[str, str]:
    """Two lengths as `duration`, each to the second or finer if they would else look equal."""
    written = duration(ms, text), duration(other, text)
    if ms is None or other is None or ms == other or written[0] != written[1]:
        return written
    if int(ms) // SECOND != int(other) // SECOND:
        return _exact(ms, text, 0), _exact(other, text, 0)
    return _exact(ms, text, 3), _exact(other, text, 3)


def excess(ms: float, text: Mapping[str, str]) -> str:
    """How far a length is over its limit: as `duration`, at least 1 s."""
    return duration(max(abs(ms), SECOND), text)


def _exact(ms: float, text: Mapping[str, str], digits: int) -> str:
    rest, parts = abs(ms), []
    for unit in UNITS[:-1]:
        whole, rest = divmod(rest, unit.ms)
        if whole:
            parts.append(say(text, f"unit.{unit.word}", n=whole))
    seconds = rest / SECOND if digits else rest // SECOND
    return " ".join([*parts, say(text, "unit.second", n=f"{seconds:.{digits}f}")])


def signed_duration(ms: float, text: Mapping[str, str]) -> str:
    """A change of a duration, to the minute: +1 h 30 min, −5 min; less than a minute is ±0."""
    minutes = round(abs(ms) / MINUTE)
    if not minutes:
        return "±0"
    return ("+" if ms > 0 else "−") + duration(minutes * MINUTE, text)
