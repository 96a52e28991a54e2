"""The naive model's tables: who may do what, from where to where, how long, and who is notified."""

from __future__ import annotations

from typing import Any

from dashboard.core.model.actions import Action
from tests.model.modelclock import HOUR, MINUTE

_OPEN = " merge urge check_in comment correct exclude restore recur absorb void unvoid"
_BUSY = " suspend extend acknowledge unacknowledge hand_over" + _OPEN
_ENDED = " reopen comment correct exclude restore recur absorb void unvoid"
#: status → what may be done then, besides escalate
ALLOWED = {
    "reported": "register reject" + _OPEN,
    "registered": "reject dispatch suspend" + _OPEN,
    "dispatched": "reject dispatch accept handle return" + _BUSY,
    "accepted": "reject handle return" + _BUSY,
    "returned": "reject dispatch" + _OPEN,
    "rework": "accept handle return" + _BUSY,
    "suspended": "resume extend hand_over" + _OPEN,
    "handled": "verify rework close" + _OPEN,
    "verified": "rework close" + _OPEN,
    "closed": "revisit" + _ENDED,
    "rejected": _ENDED,
    "merged": "void unvoid",
}
LEADS_TO = {
    "register": "registered",
    "reject": "rejected",
    "dispatch": "dispatched",
    "accept": "accepted",
    "handle": "handled",
    "verify": "verified",
    "rework": "rework",
    "close": "closed",
    "return": "returned",
    "reopen": "registered",
    "merge": "merged",
    "suspend": "suspended",
}
NEEDS = {
    "report": ("level", "category"),
    "dispatch": ("department",),
    "merge": ("target",),
    "extend": ("until",),
    "hand_over": ("to",),
    "comment": ("text",),
    "exclude": ("reason",),
    "restore": ("reason",),
    "void": ("reason",),
    "unvoid": ("reason",),
    "recur": ("until",),
    "absorb": ("target",),
}
UNITS = "centre county township city"
REPORTERS = "hotline citizen sensor handheld patrol partner"
ROLES = f"{UNITS} {REPORTERS} grid dept clock source".split()
MAY = {
    "report": f"{UNITS} {REPORTERS} grid dept",
    **dict.fromkeys(("register", "reject", "dispatch", "close", "reopen", "merge"), UNITS),
    **dict.fromkeys(("verify", "rework", "correct"), f"{UNITS} grid"),
    **dict.fromkeys(("accept", "handle", "return"), f"{UNITS} dept"),
    **dict.fromkeys(("suspend", "resume", "extend", "hand_over"), f"{UNITS} dept"),
    **dict.fromkeys(("acknowledge", "unacknowledge"), f"{UNITS} dept"),
    "comment": f"{UNITS} grid dept",
    "urge": f"{UNITS} grid {REPORTERS}",
    "check_in": f"{UNITS} grid dept {REPORTERS}",
    "revisit": f"{UNITS} grid {REPORTERS}",
    "exclude": UNITS,
    "restore": UNITS,
    "void": UNITS,
    "unvoid": UNITS,
    "escalate": "clock",
    "recur": "",
    "absorb": "",
}
_LEVELS = {  # respond, handle, in working hours
    "red": (15 * MINUTE, 2 * HOUR, False),
    "orange": (30 * MINUTE, 8 * HOUR, False),
    "yellow": (2 * HOUR, 27 * HOUR, True),
    "blue": (4 * HOUR, 63 * HOUR, True),
}
#: versions of the limits, as (in force from, by level)
LIMITS = ((0, _LEVELS),)
_EVERYDAY = ("", "handler", "department", "township", "city")
_URGENT = ("", "handler", "department", "county", "city")
#: the units notified at the dispatch, and at each step
LADDERS = {
    ("blue", "respond"): _EVERYDAY,
    ("blue", "handle"): _EVERYDAY,
    ("yellow", "respond"): _EVERYDAY,
    ("yellow", "handle"): _EVERYDAY,
    ("orange", "respond"): _URGENT,
    ("orange", "handle"): ("county", *_URGENT[1:]),
    ("red", "respond"): ("county", "city", "city", "city", "city"),
    ("red", "handle"): _URGENT,
}
URGENT = ("orange", "red")


