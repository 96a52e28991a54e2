"""Mutates texts and JSON: the right one, a little wrong, with a seed.

`budget()` yields numbers for one fuzzer: a few hundred in CI, or as many as `GRIDWALL_FUZZ_SECONDS`
allow (`make fuzz` sets 600). A case is named by its number, so that it can be tried again.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from random import Random
from typing import Any

SECONDS = float(os.environ.get("GRIDWALL_FUZZ_SECONDS", "0"))
FIRST = int(os.environ.get("GRIDWALL_FUZZ_FIRST", "0"))

WORDS: tuple[str, ...] = (
    *("", " ", "0", "-1", "1", "1.5", "1e400", "-0.0", "NaN", "inf", "0x10", "1_000", "010", "٣"),
    *("9" * 20, "9" * 400, "true", "null", "~", "{}", "[]", "[[]]", "a" * 300, "\x00", "\ufeff"),
    *("9" * 5000, "[" * 3000, "{a=" * 3000, "a." * 3000 + "a = 1", "(" * 3000),
    *("\u2028", "\u202e", "\ud800", "🀄", "红山区", "1970-01-01", "0000-00-00", "9999-12-31"),
    *("10000-01-01", "2018-02-30", "24:00", "25:61", "-1h", "99999999d", "5min", "1d2h", "P1D"),
    *("2026-01-15T08:00:00+08:00", "2026-01-15T08:00:00", "0001-01-01T00:00:00+14:00"),
    *("9999-12-31T23:59:59-12:00", "1768435200", "1768435200000", "9223372036854775808"),
    *("../../etc/passwd", "/dev/null", "%s%n", "'; --", '"', "'", "\\", "#", ":", "- ", "&a", "*a"),
    *("!!python/object:os.system", "<<: *a", "\t", "\r\n", "\n\n", "=", "[source]", "[[source]]"),
    *("13800138000", "张三 13800138000", "=1+1", "@SUM(A1)", "1,2", "1;2", "红山\t区", "١٩٧٠"),
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    *WORDS,
    *(None, True, False, 0, -1, 1, 2**31, 2**53, 2**53 + 1, 2**63, 2**64, 10**30, -(10**30)),
    *(0.5, -0.0, 1e308, -1e308, 5e-324, [], {}, [[]], [None], {"a": 1}, [1] * 50, ["x"] * 5),
)
_TOKEN = re.compile(r"[^\s,;:=\[\]{}\"']+")


def budget(few: int) -> Iterator[int]:
    """Numbers of cases: the first `few`, or all that the time allows."""
    end = time.monotonic() + SECONDS
    number = FIRST
    while number < FIRST + few if not SECONDS else time.monotonic() < end:
        yield number
        number += 1


def text_like(rng: Random, text: str) -> str:
    """A text like this one, with one to five things changed."""
    for _ in range(rng.randint(1, 5)):
        text = _changed(rng, text)
    return text


def bytes_like(rng: Random, text: str, encodings: tuple[str, ...] = ("utf-8",)) -> bytes:
    """The same as bytes; now and then in another encoding, or with bytes of none."""
    raw = text_like(rng, text).encode(rng.choice(encodings), "replace")
    if rng.random() < 0.2:
        at = rng.randrange(len(raw) + 1)
        raw = raw[:at] + bytes(rng.choices(range(256), k=rng.randint(1, 8))) + raw[at:]
    if rng.random() < 0.05:
        raw = raw[: rng.randrange(len(raw) + 1)]
    return raw


def _changed(rng: Random, text: str) -> str:
    lines = text.split("\n")
    at = rng.randrange(len(lines))
    match rng.randrange(9):
        case 0 | 1 | 2 | 3:
            found = list(_TOKEN.finditer(lines[at]))
            if found:
                one = rng.choice(found)
                line, word = lines[at], rng.choice(WORDS)
                lines[at] = line[: one.start()] + word + line[one.end() :]
        case 4:
            del lines[at]
        case 5:
            lines.insert(at, lines[rng.randrange(len(lines))])
        case 6:
            other = rng.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        case 7:
            cut = rng.randrange(len(lines[at]) + 1)
            lines[at] = lines[at][:cut] + rng.choice(WORDS) + lines[at][cut:]
        case 8:
            lines[at] = " " * rng.randrange(9) + lines[at].lstrip()
    return "\n".join(lines)


def object_like(rng: Random, value: dict[str, Any], more: tuple[str, ...] = ()) -> Any:
    """An object like this one: fields changed, left out, added, or something else entirely."""
    if rng.random() < 0.02:
        return rng.choice(VALUES)
    out = dict(value)
    for _ in range(rng.choice((0, 1, 1, 1, 2, 3))):
        name = rng.choice((*value, *more))
        match rng.randrange(5):
            case 0:
                out.pop(name, None)
            case 1 if isinstance(out.get(name), str):
                out[name] = _changed(rng, out[name])
            case 2:
                out[rng.choice((*WORDS, *more))] = rng.choice(VALUES)
            case _:
                out[name] = rng.choice(VALUES)
    return out
