"""Colours are in two files only, ``assets/tokens.css`` and ``layouts/look/theme.py``, and agree."""

from __future__ import annotations

import re
from dataclasses import asdict

import pytest

from dashboard import ROOT
from layouts.look.theme import DARK, LIGHT, THEMES, Theme, see_through, theme_name
from layouts.wall.map import SHADES

TOKENS = ROOT / "assets/tokens.css"
#: … and the message of a browser too old for custom properties.
PLACES = {TOKENS, ROOT / "layouts/look/theme.py", ROOT / "assets/old.js"}
#: A hex colour (not an id like "#gw-wall" or "#add"), a colour function, a few plain names.
LITERAL = re.compile(
    r"#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3,4})(?![\w-])"
    r"|\b(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(\s*[\d.]"
    r"|(?::|=|\")\s*(?:white|black|gr[ea]y|silver)\b(?=[\s;\"])",
    re.IGNORECASE,
)


def sheet(theme: str) -> dict[str, str]:
    """The colours of one theme as the style sheet has them."""
    block = re.search(rf"\.{theme} {{(.*?)}}", TOKENS.read_text("utf-8"), re.S)
    assert block is not None
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", block[1]))


def named(theme: Theme) -> dict[str, str]:
    """The same colours as Python has them, under the sheet's names."""
    held = asdict(theme)
    levels, shades = held.pop("levels"), held.pop("shades")
    held |= levels | {f"shade{n}": colour for n, colour in enumerate(shades)}
    return {name.replace("_", "-"): colour for name, colour in held.items()}


@pytest.mark.parametrize("name", THEMES)
def test_style_sheet_and_theme_agree(name: str) -> None:
    assert sheet(name) == named(THEMES[name])
    assert len(THEMES[name].shades) == SHADES


def test_themes_say_the_same() -> None:
    both = re.findall(r"\.(?:dark|light) {(.*?)}", TOKENS.read_text("utf-8"), re.S)
    dark, light = (re.findall(r"--([\w-]+):", block) for block in both)
    assert dark == light
    assert set(named(DARK)) == set(named(LIGHT)) <= set(dark)


def test_asked_for_theme() -> None:
    assert theme_name("light") == "light"
    assert theme_name("neon") == theme_name(None) == "dark"
    assert theme_name(None, "light") == "light"
    assert see_through("#08706a1f") == "rgba(8, 112, 106, 0.12)"


@pytest.mark.parametrize(
    "file",
    sorted(
        path.relative_to(ROOT).as_posix()
        for room in ("assets", "layouts", "callbacks")
        for path in (ROOT / room).rglob("*")
        if path.suffix in {".css", ".js", ".mjs", ".py"} and "vendor" not in path.parts
        if path not in PLACES
    ),
)
def test_no_colour_of_its_own(file: str) -> None:
    code = (ROOT / file).read_text("utf-8")
    assert LITERAL.findall(code) == []


def test_every_colour_asked_for_is_there() -> None:
    sheets = {path: path.read_text("utf-8") for path in (ROOT / "assets").rglob("*.css")}
    known = {name for code in sheets.values() for name in re.findall(r"--([\w-]+):", code)}
    tokens = set(re.findall(r"--([\w-]+):", sheets[TOKENS]))
    asked: set[str] = set()
    for path in (ROOT / "assets").rglob("*.*js"):
        if "vendor" not in path.parts:
            code = path.read_text("utf-8")
            asked |= set(re.findall(r"\bcolour\(\"([\w-]+)\"\)", code))
            known |= set(re.findall(r"\"--([\w-]+)\"", code))
    assert {"edge", "rim"} <= asked <= tokens
    for name, code in sheets.items():
        assert set(re.findall(r"var\(--([\w-]+)[,)]", code)) <= known, name
