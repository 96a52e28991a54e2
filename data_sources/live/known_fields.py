"""The fields of the counting views that a city's own codes have, and how many fields are too many.

In: the codes that a city pack lists. Out: limits for the city's reader, and the names of the fields
to read where a hash is beyond its limit. A hash grows with every code that was ever counted; a
wall's reading must not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from dashboard.core.model.actions import Channel, Level, Status
from dashboard.core.model.codes import Known
from dashboard.core.model.rules import Weights
from dashboard.core.scoring.formulas import CHECKS, formulas

#: fields of a hash that are read whole, for a city with few codes of its own
FIELDS_MOST = 20_000
#: of a city with many: so many for each code that it knows
_A_CODE = 12
#: fields of map cells that are read of one zoom; a cell has one for each level in it, and its place
CELLS_MOST = 6_000
_ALL = ("located", "unlocated", "no_grid")
_FACTS = ("reported", "open", "closed", "rejected", "merged", "overdue", "response_overdue")
_SCORED = ("dispatched", "visited", "closed", "excluded", "late_news")


class Limits(msgspec.Struct, frozen=True, array_like=True):
    """Fields read whole: of ``count``, of the scores, of the places of each tier that is read."""

    count: int
    scores: int
    places: tuple[int, ...]


class Fields(msgspec.Struct, frozen=True, array_like=True):
    """The fields of the codes that are known, in the same order."""

    count: list[str]
    scores: list[str]
    places: list[list[str]]


class KnownFields:
    """Of one city and its weights."""

    def __init__(self, known: Known, weights: Weights) -> None:
        self.known = known
        measures = {m for f in formulas(weights).values() for part in f for m in part}
        measures |= {*_SCORED, *CHECKS, *CHECKS.values()}
        measures |= {f"decided.{level}" for level in Level}
        self._measures = sorted(measures)
        self._packed: dict[tuple[str, ...], bytes] = {}

    def limits(self, tiers: Sequence[str]) -> bytes:
        """The limits for these tiers, packed."""
        known = self.known
        codes = len(known.department) + len(known.category)
        return msgspec.msgpack.encode(
            Limits(
                _most(codes),
                _most(3 * len(known.department)),
                tuple(_most(len(known.places.get(tier, ()))) for tier in tiers),
            )
        )

    def fields(self, tiers: Sequence[str]) -> bytes:
        """The fields for these tiers, packed."""
        asked = tuple(tiers)
        if asked not in self._packed:
            known = self.known
            found = Fields(
                [
                    *_fixed(),
                    *_of("department|", known.department, _FACTS),
                    *_of("category|", known.category, _FACTS),
                ],
                _of("", known.department, self._measures),
                [_of("", known.places.get(tier, ()), _FACTS) for tier in asked],
            )
            self._packed[asked] = msgspec.msgpack.encode(found)
        return self._packed[asked]


def _most(codes: int) -> int:
    return max(FIELDS_MOST, _A_CODE * codes)


def _of(prefix: str, codes: Iterable[str], facts: Sequence[str]) -> list[str]:
    return [f"{prefix}{code}|{fact}" for code in sorted(codes) for fact in facts]


def _fixed() -> list[str]:
    """The fields that every city has."""
    return [
        *(f"all|{fact}" for fact in (*_FACTS, *_ALL)),
        *(f"level|{level}|{fact}" for level in Level for fact in _FACTS),
        *(f"status|{status}" for status in Status),
        *(f"channel|{channel}|reported" for channel in Channel),
    ]
