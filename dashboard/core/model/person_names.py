"""How named persons are written in Chinese and English notes: patterns for the guard. Pure.

A name alone is rarely certain, so most rules ask for company: a title (王女士), a label
(报案人：张三, "caller John Smith"), a verb of calling (张伟来电), a number that was found near it.
The characters that given names are made of tell 张伟 from 张贴. Names without any company are not
found in a sentence; see docs/security.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from dashboard.core.model.person_words import (
    COMPOUND,
    GIVEN,
    GIVEN_EN,
    LABELS,
    LABELS_EN,
    NAME_LABELS,
    NO_NAMES,
    NO_SURNAMES,
    PLACE_ENDS,
    SURNAMES,
    TITLES,
    UNITS,
    WEAK,
)

#: a match is a person only if this agrees
Check = Callable[[re.Match[str]], bool]
#: a pattern whose group "p" is the part to mask, and its check
Rule = tuple[re.Pattern[str], Check | None]

#: what an already found part looks like to the rules that run after it
FOUND = "\x01"

_SURNAMES, _GIVEN, _COMPOUND = SURNAMES, GIVEN, "|".join(COMPOUND)
_TITLES, _LABELS, _NAME_LABELS = "|".join(TITLES), "|".join(LABELS), "|".join(NAME_LABELS)
_LABELS_EN = "|".join(word.replace("_", " ") for word in LABELS_EN)
_FIRST = "|".join(sorted(GIVEN_EN, key=len, reverse=True))
_UNITS = re.compile("|".join(UNITS))
_NO_NAMES, _NO_SURNAMES = frozenset(NO_NAMES), frozenset(NO_SURNAMES)
_GIVEN_SET = frozenset(GIVEN_EN)
_SURE = "".join(mark for mark in GIVEN if mark not in WEAK)
_CALLS = (
    "来电|致电|打电话|打来电话|来访|来信|反映|投诉|举报|求助|报案|报警|报称|咨询|诉称|称[，,:：]?|说[，,:：]|表示|"
    "电话|手机|微信|身份证|号码|本人|住在|家住|要求回复|要求退"
)
_HAN = "\u4e00-\u9fff"
_NAME = rf"(?:(?:{_COMPOUND})[{_GIVEN}]{{1,2}}|[{_SURNAMES}][{_GIVEN}]{{1,2}})"
#: any two or three characters after a surname: only where a label and a boundary are clear
_LOOSE = rf"(?:(?:{_COMPOUND})[{_HAN}]{{1,2}}|[{_SURNAMES}于路时向应][{_HAN}]{{1,2}})"


def _plausible(match: re.Match[str]) -> bool:
    """Whether the name is not a word of notes."""
    name = match["p"]
    if name[:2] in _NO_NAMES or name in _NO_NAMES:
        return False
    after = match.string[match.end("p") : match.end("p") + 1]
    return not (after and after in PLACE_ENDS)


_BEFORE_TITLE = re.compile(
    r"(?:[对双各官校厂甲乙多四八北南西地远大]方|[由关属对位]于|[应向跟]|任何|最高|提高)$"
)


def _titled(match: re.Match[str]) -> bool:
    """Whether the surname before a title is one: 王女士, not 对方女士."""
    name = match["p"]
    end = match.start("p") + 1
    if _BEFORE_TITLE.search(match.string[max(0, end - 2) : end]):
        return False
    return name[:2] not in _NO_NAMES


def _no_unit(match: re.Match[str]) -> bool:
    return _UNITS.search(match["p"]) is None and match["p"][:2] not in _NO_NAMES


@cache
def chinese() -> tuple[Rule, ...]:
    """The rules for names in Chinese notes; made when first needed, as that takes a while."""
    return (
        # 报案人：张三 · 联系人: 欧阳娜娜
        (
            re.compile(
                rf"(?:{_LABELS})(?:姓名)?\s*(?:[:：=]|为|是|叫|名叫)\s*(?P<p>{_LOOSE})"
                rf"(?![{_HAN}])"
            ),
            _no_unit,
        ),
        # 联系人：巴特尔 · 姓名：阿依古丽·买买提
        (
            re.compile(
                rf"(?:{_NAME_LABELS})(?:姓名)?\s*[:：=]\s*"
                rf"(?P<p>[{_HAN}]{{2,6}}[·•][{_HAN}]{{2,6}}|[{_HAN}]{{2,5}})(?![{_HAN}])"
            ),
            _no_unit,
        ),
        # 王女士 · 李建国先生 · 张阿姨
        (
            re.compile(
                rf"(?P<p>(?:(?:{_COMPOUND})[{_GIVEN}]{{0,2}}|[{_SURNAMES}][{_GIVEN}]{{0,2}})"
                rf"(?:{_TITLES}))"
            ),
            _titled,
        ),
        # surnames that are everyday words elsewhere: 市民于女士
        (
            re.compile(
                r"(?:^|[\s，,。；;：:、（(]|市民|居民|业主|群众|村民|来电人|反映人|投诉人|联系)"
                rf"(?P<p>[于时应路查满连成](?:{_TITLES}))"
            ),
            None,
        ),
        # 姓王的女士 · 姓张名伟
        (
            re.compile(
                rf"姓(?P<p>{_COMPOUND}|[{_SURNAMES}])"
                r"(?=的?(?:先生|女士|男子|女子|市民|居民|大爷|大妈|男士|老人))"
            ),
            None,
        ),
        # 居民张伟 · 报案人 李秀英, 网格员（王磊）
        (
            re.compile(rf"(?:{_LABELS})\s*[:：]?\s*[(（]?\s*(?:是|为|叫)?(?P<p>{_NAME})"),
            _plausible,
        ),
        # 张伟来电 · 李秀英反映
        (
            re.compile(
                rf"(?P<p>{_NAME})\s*(?=[(（]?{FOUND}|(?:再次|多次|又|今日|今天)?(?:{_CALLS}))"
            ),
            _plausible,
        ),
        # 老王反映, 小李来电
        (
            re.compile(rf"(?P<p>[老小][{_SURNAMES}])(?=来电|致电|打电话|反映|投诉|举报|称|的电话)"),
            None,
        ),
        # 张三 138…, 李翠花（138…）: any name right before a number that was found
        (
            re.compile(
                rf"(?<![{_HAN}])(?P<p>{_LOOSE})(?=\s*[,，:：(（]?\s*(?:的?(?:电话|手机|微信)号?[:：]?\s*)?{FOUND})"
            ),
            _no_unit,
        ),
        # 138… 张三: and right after one
        (re.compile(rf"{FOUND}\s*[,，)）]?\s*(?P<p>{_NAME})(?![{_HAN}])"), _plausible),
        # a name of three characters that are seldom anything else
        (re.compile(rf"(?P<p>[{_SURNAMES}][{_SURE}]{{2}})"), _plausible),
        # the whole text is a name
        (re.compile(rf"^\s*(?P<p>{_NAME})\s*$"), _plausible),
    )


_WORD = r"(?:[A-Z]['’]|Mc|Mac|De|Di)?[A-Z][a-z'’]+(?:-[A-Z][a-z]+)?|[A-Z]{2,}"


#: words of addresses that are surnames after a given name
_ALSO_SURNAMES = frozenset(("Park", "Parks", "Hill", "Lane", "Church", "May", "Street", "Case"))


def _called(match: re.Match[str]) -> bool:
    """Whether the capitalised words after a label are a name."""
    words = re.split(r"[\s.]+", match["p"].strip())
    known = words[0].capitalize() in _GIVEN_SET
    if known and len(words) == 2 and words[1].capitalize() in _ALSO_SURNAMES:
        return True
    if any(word.capitalize() in _NO_SURNAMES or word in _NO_SURNAMES for word in words):
        return False
    return len(words) > 1 or known or match["sep"].strip() == ":"


def _no_place(match: re.Match[str]) -> bool:
    """Whether a given name with a surname is no street or office: not "Martin Park"."""
    words = re.split(r"[\s.]+", match["p"].strip())
    after = re.match(r"\s+([A-Z][a-z]*)", match.string[match.end("p") :])
    follows = after is not None and after[1] in _NO_SURNAMES
    return not follows and not any(word in _NO_SURNAMES for word in words[1:])


def _a_title(match: re.Match[str]) -> bool:
    """Whether "Dr" is a title, not the end of a street's name."""
    if not match["t"].startswith("Dr"):
        return match["p"].split()[0] not in _NO_SURNAMES
    before = match.string[: match.start("t")].split()
    return not before or not (before[-1][0].isupper() or before[-1][0].isdigit())


