"""Writes assets/levels.css and assets/levels.mjs from the table of dashboard/config/levels.py.

``--check`` writes nothing and returns 1 if one of the files is another.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from dashboard.config.levels import SHAPES, LevelShape, clip_path

ASSETS = Path(__file__).resolve().parents[1] / "assets"
WRITTEN = "/* Written by scripts/level_shapes.py from dashboard/config/levels.py; not by hand. */\n"
CSS = """
.mark.{level} {{
  background: var(--{level});
  clip-path: {shape};
}}
"""
MODULE = """
/* Least urgent first. A mark reaches from -1 to 1 in both directions, y downwards. */
export const SHAPES = [
{rows}
];
"""


def css() -> str:
    """The style of every mark."""
    rules = (CSS.format(level=level, shape=clip_path(one)) for level, one in SHAPES.items())
    return WRITTEN + "".join(rules)


def module() -> str:
    """The shapes for a canvas."""
    rows = "\n".join(_row(level, SHAPES[level]) for level in reversed(SHAPES))
    return WRITTEN + MODULE.format(rows=rows)


def _row(level: str, one: LevelShape) -> str:
    corners = ", ".join(f"[{x:g}, {y:g}]" for x, y in one.corners)
    return f'  {{ level: "{level}", corners: [{corners}], radius: {one.radius:g} }},'


def main() -> int:
    """Write or check the files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    wanted = {ASSETS / "levels.css": css(), ASSETS / "levels.mjs": module()}
    if not parser.parse_args().check:
        for file, text in wanted.items():
            file.write_text(text, "utf-8")
        return 0
    wrong = [f.name for f, text in wanted.items() if not f.exists() or f.read_text("utf-8") != text]
    for name in wrong:
        print(f"{name} does not match the table of shapes: run {Path(__file__).name}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
