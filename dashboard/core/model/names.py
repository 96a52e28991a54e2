"""Names made of other names: of the engine's own actions, notices, steps read from files. Pure.

In: ids of up to 200 characters, times in ms, numbers. Out: a name of at most 200 characters, the
same for the same input. Every derived name is built here, so that none can outgrow its limit: one
that did was refused by the fold, and the step it stood for never happened. A name that fits is not
changed; of a longer one the beginning and the end are kept, with a digest of all of it between.
"""

from __future__ import annotations

from hashlib import blake2b

#: characters of an id, and of every name made of ids
MOST = 200
#: characters that a notice's name leaves free for what is added when it is withdrawn or sent again
_ROOM = 40
#: on both sides of the digest; no name of a source is refused for it
_CUT = "…"
_DIGEST_BYTES = 16


def fitted(name: str, most: int = MOST) -> str:
    """The name if it has at most ``most`` characters, else a shorter one in its place."""
    if len(name) <= most:
        return name
    digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).hexdigest()
    kept = most - len(digest) - 2 * len(_CUT)
    end = kept // 2
    return f"{name[: kept - end]}{_CUT}{digest}{_CUT}{name[-end:]}"


def escalation(event_id: str, at: int) -> str:
    """The deadline clock's action for a deadline at ``at`` (ms)."""
    return fitted(f"{event_id}:escalate:{at}")


def forwarding(action_id: str, survivor: str) -> str:
    """An action of a merged event, addressed to the survivor."""
    return fitted(f"{action_id}>{survivor}")


def recurrence(event_id: str, closed_at: int, report: str, at: int) -> str:
    """The recurrence, at ``at``, of an event's closing at ``closed_at`` (ms) by a report."""
    return fitted(f"{event_id}:recur:{closed_at}:{report}:{at}")


def absorption(event_id: str, survivor: str) -> str:
    """The counting of a duplicate by the event that survives."""
    return fitted(f"{event_id}:absorb>{survivor}")


def voiding(event_id: str, to: str, kind: str, at: int) -> str:
    """What another event is to learn when one is voided or put back at ``at`` (ms)."""
    return fitted(f"{event_id}:{kind}>{to}:{at}")


def own_voiding(event_id: str, kind: str, at: int) -> str:
    """The action by which a user voids an event, or puts it back, at ``at`` (ms)."""
    return fitted(f"{event_id}:{kind}:{at}")


def again(action_id: str, entry: str) -> str:
    """A refused action sent again; ``entry`` is its place in the action stream."""
    return fitted(f"{action_id}~{entry}")


def corrected(action_id: str, digest: str) -> str:
    """A refused action, corrected and sent again; ``digest`` is that of its content."""
    return fitted(f"{action_id}~{digest}")


def is_again(action_id: str) -> bool:
    """Whether the action was sent again already."""
    return "~" in action_id


def file_step(event_id: str, kind: str) -> str:
    """A step of an event that was read from a file."""
    return fitted(f"{event_id}:{kind}")


def row_step(event_id: str, kind: str, change: str) -> str:
    """A step of an event whose row in a snapshot has changed; ``change`` is a key of the change."""
    return fitted(f"{event_id}:{kind}@{change}")


def other_content(action_id: str, digest: str) -> str:
    """An action whose name is known with another content; ``digest`` is that of its own."""
    return fitted(f"{action_id}≠{digest}")


def simulated_step(event_id: str, number: int, kind: str) -> str:
    """A step of a simulated event, by its number."""
    return fitted(f"{event_id}:{number:02d}:{kind}")


def notice(event_id: str, cause: str) -> str:
    """A notice about an event; ``cause`` is what it is about and the step or action behind it."""
    return fitted(f"{event_id}:{cause}", MOST - _ROOM)


def withdrawal(notice_id: str) -> str:
    """The notice that takes another one back."""
    return f"{fitted(notice_id, MOST - _ROOM)}:withdrawn"


def resending(notice_id: str, number: int) -> str:
    """A notice that comes once more, or its withdrawal; ``number`` counts from 2."""
    return fitted(f"{notice_id}~{number}")


def trial(channel: str, at: int) -> str:
    """The notice that tries a channel at a moment."""
    return fitted(f"test:{channel}:{at}")


def briefing(brief_id: str, number: int) -> str:
    """The notice of a brief that is sent for the ``number``-th time."""
    return fitted(f"brief:{brief_id}:{number}")
