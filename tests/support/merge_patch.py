"""RFC 7396 as a client applies it: written from the RFC's text, apart from the code under test."""

from __future__ import annotations

from typing import Any


def merged(target: Any, patch: Any) -> Any:
    """What ``patch`` makes of ``target``."""
    if not isinstance(patch, dict):
        return patch
    out = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            out.pop(name, None)
        else:
            out[name] = merged(out.get(name), value)
    return out
