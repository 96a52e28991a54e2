"""The oldest browser that is named is the one that is needed: nothing newer is used anywhere.

Versions are those in which Chromium has the feature without a flag; what is known to be newer than
the floor is looked for in every style sheet and script that is ours.
"""

from __future__ import annotations

import re

import pytest

from dashboard import ROOT
from layouts.screens.pairing import OLDEST

ASSETS = ROOT / "assets"
#: pattern → Chromium version, for style sheets
STYLES = {
    r":has\(": 105,
    r"container:": 105,
    r"@property": 85,
    r"(?m)^\s+&": 112,
    r"color-mix\(|lab\(|lch\(": 111,
    r"\d[dsl]v[hw]\b": 108,
    r"@scope|@starting-style|text-wrap:|light-dark\(|subgrid": 114,
    r"linear\(\s*\d|animation-timeline|field-sizing|scrollbar-color": 113,
    r"\b(?:sin|cos|tan|round|mod)\(": 111,
}
#: the same for scripts
SCRIPTS = {
    r"\bstructuredClone\(": 98,
    r"\.checkVisibility\(": 105,
    r"\.to(?:Sorted|Reversed|Spliced)\(": 110,
    r"\b(?:Object|Map)\.groupBy\(|\.withResolvers\(": 117,
    r"\.(?:isSubsetOf|isSupersetOf|symmetricDifference)\(": 122,
    r"Array\.fromAsync|Promise\.try|URL\.canParse|Iterator\.": 120,
    r"\bimport\.meta\.resolve\(": 105,
    r"(?m)^import[^;]* with \{": 123,
    r"AbortSignal\.any|startViewTransition|showPopover|popover": 114,
    r"(?m)/[a-z]*v[a-z]*(?:[.;,)]|$)": 112,
}


def used(pattern: str, suffix: str) -> list[str]:
    """Our files that use a feature, not counting comments."""
    found = []
    for path in sorted(ASSETS.rglob(f"*.{suffix}")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        text = re.sub(r"(?m)//.*$|\"[^\"\n]*\"", '""', text) if suffix == "*js" else text
        if "vendor" not in path.parts and re.search(pattern, text):
            found.append(path.name)
    return found


@pytest.mark.parametrize(("suffix", "features"), [("css", STYLES), ("*js", SCRIPTS)])
def test_nothing_newer_is_used(suffix: str, features: dict[str, int]) -> None:
    newer = {p: used(p, suffix) for p, version in features.items() if version > OLDEST}
    assert {p: files for p, files in newer.items() if files} == {}


def test_the_floor_is_not_higher_than_what_is_used() -> None:
    needed = [
        version
        for suffix, features in (("css", STYLES), ("*js", SCRIPTS))
        for pattern, version in features.items()
        if used(pattern, suffix)
    ]
    assert max(needed) == OLDEST
