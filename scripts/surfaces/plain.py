"""Text without what differs from run to run: real times, random ids, ports, hashes of files.

The recorded cities live in past years, so whatever is near the real time comes from the machine's
clock; the domain's times stay.
"""

from __future__ import annotations

import json
import re
import time
from datetime import datetime
from pathlib import Path
from typing import Any

_NOW_MS = time.time() * 1000
_DAY_MS = 86_400_000
_YEAR = str(datetime.now().year)
_CLOCK = r"[T ]?(?:\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?:Z|[+-]\d\d:\d\d)?"

#: the last one is left out of texts without real times
_RULES: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"(?:127\.0\.0\.1|localhost):\d+"), "<host>"),
    (re.compile(r"/tmp/gw-surface-\w+"), "<work>"),
    (re.compile(r"(\?m=)[0-9a-f.]+"), r"\1<hash>"),
    (re.compile(r"(/assets/v-)[0-9a-f]+"), r"\1<hash>"),
    (re.compile(r"(\.v[0-9_]+m)\d{10}"), r"\1<time>"),
    (re.compile(r"sha256-[A-Za-z0-9+/]{43}="), "sha256-<hash>"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<uuid>"),
    (re.compile(r'(\b(?:id|for|name|aria-\w+)="(?:[^"]* )?)mantine-[a-z0-9]+'), r"\1mantine-<id>"),
    (re.compile(r"\b(clip|defs-|topdefs-|legend|trace)[0-9a-f]{6}(?=x|y|\b)"), r"\1<id>"),
    (re.compile(r'(data-version=")\d+'), r"\1<n>"),
    # a table's rows get it some time after they are drawn
    (re.compile(r" ag-(?:row|cell)-not-inline-editing"), ""),
    (re.compile(r"\binput-[a-z0-9]{8}\b"), "input-<id>"),
    (re.compile(r"(gridwall_\w+=)[\w-]{43}"), r"\1<token>"),
    (re.compile(r"\b(20\d\d-[\dW-]+)-[0-9a-f]{8}\b"), r"\1-<brief>"),
    (re.compile(r"[\d,]+( actions of )"), r"<n>\1"),
    (re.compile(r'(data-code=\\?"|wall pair )[A-Z0-9]{3}-[A-Z0-9]{3}'), r"\1<code>"),
    (re.compile(r'("(?:version|age_ms|duration|seq|rebuilt_ms)": )\d+'), r"\1<n>"),
    (re.compile(r"(\bin |seconds=)\d+\.\d( s)?"), r"\1<s>"),
    (re.compile(rf"\b{_YEAR}-\d\d-\d\d{_CLOCK}"), "<now>"),
]
#: a map's layer before and after the end of its zooming
_SHIFT = re.compile(r"translate3d\((-?[\d.]+)px, (-?[\d.]+)px, 0px\)(?: scale\(1\))?")
_MS = re.compile(r"\b1\d{12}(-\d+)?\b")


def plain(text: str, *, timeless: bool = False) -> str:
    """`text` with placeholders for what moves; `timeless`: no time in it is the machine's."""
    for pattern, placeholder in _RULES[: -1 if timeless else None]:
        text = pattern.sub(placeholder, text)
    text = _SHIFT.sub(_rounded, text)
    return text if timeless else _MS.sub(_without_ms, text)


def write(path: Path, text: str) -> None:
    """Write a file of the record, its directories as well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8")


def write_json(path: Path, value: Any) -> None:
    """The same for JSON, sorted and indented."""
    write(path, json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True))


def _rounded(found: re.Match[str]) -> str:
    return f"translate3d({round(float(found[1]))}px, {round(float(found[2]))}px, 0px)"


def _without_ms(found: re.Match[str]) -> str:
    if found.group(1):
        return "<stream id>"
    ago = _NOW_MS - int(found.group(0))
    return "<ms>" if -400 * _DAY_MS < ago < _DAY_MS else found.group(0)
