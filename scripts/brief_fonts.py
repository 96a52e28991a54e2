"""Makes the briefs' Chinese fonts: subsets of Noto Sans CJK SC with TrueType outlines.

    python scripts/brief_fonts.py /usr/share/fonts/opentype/noto

PDF writers embed TrueType outlines, the Noto collections hold PostScript ones, so the glyphs that
are kept are converted. Kept: ASCII and Latin letters, punctuation, full-width forms, arrows and
signs, GB 2312, and every character of the city packs and
of the catalogues of words. A character that is in none of these is shown as a hollow box.
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, newTable

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "dashboard" / "documents" / "fonts"
#: the outlines' largest departure from the original, in units of 1/1000 em
_OFF = 1.0
#: figures of the "maxp" table that nothing here needs
_LARGEST = (
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxComponentElements",
    "maxPoints",
    "maxContours",
    "maxCompositePoints",
    "maxCompositeContours",
    "maxComponentDepth",
)
_RANGES = [
    (0x20, 0x7E),
    (0xA0, 0x17F),
    (0x2010, 0x2027),
    (0x2030, 0x203B),
    (0x20AC, 0x20AC),
    (0x2103, 0x2103),
    (0x2116, 0x2122),
    (0x2160, 0x216B),
    (0x2190, 0x2199),
    (0x2200, 0x2265),
    (0x2460, 0x2473),
    (0x25A0, 0x25CF),
    (0x3000, 0x3017),
    (0xFF01, 0xFF5E),
]


def main() -> None:
    """Write both cut fonts, and the licence into the same directory."""
    source = Path(sys.argv[1])
    kept = words() | gb2312()
    for cut in ("Regular", "Bold"):
        path = TARGET / f"GridwallSans-{cut}.ttf"
        make(source / f"NotoSansCJK-{cut}.ttc", cut, kept, path)
        print(
            f"{path.relative_to(ROOT)}: {path.stat().st_size / 1e6:.1f} MB, {len(kept)} characters"
        )


def words() -> set[int]:
    """The ranges, and every character of the packs and catalogues."""
    kept = {code for first, last in _RANGES for code in range(first, last + 1)}
    for path in (ROOT / "dashboard").rglob("*"):
        if path.suffix in {".po", ".toml", ".csv", ".geojson"}:
            kept |= set(map(ord, path.read_text("utf-8")))
        elif path.name.endswith(".csv.gz"):
            kept |= set(map(ord, gzip.decompress(path.read_bytes()).decode("utf-8")))
    return {code for code in kept if code >= 0x20}


def gb2312() -> set[int]:
    """The Chinese characters of GB 2312."""
    rows = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return {ord(char) for row in rows if (char := row.decode("gb2312", "ignore"))}


def make(source: Path, cut: str, kept: set[int], path: Path) -> None:
    """One cut: cut down, outlines converted, renamed (the licence reserves the name)."""
    collection = TTCollection(source)
    name = f"Noto Sans CJK SC{'' if cut == 'Regular' else ' ' + cut}"
    font = next(one for one in collection if one["name"].getDebugName(4) in {name, f"{name} {cut}"})
    options = subset.Options(
        layout_features=[], hinting=False, notdef_outline=True, name_IDs=[0, 1, 2, 4, 5, 6, 13, 14]
    )
    options.drop_tables += ["GSUB", "GPOS", "BASE", "vhea", "vmtx", "VORG", "DSIG"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=kept)
    cutter.subset(font)
    converted(font)
    for record in list(font["name"].names):
        if record.langID not in {0, 0x409}:
            font["name"].names.remove(record)
    style = "" if cut == "Regular" else f" {cut}"
    for number, text in {
        1: "Gridwall Sans",
        2: cut,
        4: f"Gridwall Sans{style}",
        6: f"GridwallSans-{cut}",
    }.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    path.parent.mkdir(parents=True, exist_ok=True)
    font.save(path)


def converted(font: TTFont) -> None:
    """PostScript outlines → TrueType outlines, in place."""
    order = font.getGlyphOrder()
    glyphs = font.getGlyphSet()
    drawn = {}
    for name in order:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, _OFF, reverse_direction=True))
        drawn[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, drawn
    del font["CFF "]
    for name in order:
        glyph = drawn[name]
        glyph.recalcBounds(table)
        advance, _ = font["hmtx"][name]
        font["hmtx"][name] = (advance, getattr(glyph, "xMin", 0))
    largest = font["maxp"]
    largest.tableVersion = 0x00010000
    for field in _LARGEST:
        setattr(largest, field, 0)
    largest.maxZones = 1
    font["post"].formatType = 3.0
    font["head"].glyphDataFormat = 0
    font.sfntVersion = "\000\001\000\000"


if __name__ == "__main__":
    main()
