"""Makes the table of faults in docs/operating.md from docs/faults.json, which `make chaos` writes.

``--check`` exits 1 if the table is not the one that the rows give.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PATH = ROOT / "docs" / "operating.md"
ROWS = ROOT / "docs" / "faults.json"
BEGIN, END = "<!-- faults: make chaos -->", "<!-- end of faults -->"


def main() -> int:
    """Write the table, or check it."""
    text = PATH.read_text(encoding="utf-8")
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    new = text[:begin] + table(json.loads(ROWS.read_text(encoding="utf-8"))) + text[end:]
    if "--check" in sys.argv:
        return int(new != text)
    PATH.write_text(new, encoding="utf-8")
    return 0


def table(rows: dict[str, dict[str, Any]]) -> str:
    """One line a fault."""
    lines = [
        "",
        "| fault | done | on the wall (`data-state`/`data-stop`) | `/readyz` | well again | kept |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows.values():
        wall = ", ".join(f"`{one}`" for one in row["wall"])
        banners = "; ".join(f"“{one}”" for one in row["banner"][:2])
        ready = ", ".join(row["ready"])
        cells = [row["fault"], row["done"], f"{wall} {banners}".strip(), ready]
        cells += [row["recovered"], row["kept"]]
        lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
    return "\n".join([*lines, "", ""])


if __name__ == "__main__":
    sys.exit(main())
