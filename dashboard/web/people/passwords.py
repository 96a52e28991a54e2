"""Passwords: argon2id, and the rule for new ones.

A name that nobody has costs the same time as one somebody has. At most two are hashed at once:
each takes 64 MiB.
"""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST, MOST = 10, 128

#: what everybody tries first, without the digits and signs at the end
_TRIED = (
    "password passw0rd p@ssw0rd p@ssword passwort motdepasse contrasena qwerty qwertyuiop qwerty"
    "123456 asdfghjkl zxcvbnm 1qaz2wsx 1q2w3e4r 1q2w3e4r5t q1w2e3r4 qazwsxedc zaq12wsx letmein"
    " welcome iloveyou admin administrator administrateur manager operator gridwall dashboard"
    " changeme default secret dragon monkey football baseball superman batman trustno1 sunshine"
    " princess master shadow michael computer internet woaini woaini1314 wangge wanggehua chengguan"
    " zhihui zhongguo beijing chifeng neimenggu huanying mima test testtest abcdefghij abcdefgh"
    " abc123 a123456 aa123456 qq123456 5201314 1314520 147258369 123qwe qwe123 asd123 zxc123"
    " 密码 网格 管理员 赤峰 城市管理"
)
_COMMON = frozenset(_TRIED.split())
_ROWS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz")

_hasher = PasswordHasher()
_two = threading.BoundedSemaphore(2)


def problem(password: str, name: str) -> str | None:
    """``short``, ``long``, ``name`` or ``common``: why it may not be one; None if it may."""
    plain = password.casefold()
    if len(password) < LEAST:
        return "short"
    if len(password) > MOST:
        return "long"
    folded = name.strip().casefold()
    if len(folded) >= 3 and folded in plain and len(plain) - len(folded) < LEAST - 2:
        return "name"
    if plain in (folded, folded[::-1]):
        return "name"
    stem = plain.rstrip("0123456789!@#$%^&*.?_-+ ")
    few = len(set(plain)) <= 3
    row = any(plain in one or plain[::-1] in one for one in _ROWS)
    if few or row or plain in _COMMON or stem in _COMMON or not stem:
        return "common"
    return None


def hashed(password: str) -> str:
    """What is kept of it."""
    with _two:
        return _hasher.hash(password)


def right(kept: str, password: str) -> bool:
    """Whether it is the password; `kept` is "" where nobody has one."""
    with _two:
        try:
            return _hasher.verify(kept or _nobody(), password[: MOST + 1]) and bool(kept)
        except (VerificationError, InvalidHashError):
            return False


def outdated(kept: str) -> bool:
    """Whether it would be hashed otherwise today."""
    return _hasher.check_needs_rehash(kept)


@cache
def _nobody() -> str:
    return _hasher.hash("nobody has this password")
