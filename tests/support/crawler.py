"""Presses the figures of the leaders' pages over HTTP: each must open to a list that says the same.

``python -m tests.support.crawler URL [N]`` presses N (200) of all figures of a running site and
prints what it found.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import httpx

from layouts.pages.kit.opens import REASONS

_OUTPUT = ".._pages_content.children..._pages_store.data.."
_OUTPUTS = [
    {"id": "_pages_content", "property": "children"},
    {"id": "_pages_store", "property": "data"},
]
#: classes of elements whose text is a figure; "num" is a column of numbers
_FIGURES = ("num", "d-len", "value", "d-big", "r-figures", "b-number", "was")
_DIGIT = re.compile(r"\d")


class Figure(NamedTuple):
    """A figure that opens: its page, the number, the words shown, the address of its list."""

    page: str
    value: float
    shown: str
    href: str
    #: of a record: its list may have another count, if it says so
    recorded: bool = False


class Found(NamedTuple):
    """What a page has: figures that open, reasons of those that do not, numbers with neither."""

    figures: list[Figure]
    reasons: Counter[str]
    loose: list[str]


class Crawler:
    """Reads pages as the browser does, without a browser."""

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=60)
        self._lists: dict[str, tuple[float | None, int, int]] = {}

    def tree(self, address: str) -> Any:
        """The page's components."""
        split = urlsplit(address)
        location = [("pathname", split.path), ("search", f"?{split.query}" if split.query else "")]
        inputs = [
            {"id": "_pages_location", "property": name, "value": value} for name, value in location
        ]
        call = {"output": _OUTPUT, "outputs": _OUTPUTS, "inputs": inputs, "changedPropIds": []}
        for _ in range(60):
            answer = self._client.post("/_dash-update-component", json=call)
            answer.raise_for_status()
            tree = answer.json()["response"]["_pages_content"]["children"]
            if not any("data-again" in props for props in _props(tree)):
                break
            time.sleep(0.5)  # the tables are being loaded
        return tree

    def found(self, address: str) -> Found:
        """The figures of a page."""
        found = Found([], Counter(), [])
        _look(self.tree(address), address, found, "")
        return found

    def listed(self, href: str) -> tuple[float | None, int, int]:
        """The figure on top of a list, how many rows it says it has, and how many notes."""
        if href not in self._lists:
            every = list(_props(self.tree(href)))
            tops = [props for props in every if "data-count" in props]
            assert len(tops) == 1, f"no list: {href}"
            value, count = tops[0].get("data-top"), int(tops[0]["data-count"])
            notes = sum(props.get("role") == "note" for props in every)
            self._lists[href] = None if value is None else float(value), count, notes
        return self._lists[href]

    def wrong(self, one: Figure) -> str:
        """What differs between a figure and its list; "" if nothing does."""
        value, _, notes = self.listed(one.href)
        if one.recorded and notes:
            return ""
        if value is None or abs(value - one.value) > 1e-9 * max(1.0, abs(one.value)):
            return f"{one.page}: {one.shown} ({one.value}) opens to {value}: {one.href}"
        return ""


def pressed(crawler: Crawler, figures: Sequence[Figure], most: int, seed: int = 1) -> list[str]:
    """Press ``most`` figures with different addresses; what is wrong with them."""
    unique = list({(one.href, one.value): one for one in figures}.values())
    chosen = random.Random(seed).sample(unique, min(most, len(unique)))
    return [words for one in chosen if (words := crawler.wrong(one))]


def _look(node: Any, page: str, found: Found, kind: str) -> None:
    """Go through a component; ``kind`` is the figure's class that it is in."""
    if isinstance(node, list):
        for one in node:
            _look(one, page, found, kind)
        return
    if not isinstance(node, dict):
        if kind and isinstance(node, str | int | float) and _DIGIT.search(str(node)):
            found.loose.append(f"{page}: {node} in {kind}")
        return
    props = node.get("props", {})
    if "data-plain" in props:
        found.reasons[props["data-plain"]] += 1
        assert props["data-plain"] in REASONS
        return
    known = props.get("data-figure", props.get("data-recorded"))
    if known is not None:
        href = next(one["href"] for one in _props(props["children"]) if "href" in one)
        words = "".join(_texts(props["children"]))
        found.figures.append(Figure(page, float(known), words, href, "data-recorded" in props))
        return
    classes = str(props.get("className") or "").split()
    if node.get("type") == "Thead":
        return
    kind = next((name for name in _FIGURES if name in classes), kind)
    _look(props.get("children"), page, found, kind)


def _props(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, list):
        for one in node:
            yield from _props(one)
    elif isinstance(node, dict):
        props = node.get("props", {})
        yield props
        yield from _props(props.get("children"))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:
            yield from _texts(one)
    elif isinstance(node, dict):
        yield from _texts(node.get("props", {}).get("children"))
    elif node is not None:
        yield str(node)


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")


def main() -> None:
    """Crawl a running site from its overview on, and press figures at random."""
    url, most = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200
    crawler = Crawler(url)
    addresses = sys.argv[3:] or ["/", "/departments"]
    figures: list[Figure] = []
    for address in addresses:
        found = crawler.found(address)
        figures += found.figures
        _say(f"{address}: {len(found.figures)} open, {dict(found.reasons)}")
        for one in found.loose[:20]:
            _say(f"  loose {one}")
    wrong = pressed(crawler, figures, most)
    _say(f"pressed {min(most, len({(f.href, f.value) for f in figures}))} of {len(figures)}")
    _say("\n".join(wrong) or "all the same")


if __name__ == "__main__":
    main()
