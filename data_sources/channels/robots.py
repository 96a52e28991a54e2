"""What the group robots have in common: HTTP 200 with a code that says how it went."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Collection
from typing import Any

import msgspec

from data_sources.channels.https import Answer
from data_sources.channels.outcome import GiveUp, TryAgain


def judge(
    answer: Answer, code_name: str, text_name: str, busy: Collection[int], passing: Collection[int]
) -> None:
    """Nothing if the robot took it; else raises by its code.

    ``busy``: too many messages, the channel has to pause. ``passing``: may go well later.
    Every other code (a wrong key, signature, keyword, address) will not get better.
    """
    try:
        found: Any = msgspec.json.decode(answer.body)
    except msgspec.DecodeError:
        found = None
    code = found.get(code_name) if isinstance(found, dict) else None
    if not isinstance(code, int):
        # a proxy's or a maintenance page: the robot has not spoken
        raise TryAgain("HTTP 200 without a readable answer")
    if code == 0:
        return
    reason = f"{code_name} {code}: {_short(found.get(text_name))}"
    if code in busy:
        raise TryAgain(reason, busy=True)
    if code in passing:
        raise TryAgain(reason)
    raise GiveUp(reason)


def signature(key: str, text: str) -> str:
    """Base64 of the HMAC-SHA256, as DingTalk and Feishu want it."""
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _short(text: object) -> str:
    line = "".join(char if char.isprintable() else " " for char in str(text or ""))
    return line[:160]
