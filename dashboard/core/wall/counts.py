"""Counts of a wall, from the counting views: the city's totals, levels, departments, places. Pure.

A count is of events. None means that it is not kept for this wall's place (docs/metrics.md lists
the counts that a place has); 0 means that there are none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Mapping

import msgspec

Sums = dict[str, int]

CHILDREN_SHOWN = 12
#: of a place all are sent: its board and its map must agree
CHILDREN_OF_PLACE = 64


class Totals(msgspec.Struct, frozen=True, kw_only=True):
    """All events that the wall's place ever had, by where they are now.

    ``reported`` = open + closed + rejected + merged. The last three are None for a place.
    """

    reported: int
    open: int
    closed: int
    rejected: int
    #: duplicates, merged into another event
    merged: int
    #: open, and past the due time of handling
    overdue: int
    #: dispatched, and past the time by which it had to be accepted or acknowledged
    response_overdue: int
    #: with a location on the map
    located: int | None
    unlocated: int | None
    #: reported without a grid
    no_grid: int | None


class Today(msgspec.Struct, frozen=True, kw_only=True):
    """The local day so far; of a place without series only ``reported`` is known."""

    reported: int | None = None
    closed: int | None = None
    #: events whose handling, whose response became overdue today
    overdue: int | None = None
    response_overdue: int | None = None
    #: of the events whose handling was decided today, the share in time (0 to 1); None if none was
    on_time_rate: float | None = None


class Yesterday(msgspec.Struct, frozen=True, kw_only=True):
    """The day before up to the same minute; all None if the store held nothing then."""

    reported: int | None = None
    closed: int | None = None
    #: events open at that minute
    open: int | None = None
    #: events whose handling, whose response was overdue at that minute
    overdue: int | None = None
    response_overdue: int | None = None
    on_time_rate: float | None = None


class LevelCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Events of one level."""

    open: int
    #: ever; None for a place
    reported: int | None
    overdue: int
    response_overdue: int
    #: reported today; None for a place without series
    today: int | None


class GroupCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Events of one department or one place."""

    reported: int
    open: int
    closed: int
    overdue: int
    response_overdue: int
    rejected: int


class OpenCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Open events of one place or category; with overdue handling, with overdue response."""

    open: int
    overdue: int
    response_overdue: int


class AreaCounts(OpenCounts, frozen=True, kw_only=True):
    """The same for a place that the map shades."""

    #: open events for each 1,000 homes, to a hundredth; None if its homes are not known
    rate: float | None


class ChildRow(msgspec.Struct, frozen=True, kw_only=True):
    """A place right below the wall's place."""

    code: str
    open: int
    overdue: int
    response_overdue: int


def totals(count: Mapping[str, int], *, whole: bool) -> Totals:
    """The totals from the view ``count``; ``whole``: of the whole city."""

    def city_only(name: str) -> int | None:
        return count.get(f"all|{name}", 0) if whole else None

    return Totals(
        **{name: count.get(f"all|{name}", 0) for name in Totals.__struct_fields__[:7]},
        located=city_only("located"),
        unlocated=city_only("unlocated"),
        no_grid=city_only("no_grid"),
    )


def group_counts(facts: Mapping[str, int]) -> GroupCounts:
    """The counts of one group from ``fact → n``."""
    n = facts.get
    return GroupCounts(
        reported=n("reported", 0),
        open=n("open", 0),
        closed=n("closed", 0),
        overdue=n("overdue", 0),
        response_overdue=n("response_overdue", 0),
        rejected=n("rejected", 0),
    )


def area_counts(
    places: Mapping[str, int], homes: Mapping[str, int | None], codes: Container[str] | None
) -> dict[str, AreaCounts]:
    """The counts of the places to shade, from ``CODE|fact → n``; ``codes`` None means all."""
    out = {}
    for code, facts in by_code(places).items():
        if codes is None or code in codes:
            n, of_place = facts.get("open", 0), homes.get(code)
            rate = round(1000 * n / of_place, 2) if of_place else None
            out[code] = AreaCounts(
                open=n,
                overdue=facts.get("overdue", 0),
                response_overdue=facts.get("response_overdue", 0),
                rate=rate,
            )
    return out


def child_rows(areas: Mapping[str, AreaCounts], most: int) -> list[ChildRow]:
    """The places with most open events; ties by what is overdue, then by code."""
    top = sorted(areas.items(), key=lambda item: (-item[1].open, -item[1].overdue, item[0]))
    return [
        ChildRow(
            code=code,
            open=counts.open,
            overdue=counts.overdue,
            response_overdue=counts.response_overdue,
        )
        for code, counts in top[:most]
    ]


def open_counts(facts: Mapping[str, int]) -> OpenCounts:
    """The open counts of one group from ``fact → n``."""
    return OpenCounts(
        open=facts.get("open", 0),
        overdue=facts.get("overdue", 0),
        response_overdue=facts.get("response_overdue", 0),
    )


def by_code(fields: Mapping[str, int]) -> dict[str, Sums]:
    """``CODE|fact → n`` as code → fact → n; a code may itself hold a bar."""
    out: dict[str, Sums] = defaultdict(dict)
    for name, n in fields.items():
        code, _, fact = name.rpartition("|")
        out[code][fact] = n
    return out


def grouped(count: Mapping[str, int]) -> dict[str, dict[str, Sums]]:
    """``kind|CODE|fact → n`` as kind → code → fact → n."""
    out: dict[str, dict[str, Sums]] = defaultdict(lambda: defaultdict(dict))
    for name, n in count.items():
        kind, _, rest = name.partition("|")
        code, _, fact = rest.rpartition("|")
        out[kind][code][fact] = n
    return out
