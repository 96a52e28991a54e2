"""The look of documents: fonts and colours for white paper, the same in every format.

The level colours are used for levels only and are always next to the level's word; everything
else is greys and one accent.
"""

from __future__ import annotations

import threading
from functools import cache
from importlib.resources import as_file, files

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from dashboard.config import levels

REGULAR, BOLD = "GridwallSans", "GridwallSans-Bold"
#: reportlab's fonts and pdfium are used, and pdfium's objects freed, by one thread at a time
ONE = threading.RLock()
#: the fonts that Word and Excel files name; every office machine with Chinese has one of these
OFFICE_FONT = "Microsoft YaHei"
OFFICE_LATIN = "Arial"

INK, QUIET, RULE, SHADE, PAPER = "#1b2430", "#5b6673", "#c9d0d8", "#f1f4f7", "#ffffff"
ACCENT, SECOND = "#1f5fa8", "#9aa6b2"
#: dark enough to be read as words on white
LEVELS = {"red": "#b3261e", "orange": "#a85400", "yellow": "#7a6200", "blue": "#1d5fb4"}
#: each level has a shape as well, the one of the screens
SHAPES = {level: shape.character for level, shape in levels.SHAPES.items()}


@cache
def register() -> None:
    """Make the fonts known to reportlab; only the glyphs used are embedded in a document."""
    folder = files(__package__).joinpath("fonts")
    for name, file in ((REGULAR, "Regular"), (BOLD, "Bold")):
        with as_file(folder.joinpath(f"GridwallSans-{file}.ttf")) as path:
            pdfmetrics.registerFont(TTFont(name, str(path)))
    pdfmetrics.registerFontFamily(
        REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD
    )
