"""What each action, and time itself, does to one event of the naive model: a plain dict."""

from __future__ import annotations

from typing import Any

from dashboard.core.model.actions import Action
from tests.model.modelclock import DAY, MINUTE, SHARES, halt, new_clock, passed, runs, used
from tests.model.modelrules import LADDERS, LEADS_TO, LIMITS, URGENT
from tests.model.modeltime import Event, decide, fail, is_late, note, notify

ON_SITE = 30 * MINUTE


def begin(a: Action, known: int, limits: Any = LIMITS) -> Event:
    """An event as its report tells of it."""
    level, channel = str(a.level), str(a.channel or "")
    watched = level in URGENT and channel in ("handheld", "patrol")
    return {
        "id": a.event_id, "limits": limits, "status": "reported", "level": level,
        "category": a.category, "channel": channel, "place": a.place, "at": (a.lat, a.lon),
        "reported": a.ts, "ended": None, "department": "", "before": None, "survivor": "",
        "dispatched": None, "accepted": None, "acknowledged": None, "handled": None,
        "no_respond": False, "respond": None, "handle": None, "rework_clock": False, "round": 0,
        "late": [], "slow": [], "judged": False, "failed": False, "alarm": False,
        "watch": a.ts + ON_SITE if watched else 0, "stable": 0, "lapses": 0,
        "returns": 0, "reworks": 0, "reopens": 0, "extensions": 0, "urges": 0, "absorbed": 0,
        "to": "", "closed": 0, "heard": set(), "in_grid": False, "recurred": False,
        "excluded": False, "answer": None, "unmeasured": False, "void": None, "left_out": (),
        # facts: (at, department, measure, amount); makers: when each was known
        "facts": [], "makers": [], "endings": [], "notices": {}, "maker": known,
    }  # fmt: skip


def apply(event: Event, a: Action, known: int) -> None:
    """A lawful action."""
    kind = str(a.kind)
    event["maker"] = known
    was = event["status"]
    if kind in ("dispatch", "rework"):
        event["unmeasured"] = False
    counted = event["unmeasured"]
    if a.unmeasured and kind in ("dispatch", "rework", "handle", "close", "return", "reject"):
        event["unmeasured"] = True
    event["status"] = LEADS_TO.get(kind, was)
    if kind not in ("urge", "comment", "hand_over", "check_in", "unacknowledge", "void", "unvoid"):
        event["answer"] = None
    _DO.get(kind, lambda *_: None)(event, a, was)
    if event["unmeasured"] and not counted:
        note(event, a.ts, "unmeasured")


def _in_time_again(event: Event, at: int) -> None:
    if is_late(event):
        event["late"][-1][1] = max(at, event["late"][-1][0])


def _answered(event: Event, at: int) -> None:
    """Nobody waits for an answer any more."""
    if event["slow"] and event["slow"][-1][1] is None:
        event["slow"][-1][1] = max(at, event["slow"][-1][0])


def _rest(event: Event, at: int) -> None:
    halt(event["respond"], at)
    halt(event["handle"], at)
    event["alarm"] = False


def _over(event: Event, at: int) -> None:
    _in_time_again(event, at)
    _answered(event, at)
    _rest(event, at)


def _limit(event: Event, at: int) -> tuple[int, int, bool]:
    found = [levels for since, levels in event["limits"] if since <= at][-1]
    limit: tuple[int, int, bool] = found[event["level"]]
    return limit


def _dispatch(event: Event, a: Action, _: str) -> None:
    _in_time_again(event, a.ts)
    _answered(event, a.ts)
    respond, handle, working = _limit(event, a.ts)
    event.update(department=a.department, dispatched=a.ts, judged=False, failed=False)
    event.update(accepted=None, acknowledged=None, round=a.ts, to="", rework_clock=False)
    event.update(no_respond=a.no_respond)
    event["respond"] = None if a.no_respond else new_clock(respond, a.ts, working)
    if a.due is not None:
        event["handle"] = new_clock(max(1, a.due - a.ts), a.ts, False, given=True)
    else:
        event["handle"] = new_clock(handle, a.ts, working)
    event["alarm"] = event["level"] == "red" and not a.no_respond
    note(event, a.ts, "dispatched")
    for name in ("respond", "handle"):
        if event[name] is not None:
            what = "alarm" if event["alarm"] else "dispatched"
            to = LADDERS[event["level"], name][0]
            notify(event, a.ts, what, f"{name}:{a.ts}:{a.department}", to, clock=name)


