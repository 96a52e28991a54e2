"""What time does to an event of the naive model: steps, missed check-ins; and what is noted."""

from __future__ import annotations

from typing import Any

from tests.model.modelclock import DAY, EIGHT, HOUR, step_at
from tests.model.modelrules import LADDERS, URGENT

Event = dict[str, Any]


def tick(event: Event, now: int) -> None:
    """Take the moments up to ``now``, earliest first: steps of the clocks, missed check-ins."""
    while True:
        due = [
            (at, name)
            for name in ("handle", "respond")
            if (at := step_at(event[name])) is not None and at <= now
        ]
        due += [(event["watch"], "watch")] if 0 < event["watch"] <= now else []
        if not due:
            return
        at, name = min(due)
        event["maker"] = at
        if name == "watch":
            event["watch"], event["lapses"] = 0, event["lapses"] + 1
            notify(event, at, "onsite_lapsed", str(at), "county")
        else:
            _step(event, at, name)


def moment(event: Event) -> int | None:
    """When time does something next."""
    found = [at for name in ("respond", "handle") if (at := step_at(event[name])) is not None]
    return min(found + ([event["watch"]] if event["watch"] else []), default=None)


def _step(event: Event, at: int, name: str) -> None:
    event[name]["steps"] += 1
    step = event[name]["steps"]
    event["to"] = ""
    if name == "respond" and step == 3:
        fail(event)
        event["slow"].append([at, None])
    if name == "handle" and step == 3:
        event["late"].append([at, None])
        decide(event, at, on_time=False)
    loud = name == "handle" and step >= 3 and event["level"] == "red"
    event["alarm"] = event["alarm"] or loud
    to, what = LADDERS[event["level"], name][step], "alarm" if loud else "step"
    notify(event, at, what, f"{name}:{event['round']}:{step}", to, clock=name, step=step)


def notify(event: Event, at: int, what: str, rest: str, to: str, **more: Any) -> None:
    if not to or event["void"]:
        return
    name = f"{event['id']}:{what}:{rest}"
    minute = (at + EIGHT) % DAY
    quiet = event["level"] not in URGENT and not 7 * HOUR <= minute < 22 * HOUR
    opens = at - minute + 7 * HOUR + (DAY if minute >= 22 * HOUR else 0)
    event["notices"][name] = {
        "id": name, "what": what, "to": to, "at": at, "level": event["level"],
        "clock": "", "step": 0, "not_before": opens if quiet else 0, **more,
    }  # fmt: skip


def note(event: Event, at: int, what: str, n: int = 1) -> None:
    if event["unmeasured"] and what != "unmeasured":
        return
    if event["department"] and n:
        event["facts"].append((at, event["department"], what, n))
        event["makers"].append(event["maker"])


def fail(event: Event) -> None:
    if not event["failed"]:
        event["failed"] = True
        note(event, event["dispatched"], "dispatch_failed")


def decide(event: Event, at: int, *, on_time: bool) -> None:
    if event["judged"]:
        return
    event["judged"] = True
    note(event, at, f"decided.{event['level']}")
    if on_time:
        note(event, at, f"on_time.{event['level']}")


def is_late(event: Event) -> bool:
    return bool(event["late"]) and event["late"][-1][1] is None
