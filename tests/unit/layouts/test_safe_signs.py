"""Text on screens uses characters that every font with Chinese has; other signs are drawn."""

from __future__ import annotations

import re

import pytest

from dashboard import ROOT

#: the minus of numbers, which every font with figures has
KNOWN = "\u2212"
COMMENT = re.compile(r"/\*.*?\*/|^\s*#.*$|^\s*//.*$", re.S | re.M)
FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for room in ("assets", "layouts", "dashboard/config/words")
    for path in (ROOT / room).rglob("*")
    if path.suffix in {".css", ".mjs", ".js", ".py", ".po"} and "vendor" not in path.parts
)


def in_every_font(character: str) -> bool:
    """In GBK or Windows' Latin: fonts with Chinese have these, symbol fonts aside."""
    if character in KNOWN:
        return True
    for encoding in ("gbk", "cp1252"):
        try:
            character.encode(encoding)
        except UnicodeEncodeError:
            continue
        return True
    return False


def test_what_is_in_every_font() -> None:
    assert all(map(in_every_font, "a1▲▼◆■●→←×′…·—超期"))
    assert not any(map(in_every_font, "⏮▶⏸⏭❚✓✕☐☑▾▴⚠"))


@pytest.mark.parametrize("file", FILES)
def test_no_sign_of_a_symbol_font(file: str) -> None:
    text = COMMENT.sub("", (ROOT / file).read_text("utf-8"))
    assert sorted({one for one in text if not in_every_font(one)}) == []
