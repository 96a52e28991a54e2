"""What may not be read on a page or in a file: codes, raw numbers, wrong plurals, foreign words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from playwright.sync_api import Page

#: names of events, of programs and of files, addresses, and what is typed at a command line
_NAMES = re.compile(
    r"chifeng(?:-\w+)+|(?:GET|POST|PUT|DELETE) /\S*|/[a-z][\w/.{}-]*|gridwall [a-z ]+"
    r"|[\w.-]+\.\w+|[A-Z]\w+/[A-Z]\w+"
)
#: six to fifteen digits that are neither a part of a number nor of a name: a place, a moment
_CODE = re.compile(r"(?<![\w.,:/+−-])\d{6,15}(?![\w.,:/-])")
#: nothing counted here comes to a million: it would be a time in ms
_MS = re.compile(r"\d{1,3}(?:,\d{3}){2,}|\d ?ms\b")
_PLURAL = re.compile(
    r"(?<![\d.,:/–−-])(?<!– )(?<!to )1 (?:were|are|have|others|more \w+s\b|[a-z]{2,}[^s\W]s\b)"
)
#: words of English that end in s and follow a 1
_SINGULAR = {"1 is", "1 was", "1 has", "1 this", "1 as", "1 counts", "1 across"}
_ENUM = re.compile(
    r"\b[a-z]+(?:_[a-z]+)+\b|\{\w+\}|\bNone\b(?! \w)|\b(?:NaN|nan|undefined|null)\b|\[object"
)
_CJK = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]")
_LATIN = re.compile(r"[A-Za-z]{2,}")
#: of no language: products, file types, keys, zones, measures
_OF_BOTH = {
    "Gridwall", "PDF", "Word", "Excel", "CSV", "GeoJSON", "Redis", "UTC", "CST", "PgUp", "PgDn",
    "Enter", "Shift", "Space", "Esc", "English", "DataV", "GeoAtlas", "km", "demo",
}  # fmt: skip
#: on English pages: the way to the Chinese one
_CHINESE = {"中文"}

_READ = """() => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  const said = [...document.querySelectorAll("[title], [aria-label], [alt], [placeholder]")].filter(
    (one) => one.checkVisibility()
  );
  const names = ["title", "aria-label", "alt", "placeholder"];
  return [
    document.title,
    ...document.body.innerText.split(/[\\n\\t]/),
    ...said.flatMap((one) => names.map((name) => one.getAttribute(name) || "")),
  ];
}"""


def lines_of(page: Page) -> list[str]:
    """All a page says: its title, what is written, what is read out."""
    found: list[str] = page.evaluate(_READ)
    return [line.strip() for line in found if line.strip()]


def word_faults(lines: Iterable[str], lang: str, codes: Collection[str] = ()) -> list[str]:
    """Every line with something wrong in it, and what; ``codes`` are ids that have names."""
    return sorted(
        {f"{what}: {line[:120]}" for line in lines for what in _faults(line, lang, codes)}
    )


def _faults(line: str, lang: str, codes: Collection[str]) -> Iterator[str]:
    plain = _NAMES.sub(" ", line)
    if _CODE.search(plain) or line in codes:
        yield "code"
    if _MS.search(plain):
        yield "unit"
    if _ENUM.search(plain):
        yield "raw word"
    if set(_PLURAL.findall(plain)) - _SINGULAR:
        yield "plural"
    if lang == "en" and _CJK.search(plain) and line not in _CHINESE:
        yield "Chinese"
    if lang == "zh" and set(_LATIN.findall(plain)) - _OF_BOTH:
        yield "English"