@cache
def english() -> tuple[Rule, ...]:
    """The rules for names in English notes; made when first needed, as that takes a while."""
    return (
        (
            re.compile(
                rf"\b(?P<t>Mr|Mrs|Ms|Miss|Mx|Dr|Prof|MR|MRS|mr|mrs|Señora|Señor|Sra|Sr)\b\.?\s+"
                rf"(?P<p>(?:[A-Za-z]\.\s+)?"
                rf"(?:{_WORD}|(?<=[mM][rR] )[a-z]{{2,}}|(?<=[mM][rR]\. )[a-z]{{2,}})"
                rf"(?:\s+(?:{_WORD}))?)"
            ),
            _a_title,
        ),
        # caller John Smith · Contact: Maria de la Cruz
        (
            re.compile(
                rf"\b(?i:{_LABELS_EN})(?P<sep>\s*[:=]\s*|\s+(?:is|was|named)\s+|\s*[,-]\s+|\s+)"
                rf"(?P<p>(?:{_WORD})(?:\s+[A-Z]\.?(?=\s))?(?:\s+(?:de|la|da|van|von|del|bin|al)){{0,2}}"
                rf"(?:\s+(?:{_WORD}))?)\b"
            ),
            _called,
        ),
        # John Smith called
        (
            re.compile(
                rf"\b(?P<p>(?:{_FIRST})(?:\s+[A-Z]\.?)?\s+(?:{_WORD}))"
                r"(?=\s+(?:called|calls|calling|reported|reports|complained|complains|says|said|states|stated|"
                r"phoned|wrote|emailed|requests|requested|wants|asks|asked|lives)\b)"
            ),
            _no_place,
        ),
        # John Smith 323-555-1234, and the other way round
        (
            re.compile(
                rf"\b(?P<p>(?:{_FIRST})(?:\s+[A-Z]\.?)?\s+(?:{_WORD}))"
                rf"(?=\s*[,:(@-]*\s*(?:(?:at|tel|phone|cell|ph)\b[.:]?\s*)?{FOUND})"
            ),
            _no_place,
        ),
        (re.compile(rf"{FOUND}\s*[,)(-]?\s*(?P<p>(?:{_FIRST})\s+(?:{_WORD}))\b"), _no_place),
        # the whole text is a name
        (re.compile(rf"^\s*(?P<p>(?:{_FIRST})(?:\s+[A-Z]\.?)?\s+(?:{_WORD}))\s*$"), _no_place),
    )
