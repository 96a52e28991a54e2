"""The guard for personal text: what names or numbers a person is masked before it is stored. Pure.

In: any text of any write. Out: the same text with every part that was found replaced by `MASK`, and
how many there were of each pattern. Nothing is refused for it. The mask has no language and is
never found itself, so masking twice changes nothing. How well it finds: docs/security.md.
"""

from __future__ import annotations

import re
import unicodedata
from base64 import b32encode
from collections.abc import Iterable
from functools import cache, lru_cache
from hashlib import blake2b

import msgspec

from dashboard.core.model.person_names import FOUND, chinese, english
from dashboard.core.model.person_numbers import Rule, in_ids, numbers, spelt
from dashboard.core.model.vocabulary import Channel

#: what is shown and stored instead of what was found
MASK = "×××"
#: the patterns, as counted
PATTERNS = ("phone", "identity", "bank_card", "plate", "passport", "mail", "chat", "name")
#: the role of an actor that is none of `ROLES`: the lifecycle refuses it
OTHER = "other"
#: roles that an action may be done by (what each may do: dashboard/core/lifecycle/steps.py)
ROLES = frozenset(
    {"source", "dept", "grid", "clock", "centre", "township", "county", "city"}
    | {str(channel) for channel in Channel}
)

#: five digits, a mail's mark or a word for an account: without them, one ASCII word holds nothing
_SUSPECT = re.compile(r"@|(?:\d\D{0,3}){4}\d|(?i:wechat|\b[vw]x\b|plate)")
_NUMERALS = dict(
    zip(
        "零〇一二三四五六七八九幺两洞拐勾壹贰叁肆伍陆柒捌玖",
        "001234567891207912345678 9".replace(" ", ""),
        strict=True,
    )
)
_SPELT = re.compile(rf"(?:[{''.join(_NUMERALS)}][^\w]{{0,3}}){{3}}")
_HAN = re.compile("[\u4e00-\u9fff]")
_LETTERS = re.compile("[A-Za-z]{2}")
#: texts up to this length are remembered
_SHORT = 64


#: start, end and pattern of a personal part
Span = tuple[int, int, str]


class Masked(msgspec.Struct, frozen=True):
    """A text without what was found, and how much of each pattern that was."""

    text: str
    found: dict[str, int]


#: without ten digits in a row or a mail's mark there is nothing in an id
_LONG = re.compile(r"@|\d[-\d_. ()]{8,}\d")


@cache
def _in_ids() -> re.Pattern[str]:
    """The patterns of ids at once, without their checks."""
    parts = [pattern.pattern.replace("(?P<n>", "(?:") for _, pattern, _ in in_ids()]
    return re.compile("|".join(parts))


class _Plain(dict[int, str | None]):
    """One character to one: full-width forms, digits of other scripts and marks as ASCII."""

    def __missing__(self, code: int) -> str:
        mark = chr(code)
        plain = unicodedata.normalize("NFKC", mark)
        if len(plain) != 1:
            digit = unicodedata.digit(mark, None)
            plain = mark if digit is None else str(digit)
        elif plain.isdigit() and not plain.isascii():
            plain = str(unicodedata.digit(plain))
        if len(self) < 20_000:
            self[code] = plain
        return plain


_PLAIN = _Plain()
_DIGITS = str.maketrans(_NUMERALS)


def masked(text: str) -> Masked:
    """The text with every personal part replaced by `MASK`."""
    return _code(text) if len(text) <= _SHORT else _masked(text)


def _masked(text: str) -> Masked:
    if text.isascii() and " " not in text and _SUSPECT.search(text) is None:
        return Masked(text, {})
    return _without(text, spans_of(text))


def spans_of(text: str) -> list[Span]:
    """Where the personal parts are, (start, end, pattern) each."""
    spans: list[Span] = []
    plain = text if text.isascii() else text.translate(_PLAIN)
    if any(map(str.isdigit, plain)) or "@" in plain or "at" in plain:
        plain = _numbers(plain, numbers(), spans)
    if not text.isascii() and _SPELT.search(plain) is not None:
        hidden = _numbers(plain.translate(_DIGITS), spelt(), spans)
        plain = "".join(
            FOUND if new == FOUND else old for old, new in zip(plain, hidden, strict=True)
        )
    if _HAN.search(plain) is not None:
        plain = _names(plain, chinese(), spans)
    if _LETTERS.search(plain) is not None:
        _names(plain, english(), spans)
    return spans


#: codes and short notes repeat: most of what passes has just been seen
_code = lru_cache(maxsize=8192)(_masked)


def _numbers(plain: str, rules: Iterable[Rule], spans: list[Span]) -> str:
    for name, pattern, check in rules:
        at = 0
        while (match := pattern.search(plain, at)) is not None:
            if check is not None and not check(match):
                at = match.start() + 1
                continue
            start, end = match.span("p") if "p" in pattern.groupindex else match.span()
            while end > start and plain[end - 1].isspace():
                end -= 1
            spans.append((start, end, name))
            plain = plain[:start] + FOUND * (end - start) + plain[end:]
            at = end
    return plain


def _names(plain: str, rules: Iterable[tuple[re.Pattern[str], object]], spans: list[Span]) -> str:
    return _numbers(plain, [("name", pattern, check) for pattern, check in rules], spans)  # type: ignore[misc]


def masked_id(text: str, key: bytes) -> Masked:
    """An event's or action's name with every personal part replaced by a keyed hash.

    Names must stay unique and the same each time, so that a repeat is known; without the key no one
    can find the number by trying all. A serial number is not taken for a telephone's unless it is
    eleven digits alone that begin like a mobile's.
    """
    plain_word = text.isascii() and " " not in text
    if plain_word and (_LONG.search(text) is None or _in_ids().search(text) is None):
        return Masked(text, {})
    plain = text if text.isascii() else text.translate(_PLAIN)
    spans: list[Span] = []
    plain = _numbers(plain, in_ids(), spans)
    if not text.isascii():
        plain = _numbers(plain, [rule for rule in numbers() if rule[0] == "plate"], spans)
        plain = _names(plain, chinese(), spans)
    if " " in plain:
        plain = _names(plain, english(), spans)
    return _without(text, spans, key)


def role_of(actor: str) -> str:
    """The actor as a role, or a role and a unit's code; `OTHER` for anything else.

    An actor is free text of a source: it may be a person's name, with or without a word before it.
    """
    if actor in ROLES or actor in ("", OTHER):
        return actor
    role, _, code = actor.partition(":")
    if role not in ROLES:
        return OTHER
    return f"{role}:{masked(code).text}"


def _hashed(part: str, key: bytes) -> str:
    digest = blake2b(part.encode(), key=key, digest_size=10).digest()
    return "x" + b32encode(digest).decode().lower()[: max(10, min(len(part) - 1, 16))]


def _without(text: str, spans: list[Span], key: bytes = b"") -> Masked:
    if not spans:
        return Masked(text, {})
    found: dict[str, int] = {}
    parts, at = [], 0
    for start, end, name in sorted(spans):
        found[name] = found.get(name, 0) + 1
        parts += [text[at:start], _hashed(text[start:end], key) if key else MASK]
        at = end
    return Masked("".join([*parts, text[at:]]), found)
