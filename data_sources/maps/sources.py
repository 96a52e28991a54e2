"""Opens the source of tiles that the scene file's [map.base] names."""

from __future__ import annotations

import hashlib
from pathlib import Path

from dashboard.config.cities import City
from dashboard.config.scenes.model import Base
from data_sources.maps.cache import TileCache
from data_sources.maps.files import MbTiles, PmTiles
from data_sources.maps.tiles import TileError, TileSource
from data_sources.maps.upstream import Upstream


def open_source(base: Base, key: str, directory: Path, city: City) -> TileSource | None:
    """The source, None for no base map; fetched tiles are cached in ``directory``.

    Raises: `TileError` if it can't be used.
    """
    if base.kind == "none":
        return None
    if base.kind in ("xyz", "wmts"):
        name = hashlib.blake2b(base.url.encode(), digest_size=6).hexdigest()
        return Upstream(base.url, key, TileCache(directory / "tiles" / name), city.bounds)
    if base.file is None:
        raise TileError(f"[map.base] file: missing for {base.kind}")
    return MbTiles(base.file) if base.kind == "mbtiles" else PmTiles(base.file)
