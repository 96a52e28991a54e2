"""Tiles of a PMTiles file (version 3, raster), mapped into memory and read by the library."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import Compression, MagicNumberNotFound, SpecVersionUnsupported, TileType

from data_sources.maps.tiles import DEEPEST, MAX_BYTES, Tile, TileError, picture

_PMTILES_RASTER = (TileType.PNG, TileType.JPEG, TileType.WEBP)
#: what the library raises for bytes that are not such a file
_BROKEN = (
    *(MagicNumberNotFound, SpecVersionUnsupported, ValueError, KeyError, IndexError),
    *(OSError, EOFError, OverflowError, zlib.error),
)


class PmTiles:
    """One file."""

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
        """The picture."""
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