def _accept(event: Event, a: Action, _: str) -> None:
    # the department that accepts a rework had answered before
    event.update(accepted=event["accepted"] or a.ts, alarm=False)
    _answered(event, a.ts)
    halt(event["respond"], a.ts)


def _acknowledge(event: Event, a: Action, _: str) -> None:
    event["answer"] = event["alarm"], event["acknowledged"], runs(event["respond"])
    event.update(acknowledged=a.ts, alarm=False)
    _answered(event, a.ts)
    halt(event["respond"], a.ts)


def _unacknowledge(event: Event, a: Action, _: str) -> None:
    rang, before, ran = event["answer"]
    if ran:  # the clock ran on all the time; only now is it looked at again
        event["respond"]["spans"] += [[event["acknowledged"], a.ts], [a.ts, None]]
        if event["respond"]["steps"] >= 3:
            event["slow"].append([a.ts, None])
    event.update(acknowledged=before, alarm=event["alarm"] or rang, answer=None)


def _handle(event: Event, a: Action, _: str) -> None:
    late = is_late(event)
    _over(event, a.ts)
    decide(event, a.ts, on_time=not late)
    note(event, a.ts, "handled")
    since = event["dispatched"] if event["accepted"] is None else event["accepted"]
    if not event["no_respond"] and a.ts - since < MINUTE:
        note(event, a.ts, "quick")
    event.update(watch=0, handled=a.ts)


