"""Tiles of a file: MBTiles (SQLite, opened read-only) or PMTiles (version 3, memory-mapped).

Both raise `TileError` for a file that is missing, damaged or has vector tiles.
"""

from __future__ import annotations

import gzip
import sqlite3
import threading
import zlib
from pathlib import Path

from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression, MagicNumberNotFound, SpecVersionUnsupported, TileType

from data_sources.maps.tiles import DEEPEST, MAX_BYTES, Tile, TileError, picture

_MBTILES_RASTER = ("png", "jpg", "jpeg", "webp")


class MbTiles:
    """One MBTiles file; threads share its connection under a lock."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise TileError(f"{path}: no such file")
        self._path, self._lock = path, threading.Lock()
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        try:
            self._db = sqlite3.connect(uri, uri=True, check_same_thread=False)
            facts = dict(self._db.execute("SELECT name, value FROM metadata"))
            low, high = self._db.execute(
                "SELECT min(zoom_level), max(zoom_level) FROM tiles"
            ).fetchone()
        except sqlite3.Error as error:
            raise TileError(f"{path}: not an MBTiles file: {error}") from error
        format_ = str(facts.get("format", "png")).lower()
        if format_ not in _MBTILES_RASTER:
            self.close()
            raise TileError(
                f"{path}: format {format_!r}: vector tiles can't be drawn here; "
                "make raster tiles (png, jpg or webp) of them"
            )
        if low is None:
            self.close()
            raise TileError(f"{path}: holds no tiles")
        self.min_zoom, self.max_zoom = int(low), min(DEEPEST, int(high))

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        """The picture; None if there is none. Rows count from the south in such a file."""
        try:
            with self._lock:
                row = self._db.execute(
                    "SELECT tile_data FROM tiles"
                    " WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                    (z, x, (1 << z) - 1 - y),
                ).fetchone()
        except sqlite3.Error as error:
            raise TileError(f"{self._path}: {error}") from error
        return None if row is None else picture(bytes(row[0]))

    def close(self) -> None:
        """Close the file."""
        self._db.close()


_PMTILES_RASTER = (TileType.PNG, TileType.JPEG, TileType.WEBP)
#: what the library raises for bytes that are not such a file
_BROKEN = (
    *(MagicNumberNotFound, SpecVersionUnsupported, ValueError, KeyError, IndexError),
    *(OSError, EOFError, OverflowError, zlib.error),
)


class PmTiles:
    """One PMTiles file."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise TileError(f"{path}: no such file")
        self._path = path
        try:
            self._file = path.open("rb")
            self._reader = Reader(MmapSource(self._file))
            header = self._reader.header()
        except _BROKEN as error:
            raise TileError(f"{path}: not a PMTiles file: {error}") from error
        if header["tile_type"] not in _PMTILES_RASTER:
            self.close()
            kind = header["tile_type"].name.lower()
            raise TileError(
                f"{path}: tiles of type {kind!r}: vector tiles can't be drawn here; "
                "make raster tiles (png, jpg or webp) of them"
            )
        self._packed = header["tile_compression"] == Compression.GZIP
        self.min_zoom, self.max_zoom = header["min_zoom"], min(DEEPEST, header["max_zoom"])

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        """The picture; None if there is none."""
        try:
            body = self._reader.get(z, x, y)
            if body and self._packed:
                body = gzip.decompress(body)
        except _BROKEN as error:
            raise TileError(f"{self._path}: {error}") from error
        return picture(body) if body and len(body) <= MAX_BYTES else None

    def close(self) -> None:
        """Close the file."""
        self._file.close()
