"""A second, naive telling of the domain, to hold the core against.

Plain dicts and lists; nothing is kept that could be counted again from the whole list.
Clocks are lists of spans, working hours a list of windows, local time is UTC+8. It knows
the operating rules from the design, and nothing of the core but the names of actions.
"""

from __future__ import annotations

from typing import Any

from dashboard.core.events import Action
from tests.unit.core.modelclock import (
    HOUR,
    MINUTE,
    SHARES,
    halt,
    new_clock,
    passed,
    runs,
    step_at,
    used,
)

#: status → what may be done then; escalate and correct always may
ALLOWED = {
    "reported": "register reject merge urge",
    "registered": "reject dispatch suspend merge urge",
    "dispatched": "reject dispatch accept handle return suspend extend acknowledge merge urge",
    "accepted": "reject handle return suspend extend acknowledge merge urge",
    "returned": "reject dispatch merge urge",
    "rework": "accept handle return suspend extend acknowledge merge urge",
    "suspended": "resume extend merge urge",
    "handled": "verify rework close merge urge",
    "verified": "rework close merge urge",
    "closed": "revisit reopen",
    "rejected": "reopen",
    "merged": "",
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
}
WEIGHT = {"blue": 1, "yellow": 2, "orange": 4, "red": 8}
LIMITS = {  # respond, handle, in working hours
    "red": (15 * MINUTE, 2 * HOUR, False),
    "orange": (30 * MINUTE, 8 * HOUR, False),
    "yellow": (2 * HOUR, 27 * HOUR, True),
    "blue": (4 * HOUR, 63 * HOUR, True),
}