def _rework(event: Event, a: Action, _: str) -> None:
    _respond, handle, working = _limit(event, a.ts)
    clock = new_clock(handle // 2, a.ts, working)
    event.update(judged=False, handle=clock, rework_clock=True, round=a.ts, handled=None)
    event["reworks"] += 1
    note(event, a.ts, "reworked")


def _return(event: Event, a: Action, _: str) -> None:
    clock = event["handle"]
    if not is_late(event) and used(clock, a.ts) / clock["limit"] >= 0.9:
        note(event, a.ts, "returned_late")
    _over(event, a.ts)
    event["returns"] += 1
    fail(event)


def _end(event: Event, a: Action, _: str) -> None:
    _over(event, a.ts)
    event.update(ended=a.ts, watch=0)
    if a.kind == "merge":
        event["survivor"] = a.target
    if a.kind == "close":
        event.update(closed=a.ts, heard=set(), recurred=False)
        note(event, a.ts, "closed")
        event["in_grid"] = len(event["place"]) == 4 and event["place"][3] != ""
        event["in_grid"] = event["in_grid"] and not event["unmeasured"]
        if event["in_grid"]:
            note(event, a.ts, "closed_in_grid")


def _reopen(event: Event, a: Action, was: str) -> None:
    event["endings"].append((event["ended"], a.ts))
    event.update(ended=None, respond=None, handle=None, stable=0, alarm=False, handled=None)
    event["reopens"] += 1
    if was == "closed":
        note(event, a.ts, "reopened")


def _suspend(event: Event, a: Action, was: str) -> None:
    event["before"] = was
    _rest(event, a.ts)


def _resume(event: Event, a: Action, _: str) -> None:
    event["status"] = event["before"]
    if event["status"] == "registered":
        return
    event["handle"]["spans"].append([a.ts, None])
    # a department that has answered, or has handled before, owes no answer any more
    answered = event["accepted"] is not None or event["acknowledged"] is not None
    if event["respond"] and event["status"] == "dispatched" and not answered:
        event["respond"]["spans"].append([a.ts, None])


def _extend(event: Event, a: Action, _: str) -> None:
    clock = event["handle"]
    event["extensions"] += 1
    if is_late(event):
        note(event, a.ts, "extended_late")
    if clock is None or a.until is None:
        return
    so_far = used(clock, a.ts)
    if a.due is not None:
        clock.update(limit=max(1, so_far + a.due - a.ts), working=False, given=True)
        clock.update(carried=so_far, spans=[[a.ts, None if runs(clock) else a.ts]])
        behind = [s for s in SHARES if round(clock["limit"] * s) <= so_far]
        clock["steps"] = min(clock["steps"], len(behind))
        event["round"] = a.ts
        if clock["steps"] < 3:
            _in_time_again(event, a.ts)
        return
    more = passed(clock["working"], a.ts, a.until)
    if more and so_far + more > clock["limit"]:
        clock["limit"] = so_far + more
        behind = [s for s in SHARES if round(clock["limit"] * s) <= so_far]
        clock["steps"] = min(clock["steps"], len(behind))
        event["round"] = a.ts
    if clock["steps"] < 3:
        _in_time_again(event, a.ts)


def _urge(event: Event, a: Action, _: str) -> None:
    event["urges"] += 1
    notify(event, a.ts, "urged", a.action_id, event["department"] and "department")


def _hand_over(event: Event, a: Action, _: str) -> None:
    event["to"] = a.to
    notify(event, a.ts, "handed_over", a.action_id, a.to)


def _check_in(event: Event, a: Action, _: str) -> None:
    if event["stable"] or event["status"] in ("handled", "verified"):
        return
    event["watch"] = 0 if a.stable else a.ts + ON_SITE
    event["stable"] = a.ts if a.stable else 0


def _revisit(event: Event, a: Action, _: str) -> None:
    def first(what: str) -> bool:
        new = what not in event["heard"]
        event["heard"].add(what)
        return new

    at = event["closed"]
    if first("visit"):
        note(event, at, "visited")
    if a.satisfied is not None and first("word"):
        note(event, at, "revisited")
        note(event, at, "satisfied", int(a.satisfied))
    if a.ratings and first("ratings"):
        for name, rating in zip(("dispatch", "handling", "outcome"), a.ratings, strict=False):
            note(event, at, f"rated.{name}")
            note(event, at, f"rating.{name}", rating - 1)


def _correct(event: Event, a: Action, _: str) -> None:
    event["category"] = a.category or event["category"]
    event["place"] = a.place or event["place"]
    event["department"] = a.department or event["department"]
    if a.lat is not None:
        event["at"] = (a.lat, a.lon)
    if a.level is None or str(a.level) == event["level"]:
        return
    event["level"] = str(a.level)
    event["alarm"] = event["level"] == "red" and event["status"] == "dispatched" and runs(
        event["respond"]
    )  # fmt: skip
    if event["level"] not in URGENT:
        event["watch"] = 0
    clock = event["handle"]
    if not runs(clock) or clock["given"] or clock["steps"] >= 3:
        return
    respond, handle, working = _limit(event, a.ts)
    share = 2 if event["rework_clock"] else 1
    event.update(handle=new_clock(handle // share, a.ts, working), round=a.ts)
    if runs(event["respond"]):
        event["respond"] = new_clock(respond, a.ts, working)
        _answered(event, a.ts)


def _exclude(event: Event, a: Action, _: str) -> None:
    event["excluded"] = a.kind == "exclude"


def _recur(event: Event, a: Action, _: str) -> None:
    closed = event["closed"]
    fresh = event["in_grid"] and not event["recurred"]
    if fresh and a.until is not None and closed < a.until <= closed + 30 * DAY:
        event["recurred"] = True
        note(event, closed, "recurred")


def _void(event: Event, a: Action, _: str) -> None:
    if not a.via:
        event["void"] = (a.ts, a.actor, a.reason) if a.kind == "void" else None


def _absorb(event: Event, _a: Action, _: str) -> None:
    event["absorbed"] += 1


_DO = {
    "dispatch": _dispatch, "accept": _accept, "acknowledge": _acknowledge, "handle": _handle,
    "rework": _rework, "return": _return, "close": _end, "reject": _end, "merge": _end,
    "reopen": _reopen, "suspend": _suspend, "resume": _resume, "extend": _extend, "urge": _urge,
    "hand_over": _hand_over, "check_in": _check_in, "revisit": _revisit, "correct": _correct,
    "unacknowledge": _unacknowledge, "exclude": _exclude, "restore": _exclude,
    "recur": _recur, "absorb": _absorb, "void": _void, "unvoid": _void,
}  # fmt: skip
