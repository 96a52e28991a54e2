"""What every source of tiles is to the rest: a picture by zoom, column and row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dashboard.errors import GridwallError

DEEPEST = 22
#: a tile is a small picture; whatever is larger is not one
MAX_BYTES = 1_000_000

#: how pictures begin, and what they are
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


class TileError(GridwallError):
    """A base map that can't be used, or a tile that can't be had just now."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One picture."""

    body: bytes
    type: str


class TileSource(Protocol):
    """Where tiles come from; used by several threads."""

    min_zoom: int
    max_zoom: int

    def tile(self, z: int, x: int, y: int) -> Tile | None:
        """The picture; None if there is none there. Raises :class:`TileError`."""

    def close(self) -> None:
        """Let go of files and connections."""


def exists(z: int, x: int, y: int) -> bool:
    """Whether the world has such a tile at all."""
    return 0 <= z <= DEEPEST and 0 <= x < 1 << z and 0 <= y < 1 << z


def picture(body: bytes) -> Tile | None:
    """The bytes as a tile if they are a PNG, a JPEG or a WebP; whatever they are said to be."""
    if len(body) > MAX_BYTES:
        return None
    for beginning, kind in _BEGINNINGS:
        if body.startswith(beginning):
            return Tile(body, kind)
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return Tile(body, "image/webp")
    return None
