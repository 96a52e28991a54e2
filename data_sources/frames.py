"""Server-sent events as bytes, compressed once for all clients.

A gzip body may be made of pieces that were each compressed alone and ended by a full
flush: a piece refers to nothing before it. So one piece serves every client whatever it
received before.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import msgspec

#: opens every compressed stream: gzip, deflate, no name, no time
GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True)
class Frame:
    """One server-sent event, plain and as a piece of a gzip body."""

    plain: bytes
    packed: bytes


def frame(event: str, data: Any, number: int | None = None) -> Frame:
    """An event named ``event``; ``number`` becomes its id."""
    head = f"event: {event}\n" if number is None else f"event: {event}\nid: {number}\n"
    return pack(head.encode() + b"data: " + _ENCODER.encode(data) + b"\n\n")


def pack(plain: bytes) -> Frame:
    """The bytes with their compressed twin."""
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Frame(plain, squeeze.compress(plain) + squeeze.flush(zlib.Z_FULL_FLUSH))