def judge(event: dict[str, Any] | None, a: Action) -> tuple[str, str]:
    """What becomes of an action now (applied, time, forwarded or refused) and the reason."""
    kind = str(a.kind)
    if any(getattr(a, name) in (None, "") for name in NEEDS.get(kind, ())):
        return "refused", "missing"
    if event is None and kind != "report":
        return "refused", "not reported yet"
    if event is not None and kind == "report":
        return "refused", "already reported"
    own = kind in ("void", "unvoid") and not a.via
    if event is not None and event["status"] == "merged" and not own:
        if kind in ("escalate", "recur"):
            return "time", ""
        circle = event["survivor"] in (*a.via, a.event_id, a.target)
        if circle and kind in ("void", "unvoid"):
            return "time", ""
        return ("refused", "merged in a circle") if circle else ("forwarded", "")
    reason = _who(event, a, kind) or _when(event, a, kind)
    return ("refused", reason) if reason else ("time" if kind == "escalate" else "applied", "")


def _who(event: dict[str, Any] | None, a: Action, kind: str) -> str:
    role, _, code = a.actor.partition(":")
    if role in ("", "source"):
        return "role" if role and kind in ("void", "unvoid") and not a.via else ""
    if role not in ROLES:
        return "unknown role"
    if role not in MAY[kind].split():
        return "role"
    if role == "dept" and event is not None and event["department"] != code:
        return "not with dept"
    return ""


def _when(event: dict[str, Any] | None, a: Action, kind: str) -> str:
    if event is None or kind == "escalate":
        return ""
    if kind not in ALLOWED[event["status"]].split():
        return "status"
    if kind == "dispatch" and event["status"] == "dispatched":
        return "already with" if a.department == event["department"] else ""
    if kind == "correct" and a.department and event["status"] not in ("closed", "rejected"):
        return "an open event is dispatched"
    if kind == "check_in" and event["level"] not in URGENT:
        return "nobody needs to stay"
    if kind == "unacknowledge" and event["answer"] is None:
        return "no acknowledgement to take back"
    if kind == "exclude" and event["excluded"]:
        return "already excluded"
    if kind == "restore" and not event["excluded"]:
        return "not excluded"
    if kind == "void" and event["void"] and not a.via:
        return "already voided"
    if kind == "unvoid" and not event["void"] and not a.via:
        return "not voided"
    role, _, code = a.actor.partition(":")
    if a.ratings and role not in ("", "source"):
        inside = role == "grid" and code != "" and code in event["place"]
        return "" if inside else "ratings from outside"
    return ""


_WIDTHS = {"ms": 1, "s": 1000, "min": MINUTE, "day": 24 * HOUR}


def last_moment(a: Action) -> int:
    """The last ms at which an action may have been done, by what its source knows of the time."""
    return a.ts + _WIDTHS[str(a.precision or "ms")] - 1 + a.skew


#: of coarse times the order within a moment is this, and after all exact ones
_ORDER = (
    *("report", "correct", "register", "accept", "acknowledge", "unacknowledge", "urge", "comment"),
    *("check_in", "extend", "hand_over", "return", "rework", "dispatch", "suspend", "resume"),
    *("handle", "verify", "close", "revisit", "reopen", "exclude", "restore", "reject", "merge"),
    *("void", "unvoid"),
)


def turn(a: Action) -> int:
    """Where an action comes among those of one moment."""
    return 1 + _ORDER.index(str(a.kind)) if a.precision in ("min", "day") else 0


def hopes(event: dict[str, Any] | None, a: Action) -> bool:
    """Whether an action that is not lawful now is tried again later, within its time."""
    kind = str(a.kind)
    if last_moment(a) == a.ts or kind in ("report", "escalate"):
        return False
    if any(getattr(a, name) in (None, "") for name in NEEDS.get(kind, ())):
        return False
    if event is None or kind in ("void", "unvoid"):
        return event is None
    if kind == "dispatch" and a.department != event["department"]:
        return bool(event["status"] != "merged")
    again = LEADS_TO.get(kind) == event["status"] and kind != "reopen"
    return bool(event["status"] != "merged") and not again
