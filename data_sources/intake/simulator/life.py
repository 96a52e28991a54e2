"""The life of an event: every action until it ends, allowed by the lifecycle and in order.

Most events are handled well within the time their level allows; some are late, some go back,
some are done badly and done again. Delays are drawn as shares of the level's own limits, in
the city's working hours, so a life respects nights, weekends and holidays.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from dashboard.core.model.actions import Action, Channel, Kind, Level
from dashboard.core.model.calendars import Calendar
from dashboard.core.model.names import simulated_step
from dashboard.core.model.rules import HOUR, MINUTE, Limit, Rules
from data_sources.intake.simulator.births import MAX_LIFE_MS, Birth

# The share of lives with such a step.
REJECTED, MERGED = 0.03, 0.01
RETURNED, SUSPENDED, EXTENDED, REWORKED = 0.04, 0.02, 0.02, 0.03
LATE, STUBBORN, SLOW_TO_ACCEPT = 0.08, 0.008, 0.06
ACKNOWLEDGED, URGED = 0.92, 0.35
REVISITED, SATISFIED, RATED = 0.3, 0.92, 0.6
STAYS, STABLE, APPEALED = 0.97, 0.35, 0.004

_URGENT = (Level.ORANGE, Level.RED)
_REJECTIONS = ("outside the city's duties", "nothing found on site", "report is a duplicate")
_SUSPENSIONS = ("waits for material", "frozen ground", "owner cannot be reached")
_RETURNS = ("another department's duty", "needs a second department")


#: the source of every simulated action
SOURCE = "simulated"


@dataclass
class _Life:
    """A life being written; ``at`` is the time of the last action, ms."""

    birth: Birth
    at: int
    department: str
    actions: list[Action] = field(default_factory=list)

    def act(self, kind: Kind, at: int, actor: str, **more: object) -> None:
        """Add the next action at ``at`` (ms), but not before the last one."""
        self.at = max(self.at, at)
        number = len(self.actions)
        self.actions.append(
            Action(
                action_id=simulated_step(self.birth.event_id, number, kind),
                event_id=self.birth.event_id,
                kind=kind,
                ts=self.at,
                actor=actor,
                source=SOURCE,
                **more,  # type: ignore[arg-type]
            )
        )

    def by_department(self, kind: Kind, at: int, **more: object) -> None:
        """Add an action of the department that has the event."""
        self.act(kind, at, f"dept:{self.department}", **more)

    def by_centre(self, kind: Kind, at: int, **more: object) -> None:
        """Add an action of the command centre."""
        self.act(kind, at, "centre", **more)


def live(
    birth: Birth,
    rng: random.Random,
    rules: Rules,
    level: Level,
    departments: tuple[str, ...],
    survivor: str,
) -> list[Action]:
    """The actions of a life; ``departments`` has the one in charge first.

    ``survivor`` is an earlier event that a duplicate can be merged into, "" for none.
    """
    life = _Life(birth, birth.at, departments[0])
    _report(life, level)
    triage = rng.uniform(15, 90) if level in _URGENT else rng.lognormvariate(5.0, 0.8)
    at = life.at + round(triage * 1000)
    if rng.random() < REJECTED:
        life.by_centre(Kind.REJECT, at, reason=rng.choice(_REJECTIONS))
        return life.actions
    life.by_centre(Kind.REGISTER, at)
    if rng.random() < MERGED and survivor:
        life.by_centre(Kind.MERGE, at + 2 * MINUTE, target=survivor)
        return life.actions
    _dispatch(life, rng, level)
    limit = rules.limit(level, birth.at)
    work = rules.calendar(limit.working)
    if rng.random() < RETURNED:
        back = work.add(life.at, round(limit.respond * rng.uniform(0.2, 0.9)))
        life.by_department(Kind.RETURN, back, reason=rng.choice(_RETURNS))
        life.department = rng.choice(departments[1:] or departments)
        _dispatch(life, rng, level)
    _handle(life, rng, level, limit, work)
    _check_in(life, rng, rules, level)
    if rng.random() < REWORKED:
        life.by_centre(Kind.REWORK, life.at + round(rng.uniform(0.3, 4) * HOUR))
        again = work.add(life.at, round(limit.handle * 0.5 * rng.betavariate(2, 3)))
        life.by_department(Kind.HANDLE, again)
    _end(life, rng, level, work)
    life.actions.sort(key=lambda action: action.ts)
    return [action for action in life.actions if action.ts <= birth.at + MAX_LIFE_MS]


def _report(life: _Life, level: Level) -> None:
    birth = life.birth
    actor = f"grid:{birth.grid}" if birth.channel is Channel.HANDHELD else str(birth.channel)
    life.act(
        Kind.REPORT,
        birth.at,
        actor,
        level=level,
        category=birth.category,
        channel=birth.channel,
        place=birth.place,
        lat=birth.lat,
        lon=birth.lon,
    )


def _dispatch(life: _Life, rng: random.Random, level: Level) -> None:
    wait = rng.uniform(10, 90) if level in _URGENT else rng.uniform(60, 900)
    life.by_centre(Kind.DISPATCH, life.at + round(wait * 1000), department=life.department)


def _handle(life: _Life, rng: random.Random, level: Level, limit: Limit, work: Calendar) -> None:
    """The actions from dispatched to handled."""
    sent = life.at
    due = work.add(sent, limit.handle)
    if level in _URGENT and rng.random() < ACKNOWLEDGED:
        life.by_department(Kind.ACKNOWLEDGE, sent + round(rng.uniform(0.5, 8) * MINUTE))
    slow = rng.random() < SLOW_TO_ACCEPT
    share = rng.uniform(1.05, 2) if slow else rng.betavariate(2, 4)
    life.by_department(Kind.ACCEPT, work.add(sent, round(limit.respond * share)))
    used = _share(rng)
    end = work.add(sent, round(limit.handle * used))
    if rng.random() < SUSPENDED:
        life.by_department(
            Kind.SUSPEND,
            work.add(life.at, round(limit.handle * 0.05)),
            reason=rng.choice(_SUSPENSIONS),
        )
        pause = rng.uniform(4, 48) * HOUR
        life.by_department(Kind.RESUME, life.at + round(pause))
        end = work.add(life.at, round(limit.handle * min(used, 0.6)))
    elif used > 0.6 and rng.random() < EXTENDED * 5:  # a department that needs longer asks for it
        asked = work.add(sent, round(limit.handle * 0.55))
        life.by_department(Kind.EXTEND, asked, until=work.add(due, round(limit.handle * 0.5)))
    if end > due and rng.random() < URGED:
        urged = due + round((end - due) * rng.uniform(0.05, 0.6))
        if urged > life.at:
            life.by_centre(Kind.URGE, urged)
    life.by_department(Kind.HANDLE, end)


def _check_in(life: _Life, rng: random.Random, rules: Rules, level: Level) -> None:
    """The reporter's check-ins on site, until it is stable or handled."""
    birth, handled = life.birth, life.at
    if level not in _URGENT or birth.channel not in (Channel.HANDHELD, Channel.PATROL):
        return
    last, at, stable = life.at, birth.at, False
    while not stable and rng.random() < STAYS:
        at += round(rules.on_site_every * rng.uniform(0.5, 0.98))
        if at >= handled:
            break
        stable = rng.random() < STABLE
        life.at = at
        life.act(Kind.CHECK_IN, at, f"grid:{birth.grid}", stable=stable)
    life.at = last


