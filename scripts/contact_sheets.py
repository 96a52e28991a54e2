"""Put the screenshots of a folder on one sheet a scene: contact-SCENE.png.

A screenshot is named SCENE-CITY-LANG-WIDTHxHEIGHT-KIND.png (tests/browser/test_wall_look.py); on a
sheet a row is a size, a column a city, language and kind.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

HEIGHT, GAP, LABEL = 360, 12, 22
PAPER, INK = "#e8e8e8", "#202020"
PREFIX = "contact-"


class Shot(NamedTuple):
    """One screenshot, described by the parts of its file name."""

    path: Path
    scene: str
    column: str
    size: tuple[int, int]


def read(path: Path) -> Shot | None:
    """None for what is not a screenshot of the wall."""
    parts = path.stem.split("-")
    if path.name.startswith(PREFIX) or len(parts) != 5 or "x" not in parts[3]:
        return None
    width, height = parts[3].split("x")
    return Shot(path, parts[0], f"{parts[1]} {parts[2]} {parts[4]}", (int(width), int(height)))


def sheet(shots: Sequence[Shot]) -> Image.Image:
    """All screenshots of a scene, each with its name above it."""
    sizes = sorted({shot.size for shot in shots})
    columns = sorted({shot.column for shot in shots})
    wide = {size: round(HEIGHT * size[0] / size[1]) for size in sizes}
    across = max(wide.values()) if len(columns) == 1 else 0
    rows = {size: (wide[size] + GAP) * len(columns) + GAP for size in sizes}
    paper = Image.new(
        "RGB", (max(across, *rows.values()), (HEIGHT + LABEL + GAP) * len(sizes) + GAP), PAPER
    )
    pen, font = ImageDraw.Draw(paper), ImageFont.load_default(15)
    for shot in shots:
        x = GAP + columns.index(shot.column) * (wide[shot.size] + GAP)
        y = GAP + sizes.index(shot.size) * (HEIGHT + LABEL + GAP)
        pen.text((x, y), f"{shot.size[0]} x {shot.size[1]}  {shot.column}", INK, font)
        with Image.open(shot.path) as picture:
            small = picture.convert("RGB").resize((wide[shot.size], HEIGHT), Image.Resampling.BOX)
        paper.paste(small, (x, y + LABEL))
    return paper


def main() -> int:
    """One sheet a scene; 1 if there was nothing to put on one."""
    folder = Path(sys.argv[1])
    shots = [shot for path in sorted(folder.glob("*.png")) if (shot := read(path))]
    for scene in sorted({shot.scene for shot in shots}):
        to = folder / f"{PREFIX}{scene}.png"
        sheet([shot for shot in shots if shot.scene == scene]).save(to, optimize=True)
        print(to)
    return 0 if shots else 1


if __name__ == "__main__":
    sys.exit(main())
