"""Turns coordinates of a named system into WGS 84, the only one that the core stores.

``EPSG:…`` by pyproj, of the extra ``boundaries``. GCJ-02, which mainland China's maps must use,
shifts a position by up to some hundred metres; BD-09 is GCJ-02 shifted once more. Their formulas
have no published source and no inverse: the constants are those that all public implementations
share, the inverse is iterated until it turns back into the given position within a centimetre.
Which system a file has cannot be seen in it: the mapping names it.
"""

from __future__ import annotations

from math import atan2, cos, hypot, pi, sin, sqrt

from dashboard.core.mapping.model import Mapping
from dashboard.core.mapping.positions import Point
from dashboard.core.mapping.reading import Turn
from dashboard.errors import GridwallError

#: Krasovsky's ellipsoid of 1940: its half axis in m, and the square of its eccentricity
_AXIS, _ECCENTRICITY = 6_378_245.0, 0.00669342162296594323
#: where mainland China's maps are shifted, degrees: west, east, south, north
_CHINA = (72.004, 137.8347, 0.8293, 55.8271)
_BD_TURN = pi * 3000 / 180


def turn_of(mapping: Mapping) -> Turn | None:
    """What turns the rows' numbers; None for WGS 84. Raises: `GridwallError` for no such system."""
    system = "WGS84" if mapping.position is None else mapping.position.system
    if system == "WGS84":
        return None
    if system == "GCJ02":
        return lambda x, y: from_gcj02(y, x)
    if system == "BD09":
        return lambda x, y: from_gcj02(*_gcj02_of_bd09(y, x))
    return _projected(system)


def _projected(system: str) -> Turn:
    try:
        from pyproj import CRS, Transformer
        from pyproj.exceptions import CRSError, ProjError
    except ImportError:
        reason = "needs the extra 'boundaries': pip install 'gridwall[boundaries]'"
        raise GridwallError(f"position.system={system!r}: {reason}") from None
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


def to_gcj02(lat: float, lon: float) -> Point:
    """A position of WGS 84 as maps in mainland China show it; the same outside of it."""
    west, east, south, north = _CHINA
    if not (west < lon < east and south < lat < north):
        return lat, lon
    x, y = lon - 105.0, lat - 35.0
    waves = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    up = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves
    up += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    up += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    right = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves
    right += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    right += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    angle = lat / 180 * pi
    magic = 1 - _ECCENTRICITY * sin(angle) ** 2
    up = up * 180 / (_AXIS * (1 - _ECCENTRICITY) / (magic * sqrt(magic)) * pi)
    right = right * 180 / (_AXIS / sqrt(magic) * cos(angle) * pi)
    return lat + up, lon + right


def from_gcj02(lat: float, lon: float) -> Point:
    """The position of WGS 84 that such a map shows there."""
    found = lat, lon
    for _ in range(10):
        shown = to_gcj02(*found)
        off = lat - shown[0], lon - shown[1]
        found = found[0] + off[0], found[1] + off[1]
        if max(map(abs, off)) < 1e-8:
            break
    return found


def _gcj02_of_bd09(lat: float, lon: float) -> Point:
    x, y = lon - 0.0065, lat - 0.006
    far = hypot(x, y) - 0.00002 * sin(y * _BD_TURN)
    angle = atan2(y, x) - 0.000003 * cos(x * _BD_TURN)
    return far * sin(angle), far * cos(angle)