def _share(rng: random.Random) -> float:
    """The share of the handling limit that is used, above 1 for a late event."""
    kind = rng.random()
    if kind < STUBBORN:
        return rng.uniform(2, 3)
    if kind < LATE:
        return rng.uniform(1.05, 1.9)
    return 0.02 + 0.93 * rng.betavariate(1.3, 3.2)


def _end(life: _Life, rng: random.Random, level: Level, work: Calendar) -> None:
    """The actions after handling: verified, closed, some appealed, some revisited."""
    hours = rng.uniform(0.1, 1) if level in _URGENT else rng.uniform(0.3, 5)
    checked = work.add(life.at, round(hours * HOUR))
    life.by_centre(Kind.VERIFY, checked)
    life.by_centre(Kind.CLOSE, life.at + round(rng.uniform(2, 40) * MINUTE))
    if rng.random() < APPEALED:
        appeal = work.add(life.at, round(rng.uniform(2, 30) * HOUR))
        life.by_centre(Kind.EXCLUDE, appeal, reason="caused by works of another city")
        life.at = checked
    if rng.random() >= REVISITED:
        return
    visit = work.add(life.at, round(rng.uniform(3, 26) * HOUR))
    satisfied = rng.random() < SATISFIED
    ratings: tuple[int, ...] = ()
    if rng.random() < RATED and life.birth.grid in life.birth.place:
        low, high = (3, 5) if satisfied else (1, 4)
        ratings = tuple(rng.randint(low, high) for _ in range(3))
    actor = f"grid:{life.birth.grid}"
    life.act(Kind.REVISIT, visit, actor, satisfied=satisfied, ratings=ratings)
