"""City packs: what a city is called, how it is divided and who does what in it.

`load("la")` reads `cities/la/` once and returns a frozen :class:`City`; a pack that is wrong
raises `ConfigError` with the file, the line, the key and the value. Screens and feeds know codes
only; every name, level and outline comes from here. A pack holds nothing about a person.

A pack is a directory with `city.toml`, optionally `places.csv` or `places.csv.gz` (many
places, one a line) and optionally `areas.geojson` (outlines to draw, WGS 84).
"""

from dashboard.config.cities.model import TIERS, Category, City, Department, Place
from dashboard.config.cities.reader import available, folders, forget, load, own_folder

__all__ = [
    "TIERS",
    "Category",
    "City",
    "Department",
    "Place",
    "available",
    "folders",
    "forget",
    "load",
    "own_folder",
]
