"""What a store must hold, in one form: by the naive model, and by the core."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from dashboard.core.model.notices import Notice
from dashboard.core.model.state import Clock, EventState, Held
from tests.model import recount
from tests.model.model import City
from tests.model.modelclock import runs, used
from tests.model.modelscores import standings

#: beginnings of the core's reasons → the model's words for them
REASONS = {
    "unknown role": "unknown role",
    "not with ": "not with dept",
    "already with ": "already with",
    "nobody needs to stay": "nobody needs to stay",
    "ratings from outside": "ratings from outside",
    "merged in a circle": "merged in a circle",
    "already reported": "already reported",
    "an open event is dispatched": "an open event is dispatched",
    "already excluded": "already excluded",
    "not excluded": "not excluded",
    "not reported yet": "not reported yet",
    "already voided": "already voided",
    "not voided": "not voided",
}


def reason_class(text: str) -> str:
    """The model's word for a reason of the core's."""
    for start, name in REASONS.items():
        if text.startswith(start):
            return name
    inside = {
        " is not allowed from ": "status",
        " needs ": "missing",
        " may not be done by ": "role",
    }
    return next((name for part, name in inside.items() if part in text), text)


def expected(city: City, zooms: tuple[int, ...]) -> dict[str, Any]:
    """Everything that a store must hold that was sent the same as this city."""
    return {
        "counts": recount.count(city, zooms),
        "queue": recount.queue(city),
        "deadlines": recount.deadlines(city),
        "points": recount.points(city),
        "alerts": recount.alerts(city),
        "places": recount.of_places(city),
        "ledger": recount.ledger(city),
        "states": {name: _of_model(city, name) for name in city.events},
        "trails": {
            name: [
                (folded.outcomes[r.number][0], r.action.ts, r.known) for r in city.received[name]
            ]
            for name, folded in city.folded.items()
        },
        "rejected": Counter(city.rejected),
        "notices": Counter(_notice_of_model(n) for n in city.notices),
    }


def _notice_of_model(n: dict[str, Any]) -> tuple[Any, ...]:
    if n["what"] == "withdrawn":
        return n["id"], n["what"], n["to"], n["at"], "", 0, "", 0
    return tuple(n[k] for k in ("id", "what", "to", "at", "clock", "step", "level", "not_before"))


def notice_of_core(n: Notice) -> tuple[Any, ...]:
    """A notice as the model tells it."""
    if n.what == "withdrawn":
        return n.id, n.what, n.to, n.at, "", 0, "", 0
    return n.id, n.what, n.to, n.at, n.clock, n.step, n.level, n.not_before


def _of_model(city: City, name: str) -> dict[str, Any]:
    e = city.events[name]
    stood = standings(city.received[name], city.limits)
    return {
        **{k: e[k] for k in ("status", "level", "category", "channel", "place", "at")},
        **{k: e[k] for k in ("department", "survivor", "alarm", "lapses", "excluded", "round")},
        **{k: e[k] for k in ("returns", "reworks", "reopens", "extensions", "urges", "absorbed")},
        "reported": e["reported"],
        "ended": e["ended"] or 0,
        "dispatched": e["dispatched"] or 0,
        "accepted": e["accepted"] or 0,
        "acknowledged": e["acknowledged"] or 0,
        "handled": e["handled"] or 0,
        "decided": e["judged"],
        "failed": e["failed"],
        "watch": e["watch"],
        "stable": e["stable"],
        "to": e["to"],
        "answer": e["answer"] and (e["answer"][0], e["answer"][1] or 0, e["answer"][2]),
        "closed": e["closed"],
        "void": e["void"],
        "left_out": e["left_out"],
        "recurred": e["recurred"],
        "late": [(start, end or 0) for start, end in e["late"]],
        "slow": [(start, end or 0) for start, end in e["slow"]],
        "endings": e["endings"],
        "respond": _model_clock(e["respond"]),
        "handle": _model_clock(e["handle"]),
        "tallies": Counter((*fact, standing) for fact, standing in stood),
    }


def _model_clock(clock: dict[str, Any] | None) -> tuple[Any, ...] | None:
    if clock is None:
        return None
    stopped = None if runs(clock) else used(clock, 0)
    return clock["limit"], clock["working"], clock["steps"], clock["given"], runs(clock), stopped


def of_core(s: EventState) -> dict[str, Any]:
    """A state as the model tells it."""
    return {
        "status": str(s.status),
        "level": str(s.level),
        "category": s.category,
        "channel": s.channel,
        "place": s.place,
        "at": (s.lat, s.lon),
        "department": s.department,
        "survivor": s.survivor,
        "alarm": s.alarm,
        "lapses": s.lapses,
        "excluded": s.excluded,
        "round": s.round,
        "returns": s.returns,
        "reworks": s.reworks,
        "reopens": s.reopens,
        "extensions": s.extensions,
        "urges": s.urges,
        "absorbed": s.absorbed,
        "reported": s.reported_at,
        "ended": s.ended_at,
        "dispatched": s.dispatched_at,
        "accepted": s.accepted_at,
        "acknowledged": s.acknowledged_at,
        "handled": s.handled_at,
        "decided": s.decided,
        "failed": s.dispatch_failed,
        "watch": s.watch_until,
        "stable": s.stable_at,
        "to": s.handed_to,
        "answer": s.answer and (s.answer.alarm, s.answer.acknowledged_at, s.answer.running),
        "closed": s.closed_at,
        "void": s.void and (s.void.at, s.void.by, s.void.why),
        "left_out": s.left_out,
        "recurred": s.recurred,
        "late": list(s.late),
        "slow": list(s.slow),
        "endings": list(s.past_ends),
        "respond": _core_clock(s.respond),
        "handle": _core_clock(s.handle),
        "tallies": Counter(
            (t.at, t.department, t.measure, t.amount, int(t.standing)) for t in s.tallies
        ),
    }


def _core_clock(clock: Clock | None) -> tuple[Any, ...] | None:
    if clock is None:
        return None
    stopped = clock.spent if clock.since is None else None
    return clock.limit, clock.working, clock.step, clock.given, clock.since is not None, stopped


def held_by_core(held: Mapping[str, Held]) -> dict[str, Any]:
    """The part of a store that is kept by event: states and trails."""
    words = ("applied", "time", "refused", "forwarded", "parked")
    return {
        "states": {name: of_core(h.state) for name, h in held.items() if h.state is not None},
        "trails": {
            name: [(words[mark.outcome], mark.ts, mark.known) for mark in h.marks]
            for name, h in held.items()
        },
    }


def differences(want: Any, found: Any, path: str = "") -> Iterable[str]:
    """Where two tellings differ, one line each: ``path: the model's | the core's``."""
    if isinstance(want, dict) and isinstance(found, dict):
        for key in sorted({*want, *found}, key=repr):
            yield from differences(want.get(key), found.get(key), f"{path}/{key}")
    elif isinstance(want, list) and isinstance(found, list):
        yield from differences(dict(enumerate(want)), dict(enumerate(found)), path)
    elif want != found:
        yield f"{path}: {want!r} | {found!r}"
