"""All but sources and screens: core, configuration, documents, web worker, command line."""

from pathlib import Path

__version__ = "0.1.0"

#: The directory that holds `app.py`, `assets/` and all packages.
ROOT = Path(__file__).resolve().parents[1]
