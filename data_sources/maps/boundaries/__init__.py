"""Boundary files of a city: read, nested by containment, written as the places of a city pack.

GeoJSON, TopoJSON, Shapefile and GeoPackage, in any coordinate system. All of it needs the extra
``boundaries`` of the package; :class:`BoundaryError` is raised when it is absent.
"""

from data_sources.maps.boundaries.errors import BoundaryError

__all__ = ["BoundaryError"]