class City:
    """All events, by folding actions one by one."""

    def __init__(self) -> None:
        self.events: dict[str, dict[str, Any]] = {}
        self.names: set[tuple[str, str]] = set()

    def take(self, action: Action) -> str:
        """Fold one action; "folded", "refused" or "repeated"."""
        kind, event = str(action.kind), self.events.get(action.event_id)
        name = (action.event_id, action.action_id)
        if name in self.names:
            return "repeated"
        if event is not None:
            stepped = self.tick(event, action.ts)
            if kind == "escalate":
                return "folded" if stepped else "repeated"
            self.names.add(name)
        if not self._lawful(kind, event, action):
            return "refused"
        if event is None:
            self.names.add(name)
            self.events[action.event_id] = {
                "id": action.event_id, "status": "reported", "level": str(action.level),
                "category": action.category, "channel": str(action.channel or ""),
                "place": action.place, "at": (action.lat, action.lon),
                "reported": action.ts, "ended": None, "department": "",
                "accepted": False, "acknowledged": False, "answered": False,
                "respond": None, "handle": None, "dispatched": None, "late": [], "facts": [],
                "judged": False, "failed": False, "before": None, "endings": [],
            }  # fmt: skip
            return "folded"
        event["status"], was = LEADS_TO.get(kind, event["status"]), event["status"]
        getattr(self, f"_{kind}", lambda *_: None)(event, action, was)
        return "folded"

    def tick(self, event: dict[str, Any], now: int) -> bool:
        """Take the steps that are due, earliest first."""
        stepped = False
        while True:
            due = [
                (at, name)
                for name in ("handle", "respond")
                if (at := step_at(event[name])) is not None and at <= now
            ]
            if not due:
                return stepped
            at, name = min(due)
            event[name]["steps"] += 1
            stepped = True
            if event[name]["steps"] != 3:
                continue
            if name == "respond":
                self._fail(event)
            else:
                event["late"].append([at, None])
                self._judge(event, at, on_time=False)

    @staticmethod
    def _lawful(kind: str, event: dict[str, Any] | None, action: Action) -> bool:
        if any(getattr(action, name) in (None, "") for name in NEEDS.get(kind, ())):
            return False
        if kind == "report" or event is None:
            return kind == "report" and event is None
        return kind in ("correct", *ALLOWED[event["status"]].split())

    @staticmethod
    def _note(event: dict[str, Any], at: int, what: str, n: int = 1) -> None:
        event["facts"].append((at, event["department"], what, n))

    def _fail(self, event: dict[str, Any]) -> None:
        if not event["failed"]:
            event["failed"] = True
            self._note(event, event["dispatched"], "dispatch_failed")

    def _judge(self, event: dict[str, Any], at: int, *, on_time: bool) -> None:
        if event["judged"]:
            return
        event["judged"] = True
        weight = WEIGHT[event["level"]]
        self._note(event, at, "decided")
        self._note(event, at, "due_weight", weight)
        if on_time:
            self._note(event, at, "on_time")
            self._note(event, at, "on_time_weight", weight)

    @staticmethod
    def _in_time_again(event: dict[str, Any], at: int) -> None:
        if event["late"] and event["late"][-1][1] is None:
            event["late"][-1][1] = max(at, event["late"][-1][0])

    def _over(self, event: dict[str, Any], at: int) -> None:
        self._in_time_again(event, at)
        halt(event["respond"], at)
        halt(event["handle"], at)

    def _dispatch(self, event: dict[str, Any], a: Action, _: str) -> None:
        self._in_time_again(event, a.ts)
        respond, handle, working = LIMITS[event["level"]]
        event.update(department=a.department, dispatched=a.ts, judged=False, failed=False)
        event.update(accepted=False, acknowledged=False)
        event["respond"] = None if a.no_respond else new_clock(respond, a.ts, working)
        if a.due is not None and a.due > a.ts:
            event["handle"] = new_clock(a.due - a.ts, a.ts, False)
        else:
            event["handle"] = new_clock(handle, a.ts, working)
        self._note(event, a.ts, "dispatched")

    def _accept(self, event: dict[str, Any], a: Action, _: str) -> None:
        event["accepted"] = True
        halt(event["respond"], a.ts)

    def _acknowledge(self, event: dict[str, Any], a: Action, _: str) -> None:
        event["acknowledged"] = True
        halt(event["respond"], a.ts)

    def _handle(self, event: dict[str, Any], a: Action, _: str) -> None:
        late = bool(event["late"]) and event["late"][-1][1] is None
        self._over(event, a.ts)
        self._judge(event, a.ts, on_time=not late)
        self._note(event, a.ts, "handled")

    def _rework(self, event: dict[str, Any], a: Action, _: str) -> None:
        _respond, handle, working = LIMITS[event["level"]]
        event.update(judged=False, handle=new_clock(handle // 2, a.ts, working))
        self._note(event, a.ts, "reworked")

    def _return(self, event: dict[str, Any], a: Action, _: str) -> None:
        self._over(event, a.ts)
        self._fail(event)

    def _close(self, event: dict[str, Any], a: Action, _: str) -> None:
        self._over(event, a.ts)
        event["ended"] = a.ts

    _reject = _merge = _close

    def _reopen(self, event: dict[str, Any], a: Action, _: str) -> None:
        event["endings"].append((event["ended"], a.ts))
        event.update(ended=None, respond=None, handle=None)

    def _suspend(self, event: dict[str, Any], a: Action, was: str) -> None:
        event["before"] = was
        halt(event["respond"], a.ts)
        halt(event["handle"], a.ts)

    def _resume(self, event: dict[str, Any], a: Action, _: str) -> None:
        event["status"] = event["before"]
        if event["status"] == "registered":
            return
        if not runs(event["handle"]):
            event["handle"]["spans"].append([a.ts, None])
        # a department that has answered, or has handled before, owes no answer any more
        waits = event["status"] == "dispatched"
        if event["respond"] and waits and not event["accepted"] and not event["acknowledged"]:
            event["respond"]["spans"].append([a.ts, None])

    def _extend(self, event: dict[str, Any], a: Action, _: str) -> None:
        clock = event["handle"]
        if clock is None or a.until is None:
            return
        so_far = used(clock, a.ts)
        more = passed(clock["working"], a.ts, a.until)
        if more and so_far + more > clock["limit"]:
            clock["limit"] = so_far + more
            behind = [s for s in SHARES if round(clock["limit"] * s) <= so_far]
            clock["steps"] = min(clock["steps"], len(behind))
        if clock["steps"] < 3:
            self._in_time_again(event, a.ts)

    def _revisit(self, event: dict[str, Any], a: Action, _: str) -> None:
        if a.satisfied is not None:
            self._note(event, a.ts, "revisited")
        if a.satisfied:
            self._note(event, a.ts, "satisfied")

    def _correct(self, event: dict[str, Any], a: Action, _: str) -> None:
        event["level"] = str(a.level or event["level"])
        event["category"] = a.category or event["category"]
        event["place"] = a.place or event["place"]
        if a.lat is not None:
            event["at"] = (a.lat, a.lon)
