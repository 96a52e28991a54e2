"""What walls answer to an order: whether they show it, or what is before it. Pure.

Each page of a wall reports for every order that is meant for it (:class:`Report`), when something
changed and again now and then, so that a wall that is gone is known to be gone. :func:`answer`
sums up the reports of one order: it is shown only where a wall has confirmed it. Times are the
server's, ms.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from dashboard.core.wall.steering import Order

#: why a wall does not show an order yet, the weightiest first
Before = Literal["red", "order", "hand", "event", "scene", "hidden", "loading", ""]
_WEIGHT: tuple[Before, ...] = get_args(Before)
#: a wall answers an order within about two seconds
UNHEARD_MS = 5_000
#: how soon a wall reports again; more of them report less often, 50 a second altogether
AGAIN_MS = 10_000
_EACH_MS = 20
#: a wall that missed two of its reports is gone
_MISSED = 2.5
WALLS_SHOWN = 20


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """A report of a wall's page about one order."""

    #: id of the order
    order: Annotated[str, Meta(min_length=1, max_length=64)]
    #: the page's own name for itself, new with each load
    page: Annotated[str, Meta(pattern=r"^[0-9a-f]{16}$")]
    #: name of the screen; "" for a wall without one
    device: Annotated[str, Meta(max_length=64)] = ""
    state: Literal["shown", "waiting", "gone"]
    before: Before = ""
    #: until when what is before it lasts; 0 if that is not known
    until: Annotated[int, Meta(ge=0, le=1 << 53)] = 0


class Heard(Report, frozen=True, kw_only=True):
    """A report as it is kept: when it came, and when the next one is due after it."""

    at: int
    again: int = AGAIN_MS


class WallAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Where one wall is with an order."""

    device: str
    state: Literal["shown", "waiting", "gone"]
    before: Before = ""
    until: int = 0


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """Where an order is: ``shown`` only if every wall that answered and is there shows it."""

    #: gone: a wall has answered, and none is there any more
    state: Literal["sent", "shown", "gone"]
    #: what is before it; unheard: no wall has answered, sending: none has yet
    before: Before | Literal["unheard", "sending"] = ""
    #: until when that lasts, at the latest; 0 if it is not known
    until: int = 0
    shown: int = 0
    waiting: int = 0
    gone: int = 0
    #: those that do not show it first, then by name; the first 20
    walls: list[WallAnswer] = msgspec.field(default_factory=list)


class AnsweredOrder(Order, frozen=True, kw_only=True):
    """An order in force and where it is."""

    answer: Answer


def again_ms(pages: int) -> int:
    """How long a page waits before it reports again when so many report."""
    return max(AGAIN_MS, pages * _EACH_MS)


def may_report(device: str, order: Order, own: str, paired: Collection[str]) -> bool:
    """Whether a page called ``device`` may answer an order.

    ``own`` is the name of the paired screen that reports, "" for another browser: that one cannot
    answer for a paired screen.
    """
    if order.device and order.device != device:
        return False
    return device == own or (own == "" and device not in paired)


def answer(order: Order, reports: Iterable[Heard], now: int) -> Answer:
    """Where the order is at ``now``."""
    found = [_wall(report, now) for report in reports]
    here = {wall.device for wall in found if wall.state != "gone"} - {""}
    # a page of a screen that another page shows again is not a wall that is gone
    walls = sorted((w for w in found if w.state != "gone" or w.device not in here), key=_rank)
    count = {state: sum(wall.state == state for wall in walls) for state in _STATES}
    shown, waiting, gone = (count[state] for state in _STATES)
    before: Before | Literal["unheard", "sending"] = ""
    until = 0
    if waiting:
        first = next(wall for wall in walls if wall.state == "waiting")
        before = first.before
        until = max(wall.until for wall in walls if wall.before == before)
    elif not walls:
        before = "sending" if now - order.at < UNHEARD_MS else "unheard"
    state: Literal["sent", "shown", "gone"] = "sent"
    if shown and not waiting:
        state = "shown"
    elif gone and not waiting:
        state = "gone"
    return Answer(
        state=state,
        before=before,
        until=until,
        shown=shown,
        waiting=waiting,
        gone=gone,
        walls=walls[:WALLS_SHOWN],
    )


_STATES = ("shown", "waiting", "gone")


def _wall(report: Heard, now: int) -> WallAnswer:
    if report.state == "gone" or now - report.at > _MISSED * report.again:
        return WallAnswer(device=report.device, state="gone")
    waiting = report.state == "waiting"
    return WallAnswer(
        device=report.device,
        state=report.state,
        before=report.before if waiting else "",
        until=report.until if waiting else 0,
    )


def _rank(wall: WallAnswer) -> tuple[int, int, str, int]:
    place = ("waiting", "gone", "shown").index(wall.state)
    return place, _WEIGHT.index(wall.before), wall.device, wall.until
