"""A source of tiles, as the other packages see it: a picture by zoom, column and row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dashboard.errors import GridwallError

#: the deepest zoom served
DEEPEST = 22
#: reject responses larger than this (bytes): they are not tiles
MAX_BYTES = 1_000_000

#: first bytes of a picture → its media type
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


class TileError(GridwallError):
    """A base map can't be used, or a tile can't be fetched just now."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture: its bytes and its media type."""

    body: bytes
    type: str


class TileSource(Protocol):
    """Where tiles come from; used by several threads at a time."""

    min_zoom: int
    max_zoom: int

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        """The picture; None if there is none. Raises: `TileError`."""

    def close(self) -> None:
        """Close files and connections."""


def exists(z: int, x: int, y: int) -> bool:
    """Whether a tile with these numbers exists in the world's grid."""
    return 0 <= z <= DEEPEST and 0 <= x < 1 << z and 0 <= y < 1 << z


def picture(body: bytes) -> Tile | None:
    """The bytes as a tile if they are a PNG, JPEG or WebP; else None."""
    if len(body) > MAX_BYTES:
        return None
    for beginning, kind in _BEGINNINGS:
        if body.startswith(beginning):
            return Tile(body, kind)
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return Tile(body, "image/webp")
    return None
