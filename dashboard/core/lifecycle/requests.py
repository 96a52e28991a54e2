"""What a user may do to an event from a page, checked before it is written. Pure.

Five kinds of action: acknowledge (and take that back), urge, hand over, comment. The action's
actor is the unit that the user acts for, never the user, whose name is in the audit record. The
lifecycle checks again when the action is folded; it is checked here first, so that the user gets
a refusal at once, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from dashboard.core.lifecycle.ladder import UNITS
from dashboard.core.lifecycle.steps import LIFECYCLE, refusal
from dashboard.core.model import names
from dashboard.core.model.actions import Action, ActionError, Kind, Status, check
from dashboard.core.model.state import EventState, Outcome

#: the letter of each kind, in a row's ``can`` and on the keyboard
LETTERS = {
    Kind.ACKNOWLEDGE: "a",
    Kind.URGE: "u",
    Kind.HAND_OVER: "h",
    Kind.COMMENT: "c",
    Kind.UNACKNOWLEDGE: "x",
}
#: what a user may do; the last only to undo the first
KINDS = tuple(LETTERS)
#: to whom an event can be handed over
TO = UNITS
_ROLES = {"county": "county", "township": "township", "community": "centre", "grid": "centre"}
_FIELDS = frozenset(("action_id", "kind", "to", "text", "seen"))
_MAX_NAME = 80


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a user asks to do."""

    action_id: str
    kind: Kind
    #: hand_over: the unit
    to: str = ""
    #: comment: the words
    text: str = ""
    #: time of the last change that the user saw, ms UTC; 0 if the client does not send it
    seen: int = 0


class Undo(msgspec.Struct, frozen=True, kw_only=True):
    """The action that takes another back."""

    kind: str
    to: str = ""


class Meanwhile(msgspec.Struct, frozen=True, kw_only=True):
    """An action that another user did while this one was looking at the event."""

    kind: str
    #: a role or a unit
    actor: str
    at: int
    to: str = ""


class Unlawful(Exception):
    """The lifecycle does not allow the action now: ``code``, and ``reason`` in English."""

    def __init__(self, code: str, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(reason)


def wish(body: object) -> Wish:
    """The wish in a request's body (parsed JSON); raises :class:`ActionError` with the field."""
    if not isinstance(body, dict):
        raise ActionError("body", "…", "expected an object")
    for name in body:
        if name not in _FIELDS:
            raise ActionError(str(name)[:40], "…", "unknown field")
    try:
        asked = msgspec.convert(body, Wish)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$.")
        field = path.rstrip("`") or (text.split("`")[1] if "`" in text else "body")
        raise ActionError(field, "…", text) from error
    name = asked.action_id
    if not name or len(name) > _MAX_NAME or not name.isascii() or not name.isprintable():
        raise ActionError("action_id", "…", f"expected 1 to {_MAX_NAME} plain characters")
    if asked.kind not in KINDS:
        raise ActionError("kind", str(asked.kind), f"expected one of {', '.join(KINDS)}")
    if asked.kind is Kind.HAND_OVER and asked.to not in TO:
        raise ActionError("to", asked.to[:20], f"expected one of {', '.join(TO)}")
    if asked.kind is Kind.COMMENT and not asked.text.strip():
        raise ActionError("text", "", "a comment needs words")
    return asked


def actor_of(tier: str, area: str) -> str:
    """The unit that a user of this area acts for; the whole city has no tier."""
    return f"{_ROLES[tier]}:{area}" if area else "city"


def made(asked: Wish, state: EventState, actor: str, now: int) -> Action:
    """The action of a wish, timed after every change that the user could have seen.

    Raises :class:`ActionError` for text that must not be kept.
    """
    hands_over, comments = asked.kind is Kind.HAND_OVER, asked.kind is Kind.COMMENT
    return check(
        Action(
            action_id=asked.action_id,
            event_id=state.event_id,
            kind=asked.kind,
            ts=max(now, state.updated_at + 1),
            actor=actor,
            to=asked.to if hands_over else "",
            text=asked.text.strip() if comments else "",
        )
    )


def judge(state: EventState, action: Action, owner: str) -> None:
    """Raise :class:`Unlawful` if the action is not allowed now, or would change nothing."""
    if state.void is not None:
        raise Unlawful("void", "the event was voided")
    if state.status is Status.MERGED:
        raise Unlawful("merged", f"merged into {state.survivor}")
    if state.status not in LIFECYCLE[action.kind].allowed_from:
        raise Unlawful("status", f"{action.kind} is not allowed from {state.status}")
    if action.kind is Kind.HAND_OVER and action.to == owner:
        raise Unlawful("same", f"{owner} answers for it already")
    if action.kind is Kind.ACKNOWLEDGE and state.acknowledged_at and not state.alarm:
        raise Unlawful("answered", "it is acknowledged already")
    if action.kind is Kind.URGE and not state.department:
        raise Unlawful("nobody", "it is with no department that could be urged")
    if action.kind is Kind.UNACKNOWLEDGE and state.answer is None:
        raise Unlawful("standing", "no acknowledgement can be taken back any more")
    if (reason := refusal(state, action)) is not None:
        raise Unlawful("lifecycle", reason)


def voiding(state: EventState, kind: Kind, reason: str, actor: str, now: int) -> Action:
    """The action that voids an event, or puts it back, done by a unit at ``now`` (ms).

    Raises :class:`ActionError` without a reason, :class:`Unlawful` if it is so already.
    """
    if not reason.strip():
        raise ActionError("reason", "", "expected why, in a few words")
    at = max(now, state.updated_at + 1)
    action = check(
        Action(
            action_id=names.own_voiding(state.event_id, kind, at),
            event_id=state.event_id,
            kind=kind,
            ts=at,
            actor=actor,
            reason=reason.strip(),
        )
    )
    if (why := refusal(state, action)) is not None:
        raise Unlawful("same", why)
    return action


def overwrites(kind: Kind) -> bool:
    """Whether it could undo another user's action: the user must have seen the last change."""
    return kind is not Kind.COMMENT


def undo_of(kind: Kind, owner: str) -> Undo | None:
    """The action that undoes it, None for a comment; ``owner`` answered for the event before."""
    if kind is Kind.ACKNOWLEDGE:
        return Undo(kind=str(Kind.UNACKNOWLEDGE))
    if kind is Kind.HAND_OVER and owner in TO:
        return Undo(kind=str(Kind.HAND_OVER), to=owner)
    return None


def meanwhile(items: Iterable[tuple[Action, Outcome]], seen: int) -> Sequence[Meanwhile]:
    """The actions applied since the last change that the user saw (ms), in order of time."""
    done = [
        Meanwhile(kind=str(a.kind), actor=a.actor, at=a.ts, to=a.to or a.department)
        for a, outcome in items
        if outcome is Outcome.APPLIED and a.ts > seen
    ]
    return sorted(done, key=lambda one: one.at)


def offered(status: Status, department: bool) -> str:
    """The letters of the actions that the status allows; no other button is shown."""
    return "".join(
        letter
        for kind, letter in LETTERS.items()
        if kind is not Kind.UNACKNOWLEDGE
        and status in LIFECYCLE[kind].allowed_from
        and (department or kind is not Kind.URGE)
    )
