"""What is wrong with a boundary file, for people to read."""

from __future__ import annotations

from importlib.util import find_spec

from dashboard.errors import GridwallError

_PARTS = ("shapely", "pyproj", "pyogrio", "prcoords")


class BoundaryError(GridwallError):
    """A boundary file cannot be used, or its columns are not clear."""


def require() -> None:
    """Raise :class:`BoundaryError` if the libraries of the extra are not installed."""
    missing = [name for name in _PARTS if find_spec(name) is None]
    if missing:
        raise BoundaryError(
            f"boundary files need {', '.join(missing)}: pip install 'gridwall[boundaries]'"
        )
