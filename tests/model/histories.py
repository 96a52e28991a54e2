"""Random lives of a few events: mostly lawful, sometimes not; late, twice, or out of order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

from hypothesis import strategies as st
from msgspec.structs import replace

from dashboard.core.model.actions import Action, Channel, Kind, Level, Precision
from tests.model.model import City
from tests.model.modelclock import DAY, EIGHT, HOUR, MINUTE
from tests.model.modelrules import ALLOWED, LEADS_TO, LIMITS, MAY, ROLES
from tests.model.modelscores import closes, month_of
from tests.support.core.shorthand import ms

START = ms("2018-02-08 07:00")
_SHORT = (MINUTE, 0, 1, 25_000, 4 * MINUTE, 13 * MINUTE, 25 * MINUTE, HOUR)
#: where a red event's clocks and a check-in are over, or nearly
_EXACT = (15 * MINUTE, 30 * MINUTE, 108 * MINUTE)
#: minutes to weeks; a Spring Festival and the closing of a month lie in between; -1 is to the
#: last ms of a month's closing day, -2 to the first one after it
GAPS = (
    *_SHORT,
    *_SHORT,
    *_EXACT,
    2 * HOUR,
    7 * HOUR,
    20 * HOUR,
    2 * DAY,
    9 * DAY,
    31 * DAY,
    -1,
    -2,
)
DELAYS = (*[0] * 12, 90_000, 2 * HOUR, 11 * HOUR, 3 * DAY, 17 * DAY, 45 * DAY)
PLACES: tuple[tuple[str, ...], ...] = (
    ("150402", "150402001", "150402001001", "150402001001002"),
    (),
    ("150402",),
    ("150402", "150402001", "", "150402001001001"),
    ("150403", "", "150403001001", ""),
)
POSITIONS = ((42.2571, 118.8869), (None, None), (42.2572, 118.8871), (43.97, 119.4))
LEVELS = (Level.RED, Level.ORANGE, Level.YELLOW, Level.BLUE)
KINDS = tuple(Kind)
ONWARD = {
    "reported": "register",
    "registered": "dispatch",
    "dispatched": "accept accept handle return",
    "accepted": "handle",
    "returned": "dispatch",
    "rework": "handle",
    "suspended": "resume",
    "handled": "verify close rework",
    "verified": "close close rework",
    "closed": "revisit revisit recur reopen",
    "rejected": "reopen",
    "merged": "urge correct accept handle void unvoid",
}
#: what ends a story early is rarer than what carries it on
ASIDE = (
    *("correct", "suspend", "extend", "return", "check_in", "urge", "acknowledge", "hand_over"),
    *("acknowledge", "unacknowledge", "comment"),
    *("revisit", "rework", "dispatch", "exclude", "restore", "recur", "merge", "reject", "reopen"),
    *("void", "unvoid", "unvoid"),
)
#: how finely sources write their times, and the width of each, ms
WRITTEN = (
    (None, 1),
    (Precision.MIN, MINUTE),
    (Precision.DAY, DAY),
    (Precision.S, 1000),
)
#: kinds that only Gridwall itself makes
_ENGINES = (Kind.ESCALATE, Kind.RECUR, Kind.ABSORB)
#: what may change the score of a closed month
_APPEALS = (Kind.EXCLUDE, Kind.RESTORE, Kind.VOID, Kind.UNVOID)
_T = TypeVar("_T")


class Draw(NamedTuple):
    """One thing that happens; zeros are the plainest."""

    who: int = 0
    what: int = 0
    gap: int = 0
    delay: int = 0
    n: int = 0


draws = st.builds(
    Draw,
    st.sampled_from((0, 0, 0, 1, 1, 2, 3)),
    st.integers(0, 99),
    st.integers(0, len(GAPS) - 1),
    st.integers(0, len(DELAYS) - 1),
    st.integers(0, 2**32),
)


class Dice:
    """Choices, all of them from one number; 0 always chooses the first."""

    def __init__(self, n: int) -> None:
        self.n = n

    def of(self, options: Sequence[_T]) -> _T:
        self.n, index = divmod(self.n, len(options))
        return options[index]

    def one_in(self, k: int) -> bool:
        self.n, rest = divmod(self.n, k)
        return rest == k - 1


def _as_written(action: Action, dice: Dice) -> Action:
    """The action as a source tells of it that rounds its times down, or whose clock is slow."""
    if not dice.one_in(3):
        return action
    precision, width = dice.of(WRITTEN)
    skew, slow = dice.of(((0, 0), (0, 0), (2000, 0), (2000, 1500)))
    at = action.ts - slow
    return replace(action, ts=at - (at + EIGHT) % width, precision=precision, skew=skew)


class Story:
    """What happens, in the order in which it happens; a rough guess makes it mostly lawful."""

    names = ("e0", "e1", "e2", "e3")

    def __init__(self, *, appeals: bool = True) -> None:
        self.appeals = appeals
        self.now = START
        self.status: dict[str, str] = {}
        self.before: dict[str, str] = {}
        self.department: dict[str, str] = {}
        self.closed: dict[str, int] = {}
        self.written: list[Action] = []

    def go_on(self, draw: Draw) -> None:
        """Let the time before a draw pass."""
        gap = GAPS[draw.gap]
        if gap >= 0:
            self.now += gap
            return
        past = month_of(self.now - 6 * DAY)
        self.now = max(self.now, closes(past) - 1 - gap)

    def next(self, draw: Draw) -> Action:
        """The next action; the story's time moves on to it."""
        self.go_on(draw)
        event, dice = self.names[draw.who], Dice(draw.n)
        if draw.what >= 96 and self.written:
            again = dice.of(self.written[::-1])
            return replace(again, reason="again", ts=again.ts + 1) if dice.one_in(3) else again
        kind = self._kind(event, draw.what, dice)
        if kind in _APPEALS and not self.appeals:
            kind = Kind.URGE
        action = self._action(event, kind, dice)
        self.written.append(action)
        self._guess(action)
        return action

    def _kind(self, event: str, what: int, dice: Dice) -> Kind:
        status = self.status.get(event)
        if what >= 88:
            return dice.of(KINDS)
        if status is None:
            return Kind.REPORT
        if what < 55:
            return Kind(dice.of(ONWARD[status].split()))
        lawful = [k for k in ASIDE if k in ALLOWED[status].split()]
        return Kind(dice.of(lawful or ["urge"]))

    def _action(self, event: str, kind: Kind, dice: Dice) -> Action:
        whole = not dice.one_in(12)
        fields = self._fields(event, kind, dice, whole)
        if dice.one_in(16):
            fields["unmeasured"] = True
        if kind is not Kind.ESCALATE or dice.one_in(4):
            fields["actor"] = self._actor(event, kind, dice)
        name = f"h{len(self.written)}"
        action = Action(action_id=name, event_id=event, kind=kind, ts=self.now, **fields)
        return action if kind in _ENGINES else _as_written(action, dice)

    def _fields(self, event: str, kind: Kind, dice: Dice, whole: bool) -> dict[str, Any]:
        now = self.now
        if kind is Kind.REPORT:
            level = dice.of(LEVELS) if whole else None
            lat, lon = dice.of(POSITIONS)
            channel = dice.of((None, Channel.HANDHELD, Channel.PATROL, Channel.HOTLINE))
            return {"category": dice.of(("water", "waste")), "place": dice.of(PLACES),
                    "level": level, "lat": lat, "lon": lon, "channel": channel}  # fmt: skip
        if kind is Kind.DISPATCH:
            due = now + dice.of((-HOUR, 0, 1, 5 * HOUR, 3 * DAY)) if dice.one_in(4) else None
            return {"department": dice.of(("D1", "D2")) if whole else "", "due": due,
                    "no_respond": dice.one_in(6)}  # fmt: skip
        if kind is Kind.EXTEND:
            until = now + dice.of((DAY, HOUR, -HOUR, 9 * DAY))
            return {"until": until if whole else None, "due": until if dice.one_in(3) else None}
        if kind is Kind.RECUR:
            until = self.closed.get(event, now) + dice.of((DAY, 30 * DAY, 30 * DAY + 1, 0, -DAY))
            return {"until": until if whole else None}
        if kind in (Kind.MERGE, Kind.ABSORB):
            others = [name for name in (*self.names, "e9") if name != event]
            return {"target": dice.of(others) if whole else ""}
        if kind is Kind.REVISIT:
            return {"satisfied": dice.of((True, None, False)),
                    "ratings": dice.of(((), (5, 4, 1), (3,), (1, 2)))}  # fmt: skip
        if kind is Kind.CORRECT:
            lat, lon = dice.of(POSITIONS)
            return {"level": dice.of((*LEVELS, None)), "place": dice.of(PLACES[1:]),
                    "lat": lat, "lon": lon, "category": dice.of(("", "waste")),
                    "department": "D2" if dice.one_in(6) else ""}  # fmt: skip
        if kind is Kind.CHECK_IN:
            return {"stable": dice.one_in(4)}
        if kind is Kind.HAND_OVER:
            return {"to": dice.of(("U1", "county")) if whole else ""}
        if kind is Kind.COMMENT:
            return {"text": "seen" if whole else ""}
        if kind in _APPEALS:
            return {"reason": "appeal" if whole else ""}
        return {}

    def _actor(self, event: str, kind: Kind, dice: Dice) -> str:
        if not dice.one_in(2):
            return dice.of(("", "source:311"))
        any_role = [*ROLES, "mayor"]
        role = dice.of(any_role if dice.one_in(6) else MAY[str(kind)].split() or ["source"])
        if role == "dept":
            codes = (self.department.get(event, "D1"),) * 4 + ("D1", "D2")
            return f"dept:{dice.of(codes)}"
        if role == "grid":
            return f"grid:{dice.of(('150402001001002', '150402001001001', '150499'))}"
        return role

    def _guess(self, a: Action) -> None:
        event, kind = a.event_id, str(a.kind)
        if a.kind is Kind.REPORT:
            self.status.setdefault(event, "reported")
            return
        status = self.status.get(event)
        if status is None or kind not in ALLOWED[status].split():
            return
        if a.kind is Kind.DISPATCH:
            self.department[event] = a.department
        if a.kind is Kind.CLOSE:
            self.closed[event] = a.ts
        if a.kind is Kind.SUSPEND:
            self.before[event] = status
        back = self.before.get(event, "registered") if a.kind is Kind.RESUME else status
        self.status[event] = LEADS_TO.get(kind, back)


