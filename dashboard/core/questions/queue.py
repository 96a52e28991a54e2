"""The leaders' queue: what a page may ask of it, and its rows. Pure.

The queue holds open events in a total order: unacknowledged red first, then by level, then by the
share of the clock used, ties by event id (as :func:`dashboard.core.lifecycle.ladder.queue_key`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from dashboard.core.fold.rows import facts
from dashboard.core.lifecycle import clocks, ladder
from dashboard.core.lifecycle.requests import offered
from dashboard.core.model.rules import Rules
from dashboard.core.model.state import EventState
from dashboard.core.model.vocabulary import Status
from dashboard.core.questions.ask import Ask, AskError

#: columns that can be sorted by; with "-" in front the other way round; "" is the queue's own
SORTS = (
    *("level", "used", "due", "reported", "status", "department", "category", "area", "step"),
    *("id", "owner"),
)
#: states of the clock to choose from
CLOCKS = ("overdue", "response_overdue", "soon", "ladder", "unanswered")
#: what is due within this time is due soon, ms
SOON = 3_600_000
#: rows of one page, at most
MOST_ROWS = 200
_MAX_SEARCH = 60


class QueueAsk(msgspec.Struct, frozen=True, kw_only=True):
    """One view of the queue, as the URL holds it."""

    ask: Ask
    sort: str = ""
    clock: str = ""
    #: part of an event's id
    search: str = ""


def queue_ask(ask: Ask) -> QueueAsk:
    """The queue's part of a page's ask; raises :class:`AskError`."""
    sort, clock, search = ask.own.sort, ask.own.clock, ask.own.q
    if sort and sort.removeprefix("-") not in SORTS:
        raise AskError("sort", sort, f"expected one of {', '.join(SORTS)}")
    if clock and clock not in CLOCKS:
        raise AskError("clock", clock, f"expected one of {', '.join(CLOCKS)}")
    if len(search) > _MAX_SEARCH:
        raise AskError("q", search[:20] + "…", f"longer than {_MAX_SEARCH} characters")
    return QueueAsk(ask=ask, sort=sort, clock=clock, search=search.strip())


class QueueRow(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A row of the queue, in the words of one language; times are ms UTC."""

    id: str
    level: str
    status: str
    what: str
    where: str
    whose: str
    #: codes of the place, the finest that has a name
    area: str = ""
    department: str = ""
    step: int = 0
    #: the unit that must act
    owner: str = ""
    #: the clock that presses most: respond, handle, or "" when none runs
    clock: str = ""
    #: when it is used up, and how much of it is used now
    due: int = 0
    used: float = 0.0
    reported: int
    #: time of the last change in this row, ms: sent back with a wish to act
    seen: int
    alarm: bool = False
    #: its handling, its response
    overdue: bool = False
    response_overdue: bool = False
    acknowledged: int = 0
    urges: int = 0
    #: what the user may do: letters of :data:`dashboard.core.lifecycle.requests.LETTERS`
    can: str = ""
    #: it has ended since
    over: bool = False


class Words(msgspec.Struct, frozen=True):
    """Names of codes in one language."""

    category: Callable[[str], str]
    department: Callable[[str], str]
    place: Callable[[str], str]
    #: whether a place has a name of its own
    named: Callable[[str], bool]


def row(words: Words, found: Mapping[str, Any]) -> QueueRow:
    """A row from an event's columns, with ``clock``, ``used`` and ``clock_due`` added."""
    path = [found[tier] for tier in ("county", "township", "community", "grid")]
    named = [code for code in path if code and words.named(code)]
    shown = [words.place(code) for code in named[-2:]]
    return QueueRow(
        id=found["event_id"],
        level=found["level"],
        status=found["status"],
        what=words.category(found["category"]),
        where=" · ".join(dict.fromkeys(shown)),
        whose=words.department(found["department"]) if found["department"] else "",
        area=named[-1] if named else "",
        department=found["department"],
        step=found["step"],
        owner=found["owner"],
        clock=found["clock"] or "",
        due=found["clock_due"] or 0,
        used=round(found["used"] or 0.0, 3),
        reported=found["reported_at"],
        seen=found["updated_at"],
        alarm=found["alarm"],
        overdue=found["overdue"],
        response_overdue=found["response_overdue"],
        acknowledged=found["acknowledged_at"] or 0,
        urges=found["urges"],
        can=offered(Status(found["status"]), bool(found["department"])),
        over=not found["open"],
    )


def state_row(rules: Rules, words: Words, state: EventState, now: int) -> QueueRow:
    """The same row straight from an event's state."""
    name, clock = ladder.pressing(rules, state, now)
    return row(
        words,
        {
            **msgspec.structs.asdict(facts(rules, state).event),
            "clock": name,
            "used": ladder.share(rules, state, now),
            "clock_due": None if clock is None else clocks.moment(rules, clock, 1.0),
        },
    )
