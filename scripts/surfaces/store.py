"""The keys of the store: patterns with their types, and the fields of small hashes."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import redis

from .plain import write
from .site import Site

#: a part of a key that is a word of the code, not an id, a date or a place's code
_WORD = re.compile(r"[a-z][a-z-]*|\{g\d+\}|\{[a-z]+\}|[a-z]+:[a-z_]+")
_FIELD = re.compile(r"[a-z][a-z_:]*")
_MOST_FIELDS = 60
#: leases come and go
_LEASE = re.compile(r":lease:.*")


def write_keys(site: Site, out: Path) -> None:
    """redis_keys.<city>.txt: `pattern type`, then the fields."""
    found: dict[str, set[str]] = defaultdict(set)
    socket = next((site.work / "data").rglob("*.sock"))
    codes = set(site.get_as_admin("/api/v1/wall")["by_place"])
    with redis.Redis(unix_socket_path=str(socket)) as r:
        for raw in r.scan_iter("*", count=1000):
            kind = r.type(raw).decode()
            line = f"{pattern(raw.decode(), codes)}  {kind}"
            found[line].update(_fields(r, raw) if kind == "hash" else ())
    lines = []
    for line, fields in sorted(found.items()):
        lines += [line, *(f"    {one}" for one in sorted(fields))]
    write(out / f"redis_keys.{site.city}.txt", "\n".join(lines))


def pattern(key: str, codes: set[str]) -> str:
    """A key with `*` for its ids, dates and codes."""
    parts = _LEASE.sub(":lease:*", key).split(":")
    return ":".join(p if _WORD.fullmatch(p) and p not in codes else "*" for p in parts)


def _fields(r: redis.Redis, key: bytes) -> set[str]:
    if int(r.hlen(key)) > _MOST_FIELDS:
        return set()
    names = [one.decode("utf-8", "replace") for one in r.hkeys(key)]  # type: ignore[union-attr]
    return set(names) if all(_FIELD.fullmatch(one) for one in names) else set()
