"""How two records differ, a section at a time."""

from __future__ import annotations

import difflib
from pathlib import Path


def report(a: Path, b: Path, most: int) -> int:
    """Print it; 0 if they are equal."""
    for one in (a, b):
        if not any(one.rglob("*")):
            print(f"{one}: nothing is recorded there")
            return 1
    files = {one: _files(one) for one in (a, b)}
    different = 0
    sections = sorted({_section(name) for found in files.values() for name in found})
    for section in sections:
        names = sorted({n for found in files.values() for n in found if _section(n) == section})
        changed = [n for n in names if files[a].get(n) != files[b].get(n)]
        different += bool(changed)
        if not changed:
            print(f"{section}: equal ({len(names)} files)")
            continue
        print(f"{section}: {len(changed)} of {len(names)} files differ")
        lines = [line for n in changed for line in _diff(n, files[a].get(n), files[b].get(n))]
        print("\n".join(f"    {line}" for line in lines[:most]))
        if len(lines) > most:
            print(f"    … {len(lines) - most} more lines in {', '.join(changed)}")
    print(f"{len(sections)} sections: {len(sections) - different} equal, {different} different")
    return 1 if different else 0


def _files(root: Path) -> dict[str, str]:
    """Names relative to `root` → texts."""
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): path.read_text(encoding="utf-8") for path in paths}


def _section(name: str) -> str:
    """openapi.json, help, dom/la …"""
    return str(Path(name).parent) if "/" in name else name


def _diff(name: str, a: str | None, b: str | None) -> list[str]:
    if a is None or b is None:
        return [f"{name}: only in the {'second' if a is None else 'first'}"]
    both = a.splitlines(), b.splitlines()
    return list(difflib.unified_diff(*both, f"a/{name}", f"b/{name}", lineterm="", n=1))
