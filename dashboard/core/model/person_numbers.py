"""How numbers that belong to a person are written: telephone, card, plate, account. Pure.

Every pattern comes with the check that its numbers have: the digit of an identity card (GB 11643),
Luhn for bank cards, dates of birth, how a telephone number is grouped. So the numbers that notes of
grid work are full of (case numbers, codes of grids, times, coordinates) stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

Check = Callable[[re.Match[str]], bool]
Rule = tuple[str, re.Pattern[str], Check | None]

#: what may be between two digits of one number, marks that cannot be seen among it
GAP = r"[-\s.·•_–—/()\u200b-\u200d\u2060\ufeff]{0,3}"
_FIRST_OF_GROUPS = re.compile(r"[^\dXx]+")
#: how people group a mobile number
_MOBILE_GROUPS = {
    *((11,), (3, 4, 4), (3, 8), (7, 4), (4, 4, 3), (3, 3, 5), (5, 6), (1,) * 11),
    *(
        (3, 2, 2, 2, 2),
        (3, 2, 3, 3),
        (3, 3, 2, 3),
        (3, 3, 3, 2),
        (3, 4, 2, 2),
        (5, 3, 3),
        (2, 3, 3, 3),
    ),
    *((3, 1, 3, 4), (4, 7), (6, 5), (3, 5, 3), (5, 2, 2, 2)),
}
#: provinces, as an identity card begins
_PROVINCES = frozenset(
    str(code)
    for codes in ((11, 16), (21, 24), (31, 38), (41, 47), (50, 55), (61, 66), (71, 72), (81, 84))
    for code in range(*codes)
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
#: letters right before a number: a case number, SR1-3456789012
_SERIAL = re.compile(r"[A-Za-z]\d?-?$")
_CARD_WORD = re.compile(r"(?:身份证|证件|身份号|ID\s*card|identity|\bID)\D{0,12}$", re.I)
_BANK_WORD = re.compile(r"(?:银行|卡号|账号|帐号|account|card)\D{0,12}$", re.I)
_CASE_WORD = re.compile(
    r"(?:#|\bno\.?|\bnumber|\bcase|\bticket|\brequest|\bSR|\bid|\bpermit|\bref|\border|\bWO|"
    r"编号|单号|案号|工单|流水号|序号|号码牌|门牌|资产|设备号)\s*[:#：]?\s*$",
    re.I,
)
#: numbers of services, not of persons
_TOLL_FREE = ("400", "800", "888", "877", "866", "855", "844", "833")
#: a case number (region, day, serial number) has eighteen digits too, but its day is of this
#: century: then a card must have the right last digit, and later a word for it before
_CENTURY, _RECENT = 2000, 2012


def digits_of(text: str) -> str:
    """The digits of a match, an X as the last one kept."""
    return "".join(mark for mark in text if mark.isdigit() or mark in "Xx").upper()


def luhn(digits: str) -> bool:
    """Whether the number satisfies the check of bank cards (ISO/IEC 7812-1)."""
    total = 0
    for place, mark in enumerate(reversed(digits)):
        value = int(mark) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def identity_digit(digits: str) -> str:
    """The eighteenth mark of an identity card with these seventeen digits (GB 11643-1999)."""
    total = sum(int(mark) * weight for mark, weight in zip(digits, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11]


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _like_a_day(digits: str) -> bool:
    """Whether eight digits are a day of this century, as case numbers have them."""
    return digits[:2] == "20" and _is_date(digits[:4], digits[4:6], digits[6:8])


def _after(match: re.Match[str], word: re.Pattern[str]) -> bool:
    return word.search(match.string[max(0, match.start() - 24) : match.start()]) is not None


def _groups(text: str) -> Sequence[int]:
    return tuple(len(part) for part in _FIRST_OF_GROUPS.split(text) if part)


def _identity(match: re.Match[str]) -> bool:
    digits = digits_of(match[0])
    if digits[:2] not in _PROVINCES or not "1900" <= digits[6:10] <= "2035":
        return False
    if not _is_date(digits[6:10], digits[10:12], digits[12:14]):
        return False
    if _after(match, _CARD_WORD):
        return True
    born = int(digits[6:10])
    return born < _CENTURY or (born < _RECENT and identity_digit(digits) == digits[17])


def _old_identity(match: re.Match[str]) -> bool:
    """A card of the old kind: fifteen digits without the century.

    After a word for it any; else born in 1960 or later, because codes of grids begin so otherwise.
    """
    digits = digits_of(match[0])
    if digits[:2] not in _PROVINCES:
        return False
    if not _is_date(f"19{digits[6:8]}", digits[8:10], digits[10:12]):
        return False
    return digits[6] >= "6" or _after(match, _CARD_WORD)


def _bank_card(match: re.Match[str]) -> bool:
    digits = digits_of(match[0])
    size = len(digits)
    if _after(match, _BANK_WORD) and size >= 16:
        return True  # perhaps mistyped
    if not luhn(digits):
        return False
    if _is_date(digits[6:10], digits[10:12], digits[12:14]) and digits[6:8] in ("19", "20"):
        return False  # region, day, serial number
    unionpay = digits.startswith("62") and 16 <= size <= 19
    others = size == 16 and (digits[0] == "4" or "51" <= digits[:2] <= "55")
    amex = digits[:2] in ("34", "37") and _groups(match[0]) == (4, 6, 5)
    return unionpay or others or amex


def _mobile(match: re.Match[str]) -> bool:
    return tuple(_groups(match["n"])) in _MOBILE_GROUPS


def _landline(match: re.Match[str]) -> bool:
    """Not a case number that begins with an area code: 0476-20180115."""
    return not _like_a_day(digits_of(match["n"]))


def _american(match: re.Match[str]) -> bool:
    digits = digits_of(match["n"])
    if digits.startswith(_TOLL_FREE):
        return False
    if len(_groups(match["n"])) > 1:
        return True
    if _SERIAL.search(match.string[max(0, match.start() - 3) : match.start()]):
        return False
    dated = digits[:2] == "20" and "01" <= digits[4:6] <= "12"
    return not dated and not _after(match, _CASE_WORD)


def _named(match: re.Match[str]) -> bool:
    return not _like_a_day(digits_of(match["p"]))


def _plate(match: re.Match[str]) -> bool:
    return any(mark.isdigit() for mark in match[0])


def _chat(match: re.Match[str]) -> bool:
    return match["sure"] is not None or any(mark.isdigit() or mark == "_" for mark in match["p"])


_EXTENSION = r"(?:\s{0,2}(?:转|分机|ext\.?|extension|x)\s{0,2}\d{1,6})?"
_MOBILE = (
    rf"(?<!\d)(?<!\d\.)(?:(?:\+|00)?{GAP}86{GAP})?"
    rf"(?P<n>1{GAP}[3-9](?:{GAP}\d){{9}})(?!\d){_EXTENSION}"
)
_LANDLINE = (
    rf"(?<!\d)(?:(?:\+|00)86{GAP}\(?0?|\(?0)(?:10|2\d|[3-9]\d\d)\)?{GAP}"
    rf"(?P<n>[2-8]\d{{2,3}}{GAP}\d{{4}})(?!\d){_EXTENSION}"
)
_CARD_GAP = r"[-\s.·]{0,2}"
_CARD = rf"(?<!\d)[1-9](?:{_CARD_GAP}\d){{16}}{_CARD_GAP}[\dXx](?![\dA-Za-z])"


@cache
def numbers() -> tuple[Rule, ...]:
    """Rules that run over the text with full-width characters made plain, in this order."""
    return (
        (
            "mail",
            re.compile(r"[\w.+-]{1,64}\s?(?:@|\[at\]|\(at\))\s?[\w-]+(?:\.[A-Za-z][\w-]+)+"),
            None,
        ),
        ("identity", re.compile(_CARD), _identity),
        ("identity", re.compile(r"(?<!\d)[1-9](?:[- ]?\d){14}(?![\dXx])"), _old_identity),
        ("bank_card", re.compile(r"(?<!\d)\d(?:[- ]?\d){14,18}(?!\d)"), _bank_card),
        # United States' social security
        (
            "identity",
            re.compile(r"(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\d-])"),
            None,
        ),
        (
            "identity",
            re.compile(
                r"(?:\bSSN|social security(?: no\.?| number)?)[:#\s]*"
                r"(?P<p>\d{3}[- ]?\d\d[- ]?\d{4})(?!\d)",
                re.I,
            ),
            None,
        ),
        # Hong Kong's identity card, with its digit in brackets
        ("identity", re.compile(r"(?<![A-Za-z\d])[A-Z]{1,2}\d{6}\s?\([\dA]\)"), None),
        ("phone", re.compile(_MOBILE), _mobile),
        ("phone", re.compile(_LANDLINE, re.I), _landline),
        (
            "phone",
            re.compile(
                r"(?<![\d.])(?:\+?1[-. ]?)?"
                r"(?P<n>(?:\([2-9]\d\d\)\s?|[2-9]\d\d[-. ]?)[2-9]\d\d[-. ]?\d{4})"
                rf"(?![\d-]){_EXTENSION}",
                re.I,
            ),
            _american,
        ),
        # seven or eight digits after a word for a telephone
        (
            "phone",
            re.compile(
                r"(?:电话|手机|座机|联系方式|\btel(?:ephone)?\b\.?|\bphone|\bmobile|\bcell\b|\bcalled|"
                r"\bcall[ -]?back|\bcall)"
                r"(?:\s?(?:号码|号|number|no\.?))?[:\s是为]{0,3}(?:(?:at|on|is|#)\s)?"
                r"(?P<p>\d{3,4}[-\s]?\d{4})(?![\d-])",
                re.I,
            ),
            _named,
        ),
        (
            "plate",
            re.compile(
                r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使][A-HJ-NP-Za-hj-np-z]"
                r"[·•\s.-]?[A-HJ-NP-Za-hj-np-z\d]{4,5}[A-HJ-NP-Za-hj-np-z\d挂学港澳](?![A-Za-z\d警])"
            ),
            _plate,
        ),
        (
            "plate",
            re.compile(
                r"(?:\blicen[sc]e(?: plate)?|\bplates?|\blic\.?)"
                r"(?:\s?(?:no\.?|number|#))?[\s:#]{1,3}(?:(?:is|CA|MA)\s)?"
                r"(?P<p>(?=[A-Z]{0,7}\d)[A-Z\d]{2,4}[- ]?[A-Z\d]{2,4})\b",
                re.I,
            ),
            _plate,
        ),
        (
            "passport",
            re.compile(
                r"(?:护照|passport|通行证|回乡证|台胞证)(?:\s?(?:号码|号|number|no\.?|#))?[\s:是为]{0,3}"
                r"(?P<p>(?:[A-Z]{1,2}[- ]?)?\d{7,10})(?!\d)",
                re.I,
            ),
            None,
        ),
        ("passport", re.compile(r"(?<![A-Za-z\d-])[EGeg]\d{8}(?![\dA-Za-z-])"), None),
        ("passport", re.compile(r"(?<![A-Za-z\d-])[EG][A-HJ-NP-Z]\d{7}(?![\dA-Za-z-])"), None),
        (
            "chat",
            re.compile(
                r"(?:微信|wechat|weixin|\bwx|\bvx|[vV]信|加[vV]|薇信|威信|whatsapp|telegram)"
                r"(?P<sure>\s?(?:号|ID|id|账号)[:\s是为]{0,3}|[:是为]\s?)?\s?"
                r"(?P<p>[A-Za-z][-\w]{5,19}|\d{6,11})(?![\w-])",
                re.ASCII | re.I,
            ),
            _chat,
        ),
        (
            "chat",
            re.compile(r"(?:扣扣|QQ)(?:号|群|号码)?[:\s是为]{0,3}(?P<p>[1-9]\d{4,10})(?!\d)", re.I),
            None,
        ),
    )


@cache
def spelt() -> tuple[Rule, ...]:
    """Rules that run over the text with Chinese numerals made digits."""
    return (
        ("identity", re.compile(_CARD), _identity),
        ("phone", re.compile(_MOBILE), _mobile),
        ("phone", re.compile(_LANDLINE, re.I), _landline),
    )


@cache
def in_ids() -> tuple[Rule, ...]:
    """Rules that run over ids: what is certain, and never a plain serial number."""
    return (
        ("identity", re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?![\dA-Za-z])"), _identity),
        (
            "phone",
            re.compile(r"(?<!\d)(?:\+?86[-_.]?)?(?P<n>1[3-9]\d[-_. ]?\d{4}[-_. ]?\d{4})(?!\d)"),
            None,
        ),
        (
            "phone",
            re.compile(r"(?<!\d)\(?0(?:10|2\d|[3-9]\d\d)[)_-]{1,2}(?P<n>[2-8]\d{6,7})(?!\d)"),
            _landline,
        ),
        (
            "phone",
            re.compile(r"(?<![\d.-])(?P<n>\(?[2-9]\d\d[-. )]{1,2}[2-9]\d\d[-. ]\d{4})(?![\d-])"),
            _american,
        ),
        ("mail", re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[A-Za-z][\w-]+)+"), None),
    )