def clock_actions(city: City, now: int) -> list[Action]:
    """What the clock writes when time has come to ``now``: one round for each event."""
    return [
        Action(action_id=f"{event}:escalate:{at}", event_id=event, kind=Kind.ESCALATE, ts=at,
               actor="clock")
        for at, event in city.due(now)
    ]  # fmt: skip


def arrivals(
    happened: list[Draw], *, backwards: bool = True, punctual: bool = False, limits: Any = LIMITS
) -> list[Action]:
    """The actions of a random story in order of arrival, with what clock and merges make.

    In a ``punctual`` one the clock has written everything due by the time that an action arrives,
    the actions of merges arrive at once, and there are no appeals.
    """
    story, city = Story(appeals=not punctual), City(limits)
    waiting: list[tuple[int, int, Action | None, int]] = []
    for number, draw in enumerate(happened):
        if not backwards:
            draw = draw._replace(delay=0, what=draw.what % 96)
        if 84 <= draw.what < 88:
            story.go_on(draw)
            waiting.append((story.now, number, None, draw.n % 5))
        else:
            action = story.next(draw)
            waiting.append((story.now + DELAYS[draw.delay], number, action, draw.n % 5))
    out: list[Action] = []

    def arrive(actions: Iterable[Action]) -> None:
        for action in actions:
            out.append(action)
            city.take(action)

    carried = 0
    for at, _, action, rest in sorted(waiting, key=lambda item: item[:2]):
        if action is None or punctual:
            arrive(_rounds(city, at, twice=rest == 4, punctual=punctual))
        if action is not None:
            arrive([action])
        # the linker is mostly at once, sometimes a little late
        while carried < len(city.links) and (rest < 3 or punctual or not backwards):
            arrive([city.links[carried]])
            carried += 1
    while carried < len(city.links):
        arrive([city.links[carried]])
        carried += 1
    return out


def _rounds(city: City, now: int, *, twice: bool, punctual: bool) -> list[Action]:
    """All that the clock writes until nothing is due; a copy of the city hears it meanwhile."""
    out: list[Action] = []
    ahead = city.copy()
    while due := clock_actions(ahead, now):
        # a punctual clock writes the first due action first
        due = due[:1] if punctual else due
        for action in due:
            ahead.take(action)
        out += due * 2 if twice else due
    return out


def histories(*, backwards: bool = True, max_size: int = 60) -> st.SearchStrategy[list[Action]]:
    """Actions of up to four events in order of arrival; with ``backwards`` a few come late."""
    return st.lists(draws, min_size=10, max_size=max_size).map(
        lambda happened: arrivals(happened, backwards=backwards)
    )
