"""What became of an action, as its source can ask for it. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import Literal, get_args

import msgspec

from dashboard.core.lifecycle.reasons import code_of
from dashboard.core.lifecycle.replay import Item, Story
from dashboard.core.model.actions import Action, Kind
from dashboard.core.model.state import Outcome

Result = Literal[
    "applied", "time", "refused", "forwarded", "parked", "repeated", "unreadable", "aside"
]
RESULTS: tuple[Result, ...] = get_args(Result)
_RESULT: dict[Outcome, Result] = {
    Outcome.APPLIED: "applied",
    Outcome.TIME: "time",
    Outcome.REFUSED: "refused",
    Outcome.FORWARDED: "forwarded",
    Outcome.PARKED: "parked",
}
#: what has no source: made by Gridwall itself, or by its users
OWN = "gridwall"
#: the source, in counts, of what was written past the intake under a name that is none
OTHER = "other"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")


class Became(msgspec.Struct, array_like=True, frozen=True):
    """What became of one action when a batch was folded; a later one of the same entry replaces it.

    ``result`` and ``reason`` as of then. ``at`` is when it was applied, ms, if that is not its own
    time; for a refused one until when it may still become lawful; else 0.
    """

    entry: str
    event_id: str
    action_id: str
    kind: str
    source: str
    result: Result
    reason: str = ""
    at: int = 0


def counted(found: Iterable[Became]) -> dict[str, int]:
    """How many there are, by source, result and the reason's code: fields of a view."""
    out: dict[str, int] = {}
    alike = Counter((one.source, one.result, one.reason) for one in found)
    for (source, result, reason), number in alike.items():
        field = f"{source_label(source)}|{result}|{code_of(reason)}"
        out[field] = out.get(field, 0) + number
    return out


def source_label(source: str) -> str:
    """The source in counts: few, whatever was written."""
    if not source:
        return OWN
    return source if _NAME.fullmatch(source) else OTHER


def result_of(outcome: Outcome) -> Result:
    """The result's word."""
    return _RESULT[outcome]


def became(item: Item, story: Story) -> Became | None:
    """What became of an item; None for the deadline clock's own actions."""
    action = item.action
    if action.kind is Kind.ESCALATE and not action.source:
        return None
    verdict = story.verdicts[item.entry]
    refused = verdict.outcome is Outcome.REFUSED
    at = story.waits.get(item.entry, 0) if refused else verdict.at
    return _made(item.entry, action, result_of(verdict.outcome), verdict.reason, at)


def repeated(item: Item) -> Became | None:
    """What becomes of an item whose event has its name already."""
    if item.action.kind is Kind.ESCALATE and not item.action.source:
        return None
    return _made(item.entry, item.action, "repeated")


def refused(item: Item, reason: str) -> Became:
    """What becomes of an item that its event has no room for."""
    return _made(item.entry, item.action, "refused", reason)


def set_aside(entry: str, action: Action, reason: str) -> Became:
    """What becomes of an action whose event cannot be folded."""
    return _made(entry, action, "aside", reason)


def unreadable(entry: str, reason: str) -> Became:
    """What becomes of an entry of the stream that is no action."""
    return Became(entry, "", "", "", OTHER, "unreadable", reason)


def _made(entry: str, action: Action, result: Result, reason: str = "", at: int = 0) -> Became:
    return Became(
        entry, action.event_id, action.action_id, action.kind, action.source, result, reason, at
    )
