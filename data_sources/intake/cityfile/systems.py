"""Turns coordinates of a named system into WGS 84, the only one that the core stores.

``EPSG:…`` by pyproj, GCJ-02 and BD-09 by prcoords: both of the extra ``boundaries``. GCJ-02, which
mainland China's maps must use, shifts a position by up to some hundred metres; BD-09 is GCJ-02
shifted once more. Which system a file has cannot be seen in it: the mapping names it.
"""

from __future__ import annotations

from dashboard.core.mapping.model import Mapping
from dashboard.core.mapping.positions import Point
from dashboard.core.mapping.reading import Turn
from dashboard.errors import GridwallError


def turn_of(mapping: Mapping) -> Turn | None:
    """What turns the rows' numbers; None for WGS 84. Raises: `GridwallError` for no such system."""
    system = "WGS84" if mapping.position is None else mapping.position.system
    if system == "WGS84":
        return None
    return _shifted(system) if system in ("GCJ02", "BD09") else _projected(system)


def _shifted(system: str) -> Turn:
    try:
        import prcoords
    except ImportError:
        raise _absent(system) from None
    back, there = (
        (prcoords.gcj_wgs_bored, prcoords.wgs_gcj)
        if system == "GCJ02"
        else (prcoords.bd_wgs_bored, prcoords.wgs_bd)
    )

    def turn(x: float, y: float) -> Point | None:
        lat, lon = back(prcoords.Coords(y, x))
        # the library ends within some centimetres; once more makes it less than one
        shown = there(prcoords.Coords(lat, lon))
        return float(lat + y - shown.lat), float(lon + x - shown.lon)

    return turn


def _absent(system: str) -> GridwallError:
    reason = "needs the extra 'boundaries': pip install 'gridwall[boundaries]'"
    return GridwallError(f"position.system={system!r}: {reason}")


def _projected(system: str) -> Turn:
    try:
        from pyproj import CRS, Transformer
        from pyproj.exceptions import CRSError, ProjError
    except ImportError:
        raise _absent(system) from None
    try:
        transformer = Transformer.from_crs(CRS.from_user_input(system), 4326, always_xy=True)
    except CRSError as error:
        raise GridwallError(f"position.system={system!r}: no such system of coordinates") from error

    def turn(x: float, y: float) -> Point | None:
        try:
            lon, lat = transformer.transform(x, y, errcheck=True)
        except ProjError:
            return None
        return float(lat), float(lon)

    return turn
