"""Write measured contrasts into docs/design-system.md; with --check, say if it has them."""

from __future__ import annotations

import sys
from pathlib import Path

from layouts.look.theme import THEMES, Pair, contrast, pairs
from scripts.colour_vision import APART, VISIONS, distances

PATH = Path(__file__).resolve().parents[1] / "docs" / "design-system.md"
BEGIN, END = "<!-- measured: made by `make docs` -->\n", "<!-- end of what is measured -->\n"


def main() -> int:
    """0 if written or current."""
    if "--check" in sys.argv:
        if not changed():
            return 0
        print("docs/design-system.md is not current: run `make docs`")
        return 1
    before, after = _around()
    PATH.write_text(before + table() + after, encoding="utf-8")
    return 0


def changed() -> bool:
    """Whether the table in the file differs from what is measured now."""
    before, after = _around()
    return PATH.read_text(encoding="utf-8") != before + table() + after


def table() -> str:
    """Contrast by pair, then distance of the levels by kind of colour vision."""
    lines = ["", "| pair | at least | dark | light |", "|---|--:|--:|--:|"]
    rows: dict[str, list[Pair]] = {}
    for theme in THEMES.values():
        for pair in pairs(theme):
            rows.setdefault(pair.what, []).append(pair)
    for what, both in rows.items():
        values = [f"{contrast(pair.front, pair.behind):.1f}" for pair in both]
        lines.append(f"| {what} | {both[0].least:g} | {' | '.join(values)} |")
    lines += [
        "",
        f"| the two levels nearest to each other (at least {APART:g}) | dark | light |",
        "|---|--:|--:|",
    ]
    for vision in VISIONS:
        cells = []
        for theme in THEMES.values():
            far = distances(theme.levels, vision)
            nearest = min(far, key=lambda two: far[two])
            cells.append(f"{far[nearest]:.1f} ({nearest})")
        lines.append(f"| {vision} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", ""])


def _around() -> tuple[str, str]:
    text = PATH.read_text(encoding="utf-8")
    return text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END) :]


if __name__ == "__main__":
    sys.exit(main())
