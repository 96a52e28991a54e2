"""Mutated rule, scene, city and source files: read, or refused with file, line and reason.

The only error is `ConfigError`, whose message has a line for each mistake.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from dashboard import ROOT
from dashboard.config import cities
from dashboard.config.cities.reader import PACKS
from dashboard.config.reading import ConfigError
from dashboard.config.rules import book
from dashboard.config.scenes.reader import read as read_scenes
from dashboard.config.sources import API, Source
from dashboard.config.sources import read as read_sources
from tests.fuzz.mutating import SECONDS, budget, bytes_like

SOURCES = """
[[source]]
name = "hotline"
token_env = "HOTLINE_TOKEN"
kind = "log"
precision = "s"
earliest = "2015-01-01T00:00:00+08:00"
ahead = "5min"
unknown_codes = "count"

[[source]]
name = "sensors"
token_sha256 = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
kind = "log"
precision = "min"
earliest = "10y"
unknown_codes = "refuse"
"""
CITIES = ROOT / "dashboard" / "config" / "cities"


def _rules(path: Path) -> None:
    book.rules_of.cache_clear()
    book._top.cache_clear()
    book.rules_of("chifeng", None, path)


def _scenes(path: Path) -> None:
    read_scenes(path, cities.load("chifeng"))


def _sources(path: Path) -> None:
    found = read_sources(path, Source(name=API), {"HOTLINE_TOKEN": "a-token-of-the-tests"})
    for source in found.values():
        source.earliest_at(1_700_000_000_000)


def _city(path: Path) -> None:
    packs = path.parent / "packs"
    pack = packs / "la"
    if not pack.exists():
        shutil.copytree(PACKS / "la", pack, ignore=shutil.ignore_patterns("sample*"))
    (pack / "city.toml").write_bytes(path.read_bytes())
    cities.forget()
    try:
        cities.load("la", packs)
    finally:
        cities.forget()


READERS: dict[str, tuple[str, str, Callable[[Path], None], int]] = {
    "rules": (
        "gridwall.yaml", (ROOT / "gridwall.example.yaml").read_text("utf-8"), _rules, 60,
    ),
    "scenes": (
        "scenes.toml", (ROOT / "dashboard/config/scenes/default.toml").read_text("utf-8"),
        _scenes, 60,
    ),
    "sources": ("sources.toml", SOURCES, _sources, 300),
    "city": ("city.toml", (CITIES / "la" / "city.toml").read_text("utf-8"), _city, 40),
}  # fmt: skip


@pytest.mark.timeout(SECONDS + 300)
@pytest.mark.parametrize("kind", READERS)
def test_a_file_is_read_or_its_mistake_is_named(kind: str, tmp_path: Path) -> None:
    name, text, read, few = READERS[kind]
    path = tmp_path / name
    path.write_text(text, "utf-8")
    read(path)
    fine = refused = 0
    for number in budget(few):
        path.write_bytes(bytes_like(Random(number), text, ("utf-8", "utf-8", "utf-8", "utf-16")))
        try:
            read(path)
            fine, wrong = fine + 1, None
        except ConfigError as error:
            refused += 1
            wrong = None if error.reason else number
            wrong = wrong if len(str(error).splitlines()) == len(error.mistakes) else number
        assert wrong is None, f"no reason, or more than a line for a mistake: case {wrong}"
    assert refused > 0
    assert fine > 0
