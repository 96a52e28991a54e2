"""Scene files for tests: a good one, and the same with one thing wrong."""

from __future__ import annotations

from pathlib import Path

from dashboard.config.cities import City, load
from dashboard.config.reading import ConfigError
from dashboard.config.scenes import SceneFile, read

GOOD = """\
[wall]
rotate = 30
scenes = ["overview", "river"]
quiet = "21:30-06:00"

[map.base]
kind = "xyz"
url = "https://tiles.example/{z}/{x}/{y}.png"

[[overlay]]
file = "hydrants.geojson"
name = { zh = "消火栓", en = "Hydrants" }
mark = "square"
scenes = ["river"]

[profile.north]
columns = 2
rows = 1
bezel = 10

[scene.river]
name = { zh = "河道" }
area = "150402"
columns = [3, 1, 2]
rows = [1, 1]
layout = \"\"\"
map kpis   | queue
map levels | queue
\"\"\"
"""
OVERLAY = '{"type": "FeatureCollection", "features": []}'


def city() -> City:
    return load("chifeng")


def written(folder: Path, text: str) -> Path:
    """A scene file with its overlay next to it."""
    (folder / "hydrants.geojson").write_text(OVERLAY, "utf-8")
    path = folder / "scenes.toml"
    path.write_text(text, "utf-8")
    return path


def good(folder: Path, text: str = GOOD) -> SceneFile:
    return read(written(folder, text), city())


def mistakes(folder: Path, text: str) -> list[str]:
    """What is wrong with a text; [] if nothing is."""
    try:
        read(written(folder, text), city())
    except ConfigError as error:
        return error.sentences()
    return []


def line_of(text: str, words: str) -> int:
    """The line on which `words` stand first."""
    return text[: text.index(words)].count("\n") + 1
