"""Calls a script by the names that its header gives to its keys and arguments."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import redis

import data_sources
from data_sources.store import lua

ROOT = Path(data_sources.__file__).parent
_NAMED = re.compile(r"^local (\w+) = (KEYS|ARGV)\[(\d+)\]$", re.MULTILINE)

Value = str | int | float | bytes


def call(
    r: redis.Redis,
    script: str,
    /,
    *,
    more_keys: Iterable[str] = (),
    more_args: Iterable[Value] = (),
    **named: Value,
) -> Any:
    """The script's reply; ``more_keys`` and ``more_args`` follow the named ones.

    Raises KeyError for a name that is missing, ValueError for one that the header does not have.
    """
    header = (ROOT / f"{script}.lua").read_text(encoding="utf-8")
    sent: dict[str, list[Any]] = {"KEYS": [], "ARGV": []}
    for name, kind, _ in _NAMED.findall(header):
        sent[kind].append(named.pop(name))
    if named:
        raise ValueError(f"{script} has no {', '.join(named)}")
    return lua.script(r, script)(keys=[*sent["KEYS"], *more_keys], args=[*sent["ARGV"], *more_args])


def pack(value: Any) -> bytes:
    """``value`` as MessagePack."""
    return msgspec.msgpack.encode(value)


def unpack(raw: bytes) -> Any:
    """A packed value."""
    return msgspec.msgpack.decode(raw)


def everything(r: redis.Redis) -> dict[bytes, bytes]:
    """All keys with their values (serialised), to see that nothing was changed."""
    return {key: r.dump(key) for key in r.scan_iter()}


def server_ms(r: redis.Redis) -> int:
    """The server's time, ms."""
    seconds, micros = r.time()
    return int(seconds) * 1000 + int(micros) // 1000
