"""The desk's numbers counted again in pandas, from the raw states in Redis: none of its code."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pandas as pd
import redis

from dashboard.core.model.state import EventState
from dashboard.core.questions.ask import Ask
from data_sources.store.keys import shards

ENDED = ("closed", "rejected", "merged")
TIERS = ("county", "township", "community", "grid")
FOREVER = 10**15


def frames(r: redis.Redis, parts: int) -> dict[str, pd.DataFrame]:
    """Events, spans and tallies as the projector holds them."""
    events, late, slow, ends, tallies = [], [], [], [], []
    for keys in shards(parts):
        for raw in r.hgetall(keys.events).values():
            state = dict(
                zip(EventState.__struct_fields__, msgspec.msgpack.decode(raw), strict=True)
            )
            name = state["event_id"]
            for tier, code in zip(TIERS, [*state.pop("place"), *[""] * 4], strict=False):
                state[tier] = code
            late += [(name, a, b or FOREVER) for a, b in state.pop("late")]
            slow += [(name, a, b or FOREVER) for a, b in state.pop("slow")]
            ends += [(name, a, b) for a, b in state.pop("past_ends")]
            if state["status"] in ENDED:
                ends.append((name, state["ended_at"], FOREVER))
            tallies += [(name, *tally) for tally in state.pop("tallies")]
            handle = state.pop("handle") or [None] * 4
            state["limit"], state["since"], state["spent"] = handle[:3]
            if state["unmeasured"]:
                state["spent"] = None
            events.append({k: v for k, v in state.items() if not isinstance(v, list | dict)})
    columns = ["event_id", "at", "to", "measure", "amount", "standing"]
    return {
        "events": pd.DataFrame(events).set_index("event_id", drop=False),
        "late": pd.DataFrame(late, columns=["event_id", "since", "until"]),
        "slow": pd.DataFrame(slow, columns=["event_id", "since", "until"]),
        "ends": pd.DataFrame(ends, columns=["event_id", "since", "until"]),
        "tallies": pd.DataFrame(tallies, columns=columns),
    }


def midnight(day: date, zone: ZoneInfo) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)


def moments(first: date, last: date, zone: ZoneInfo) -> tuple[int, int]:
    return midnight(first, zone), midnight(last + timedelta(days=1), zone)


def fitting(events: pd.DataFrame, ask: Ask, *, department: bool = True) -> pd.DataFrame:
    """The events that an ask is about."""
    out = events
    if ask.area:
        out = out[(out[list(TIERS)] == ask.area).any(axis=1)]
    for name in ("department", "category", "level", "channel", "status"):
        values = getattr(ask, name).split(",") if getattr(ask, name) else []
        values = ["" if value == "-" else value for value in values]
        if values and (name != "department" or department):
            hit = out[name].isin(values)
            if "open" in values:
                hit |= ~out["status"].isin(ENDED)
            if "ended" in values:
                hit |= out["status"].isin(ENDED)
            out = out[hit]
    return out


def figures(found: dict[str, pd.DataFrame], ask: Ask, start: int, end: int) -> dict[str, Any]:
    """The fields of Kpis, counted from ``found`` for the time from ``start`` to ``end`` (ms)."""
    events = fitting(found["events"], ask)
    late = found["late"][found["late"].event_id.isin(events.event_id)]
    slow = found["slow"][found["slow"].event_id.isin(events.event_id)]
    ends = found["ends"][found["ends"].event_id.isin(events.event_id)]
    whole = fitting(found["events"], ask, department=False)
    tallies = found["tallies"][found["tallies"].event_id.isin(whole.event_id)]
    if ask.department:
        wanted = ["" if d == "-" else d for d in ask.department.split(",")]
        tallies = tallies[tallies.to.isin(wanted)]
    tallies = tallies[tallies["at"].ge(start) & tallies["at"].lt(end) & (tallies.standing != 2)]
    kinds = tallies.groupby(tallies.measure.str.split(".").str[0]).amount.sum()

    def inside(moments: pd.Series) -> pd.Series:
        return (moments >= start) & (moments < end)

    reported = events[inside(events.reported_at)]
    shut = set(ends[(ends.since < end) & (ends.until >= end)].event_id)
    there = set(events[events.reported_at < end].event_id)
    done = events[inside(events.handled_at) & events.since.isna() & events.spent.notna()]
    took = done.spent.astype(float)
    sent = reported[reported.dispatched_at > 0]
    due = reported[~reported.status.isin(["rejected", "merged"])]
    out: dict[str, Any] = {
        "reported": len(reported),
        "closed": int((inside(events.ended_at) & (events.status == "closed")).sum()),
        "ended": int(inside(ends.since).sum() - inside(ends.until).sum()),
        "open": len(there - shut),
        "overdue": int(((late.since < end) & (late.until >= end)).sum()),
        "became_overdue": int(inside(late.since).sum()),
        "response_overdue": int(((slow.since < end) & (slow.until >= end)).sum()),
        "became_response_overdue": int(inside(slow.since).sum()),
        "decided": int(kinds.get("decided", 0)),
        "on_time": int(kinds.get("on_time", 0)),
        "timed": len(done),
        "median_ms": round(took.quantile(0.5)) if len(done) else None,
        "p90_ms": round(took.quantile(0.9)) if len(done) else None,
        "unmeasured": int(kinds.get("unmeasured", 0)),
        "dispatched": len(sent),
        "returned": int((reported.returns > 0).sum()),
        "handled": int(kinds.get("handled", 0)),
        "reworked": int(kinds.get("reworked", 0)),
        "to_close": len(due),
        "closed_of": int((due.status == "closed").sum()),
    }
    for name, part, all_ in (
        ("on_time_rate", "on_time", "decided"), ("return_rate", "returned", "dispatched"),
        ("rework_rate", "reworked", "handled"), ("close_rate", "closed_of", "to_close"),
    ):  # fmt: skip
        out[name] = out[part] / out[all_] if out[all_] else None
    return out


def spread(
    found: dict[str, pd.DataFrame], ask: Ask, start: int, end: int
) -> tuple[int, int, float | None]:
    """Handlings in the range, those within their limit, the median share."""
    events = fitting(found["events"], ask)
    hit = (events.handled_at >= start) & (events.handled_at < end)
    events = events[hit & events.since.isna() & events.spent.notna()]
    share = events.spent.astype(float) / events.limit.astype(float)
    return len(share), int((share <= 1).sum()), share.median() if len(share) else None


def ages(found: dict[str, pd.DataFrame], ask: Ask, now: int) -> tuple[list[int], int | None]:
    """Open events by days since their report, and the oldest's age."""
    events = fitting(found["events"], ask)
    age = now - events[~events.status.isin(ENDED)].reported_at
    edges = [day * 86_400_000 for day in (0, 1, 3, 7, 14, 30, 90, 180)]
    counts, _ = np.histogram(age.clip(lower=0), bins=[*edges, 10**18])
    return [int(n) for n in counts], int(age.max()) if len(age) else None


def a_filter(rng: random.Random, found: dict[str, pd.DataFrame]) -> Ask:
    """A random ask, mostly of things that are there."""
    events = found["events"]
    one = events.iloc[rng.randrange(len(events))]
    fields: dict[str, str] = {}
    for name in ("department", "category", "level", "channel", "status"):
        if rng.random() < 0.35:
            other = events.iloc[rng.randrange(len(events))]
            values = {one[name] or "-"} | ({other[name] or "-"} if rng.random() < 0.5 else set())
            fields[name] = ",".join(sorted(values))
    if rng.random() < 0.15:
        fields["status"] = rng.choice(["open", "ended", "open,closed"])
    tier = rng.choice(TIERS)
    if rng.random() < 0.5 and one[tier]:
        fields["area"] = one[tier]
    return Ask(**fields)
