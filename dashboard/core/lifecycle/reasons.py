"""The reasons for which an action is refused, as few codes: to count and to group by. Pure."""

from __future__ import annotations

import re

#: code → what its reasons look like (dashboard/core/lifecycle/steps.py, replay.py)
_CODES = {
    "status": r"is not allowed from ",
    "unreported": r"^not reported yet$",
    "reported": r"^already reported$",
    "needs": r" needs \w+$",
    "role": r"^unknown role|may not be done by",
    "department": r"^not with ",
    "same": r"^already with |^already excluded$|^not excluded$",
    "standing": r"^no acknowledgement to take back$",
    "on_site": r"^nobody needs to stay",
    "grid": r"^ratings from outside",
    "merged": r"^merged ",
    "voided": r"voided",
    "changed": r"^known by this name with other content",
    "too_many": r"^the event has \d+ actions already$",
}
_PATTERNS = {code: re.compile(pattern) for code, pattern in _CODES.items()}
TOO_MANY = "too_many"
OTHER, UNREADABLE = "other", "unreadable"
CODES = (*_CODES, UNREADABLE, OTHER)


def code_of(reason: str) -> str:
    """The code of a reason; "" for none."""
    if not reason:
        return ""
    return next((code for code, found in _PATTERNS.items() if found.search(reason)), OTHER)
