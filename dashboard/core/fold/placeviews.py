"""What an event adds to the views of the places it lies in. Pure; part of :mod:`core.views`.

``levels:TIER``      CODE|LEVEL|open and …|overdue
``levelday:DAY``     CODE|LEVEL, reported on that local day; counties and townships
``slot:CODE:DAY``    dense counters of a county or township: ten minutes of the local day, one
                     run of 144 for each of the metrics kept by the minute, in their order
``cells:CODE:Z``     X/Y|LEVEL, open events with coordinates per map cell of a county (zooms 12
                     and 14) or township (14); others have few enough to be shown one by one
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from dashboard.core.fold.tiles import cell
from dashboard.core.model.state import EventState

PlacePart = dict[tuple[str, str | int], int]

SLOTS = 144
SLOT_MIN = 10
#: the first tiers of a place, which have series of their own
_SERIES_TIERS = 2
#: the zooms of cells: of a county, of a township; ascending
CELL_ZOOMS = {"county": (12, 14), "township": (14,)}
_FINEST = 14


def add_levels(out: PlacePart, tiers: tuple[str, ...], state: EventState) -> None:
    """Open and overdue events by level, of every place."""
    if not state.open:
        return
    for tier, code in zip(tiers, state.place, strict=False):
        if code:
            out[f"levels:{tier}", f"{code}|{state.level}|open"] = 1
            if state.overdue:
                out[f"levels:{tier}", f"{code}|{state.level}|overdue"] = 1


def add_day(out: PlacePart, day: int, state: EventState) -> None:
    """Reports of a day by level, of counties and townships."""
    for code in series_places(state.place):
        out[f"levelday:{day}", f"{code}|{state.level}"] = 1


def add_slot(
    out: PlacePart, place: tuple[str, ...], metric: int, day: int, minute: int, amount: int
) -> None:
    """One count more in the series of the places; ``metric`` is its number among all."""
    for code in series_places(place):
        key = f"slot:{code}:{day}", SLOTS * metric + minute // SLOT_MIN
        out[key] = out.get(key, 0) + amount


def add_cells(out: PlacePart, lon: float, lat: float, state: EventState) -> None:
    """The map cells of an open event's county and township."""
    x, y = cell(lon, lat, _FINEST)
    for zooms, code in zip(CELL_ZOOMS.values(), state.place, strict=False):
        for zoom in zooms if code else ():
            up = _FINEST - zoom
            out[f"cells:{code}:{zoom}", f"{x >> up}/{y >> up}|{state.level}"] = 1


def series_places(place: tuple[str, ...]) -> Iterator[str]:
    """The codes of those places that have series."""
    return (code for code in islice(place, _SERIES_TIERS) if code)
