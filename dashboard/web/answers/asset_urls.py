"""The addresses of the files in `assets/`, which change with the files' content."""

from __future__ import annotations

import hashlib
import posixpath
import re
from functools import cache

from dashboard import ROOT

#: a static import of a module by a relative path
_IMPORT = re.compile(r'^import\s(?:[^;"]*?\sfrom\s)?"(\.[^"]+)";', re.MULTILINE)


def asset(name: str) -> str:
    """The address of an asset, which changes with the file's content."""
    digest = hashlib.blake2b((ROOT / "assets" / name).read_bytes(), digest_size=6)
    return f"/assets/{name}?m={digest.hexdigest()}"


def module(name: str) -> str:
    """The address of a module, under the version of all assets.

    What it imports by relative paths is then under the same version, and a browser may cache all
    of it for good.
    """
    return f"/assets/v-{assets_version()}/{name}"


@cache
def assets_version() -> str:
    """A digest of all files in `assets/`, taken once."""
    return _digest(("assets",), {".js", ".mjs", ".css", ".wav", ".geojson"})


@cache
def modules(entry: str) -> tuple[str, ...]:
    """An entry module and all modules it imports, by path in `assets/`; the entry first."""
    found: dict[str, None] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = None
        code = (ROOT / "assets" / name).read_text("utf-8")
        folder = posixpath.dirname(name)
        imported = [posixpath.normpath(posixpath.join(folder, to)) for to in _IMPORT.findall(code)]
        waiting += reversed(imported)
    return tuple(found)


def build_id() -> str:
    """A digest of all files that make a screen; a wall reloads itself when it changes."""
    folders = ("assets", "layouts", "callbacks", "dashboard")
    return _digest(folders, {".py", ".js", ".mjs", ".css", ".po", ".toml"})


def _digest(folders: tuple[str, ...], suffixes: set[str]) -> str:
    digest = hashlib.blake2b(digest_size=6)
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes:
                digest.update(path.read_bytes())
    return digest.hexdigest()
