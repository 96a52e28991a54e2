"""Checks that every file and folder named in the documents exists; part of `make lint`.

A name counts if it is in backticks and begins with a room of the repository. ``file.py:name`` must
also define ``name``. Placeholders such as ``<page>`` and ``NAME`` stand for any file.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("assets", "callbacks", "dashboard", "data_sources", "docs", "layouts", "scripts", "tests")
_NAMED = re.compile(r"`((?:" + "|".join(ROOMS) + r")/[^`\s]*|app\.py)`")
_LINKED = re.compile(r"\]\((?!https?://|#)([^)#\s]+)(?:#[^)]*)?\)")
_PLACEHOLDER = re.compile(r"<[^>]+>|\b[A-Z]{4,}\b|…")


def documents() -> list[Path]:
    """The documents that are checked; the changelog keeps the names of its time."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def missing(document: Path) -> Iterator[str]:
    """What a document names that is not there, a line each."""
    for number, line in enumerate(document.read_text("utf-8").splitlines(), 1):
        where = f"{document.relative_to(ROOT)}:{number}"
        for name in _NAMED.findall(line):
            if fault := _fault(name):
                yield f"{where}: {fault}"
        for target in _LINKED.findall(line):
            if not (document.parent / target).exists():
                yield f"{where}: the link {target} leads nowhere"


def _fault(name: str) -> str | None:
    path, _, symbol = name.partition(":")
    pattern = _PLACEHOLDER.sub("*", path.rstrip("/"))
    found = list(ROOT.glob(pattern)) if "*" in pattern else [ROOT / pattern]
    if not any(one.exists() for one in found):
        return f"{path} does not exist"
    if symbol and not re.search(rf"\b{re.escape(symbol)}\b", found[0].read_text("utf-8")):
        return f"{path} has no {symbol}"
    return None


def main() -> int:
    """Print every fault; 1 if there is any."""
    faults = [fault for document in documents() for fault in missing(document)]
    print("\n".join(faults), file=sys.stderr, end="\n" if faults else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
