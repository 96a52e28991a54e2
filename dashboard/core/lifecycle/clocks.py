"""The two clocks of an event: how much is used, when a step falls due, stop and go on. Pure.

Respond runs from dispatched to accepted, handle from dispatched to handled.

Many clocks can be read at once without their calendar: the share of a running clock used at
``now`` is ``(base(rules, clock) + calendar.total(now)) / clock.limit``, of which the second
number is the same for all clocks of a calendar. Exact to the millisecond, see the tests.
"""

from __future__ import annotations

from msgspec.structs import replace

from dashboard.core.model.actions import Level
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import Clock


def start_respond(rules: Rules, level: Level, at: int) -> Clock:
    limit = rules.limit(level, at)
    return Clock(limit.respond, at, working=limit.working)


def start_handle(rules: Rules, level: Level, at: int, due: int | None, share: float = 1.0) -> Clock:
    """A source's own due date wins over the level's limit and runs round the clock.

    One that has passed before the dispatch is missed at once.
    """
    if due is not None:
        return Clock(max(1, due - at), at, given=True)
    limit = rules.limit(level, at)
    return Clock(round(limit.handle * share), at, working=limit.working, share=share)


def used(rules: Rules, clock: Clock, now: int) -> int:
    """Clock time used at ``now``, in ms."""
    if clock.since is None:
        return clock.spent
    return clock.spent + rules.calendar(clock.working).between(clock.since, now)


def share_used(rules: Rules, clock: Clock, now: int) -> float:
    """Share of the clock used at ``now``; 1.0 is due."""
    return used(rules, clock, now) / clock.limit


def moment(rules: Rules, clock: Clock, share: float) -> int | None:
    """When ``share`` of the clock is used, ms; None while it is stopped."""
    if clock.since is None:
        return None
    left = round(clock.limit * share) - clock.spent
    return rules.calendar(clock.working).add(clock.since, max(0, left))


def next_step(rules: Rules, clock: Clock | None) -> int | None:
    """When the next escalation step falls due; None if there is none to come."""
    if clock is None or clock.since is None or clock.step >= len(rules.step_shares):
        return None
    return moment(rules, clock, rules.step_shares[clock.step])


def stop(rules: Rules, clock: Clock | None, at: int) -> Clock | None:
    """The clock, stopped from ``at`` on."""
    if clock is None or clock.since is None:
        return clock
    return replace(clock, spent=used(rules, clock, at), since=None)


def go_on(clock: Clock | None, at: int) -> Clock | None:
    """A stopped clock, running again from ``at``."""
    return clock if clock is None or clock.since is not None else replace(clock, since=at)


def extend(rules: Rules, clock: Clock, until: int, at: int) -> Clock:
    """The clock with its end moved to ``until``; steps that lie ahead again can be taken.

    A clock never gets shorter, and an ``until`` that leaves no time changes nothing.
    """
    spent, more = used(rules, clock, at), rules.calendar(clock.working).between(at, until)
    limit = spent + more
    if more <= 0 or limit <= clock.limit:
        return clock
    # rounded as in ``moment``, so that a step taken at this very moment is not taken twice
    step = sum(1 for share in rules.step_shares if round(limit * share) <= spent)
    return replace(clock, limit=limit, step=min(clock.step, step))


def due_at(rules: Rules, clock: Clock, due: int, at: int) -> Clock:
    """The clock with the source's own due date in place of its end, earlier or later.

    From ``at`` on it runs round the clock, as one that was given at the dispatch. A date that has
    passed is missed at once.
    """
    spent = used(rules, clock, at)
    limit = max(1, spent + due - at)
    step = sum(1 for share in rules.step_shares if round(limit * share) <= spent)
    return replace(
        clock,
        limit=limit,
        since=None if clock.since is None else at,
        spent=spent,
        working=False,
        step=min(clock.step, step),
        given=True,
    )


def base(rules: Rules, clock: Clock | None) -> int | None:
    """The number to add to the time since the anchor for the used time of a running clock."""
    if clock is None or clock.since is None:
        return None
    return clock.spent - rules.calendar(clock.working).total(clock.since)
