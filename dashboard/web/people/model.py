"""The person behind a request and what they may do: four roles, ten capabilities, one area.

`current()` returns the :class:`Person` of the request that is being answered; the guard sets it,
and ``run_in_threadpool`` carries it into threads. A service calls `require()` before it answers or
writes; `within()` tells whether an area is inside the person's. Outside a request there is no
person and nothing is allowed: tests and commands use ``with acting(person): ...``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

import structlog

from dashboard.web.answers.errors import Refused

log = structlog.get_logger("access")


class Role(StrEnum):
    """A role, from the fewest rights to the most."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class Capability(StrEnum):
    """One thing that a role may allow."""

    SEE = "see"
    EXPORT = "export"
    #: acknowledge, urge, hand over, comment
    ACT = "act"
    #: make and send briefs
    BRIEF = "brief"
    #: switch walls, send notices
    STEER = "steer"
    #: pair and revoke screens
    PAIR = "pair"
    #: manage the accounts
    PEOPLE = "people"
    #: read the audit record
    AUDIT = "audit"
    #: void a wrong event, or put one back
    VOID = "void"
    #: change the walls' scenes, try the channels of notices
    OPERATE = "operate"


_SEE = frozenset({Capability.SEE, Capability.EXPORT})
_ACT = _SEE | {Capability.ACT}
_MANAGE = _ACT | {
    *(Capability.BRIEF, Capability.STEER, Capability.PAIR, Capability.AUDIT),
    Capability.VOID,
}

CAN: dict[Role, frozenset[Capability]] = {
    Role.VIEWER: _SEE,
    Role.OPERATOR: _ACT,
    Role.MANAGER: _MANAGE,
    Role.ADMINISTRATOR: frozenset(Capability),
}


#: how a person was identified
LOCAL, OIDC, PROXY, DEMO, DEVICE, TOKEN = "local", "oidc", "proxy", "demo", "device", "token"


@dataclass(frozen=True)
class Person:
    """The sender of a request: a user, a paired screen or a token."""

    name: str
    role: Role = Role.VIEWER
    #: the only area they may see and act in; "" is the whole city
    area: str = ""
    #: how they were identified: local, oidc, proxy, demo, device or token
    how: str = "local"

    @property
    def rights(self) -> frozenset[Capability]:
        """What they may do, regardless of area; a screen may only look."""
        if self.how == DEVICE:
            return frozenset({Capability.SEE})
        # the demo's manager sits at the machine itself, and may try all that needs no account
        more = self.how == DEMO and self.role is Role.MANAGER
        return CAN[self.role] | ({Capability.OPERATE} if more else set())

    def may(self, capability: Capability) -> bool:
        """Whether they may do something, regardless of area."""
        return capability in self.rights


def _nowhere(_: str) -> tuple[str, ...]:
    """The areas a place is inside of, where the city is not known: none."""
    return ()


_PERSON: ContextVar[Person | None] = ContextVar("gridwall_person", default=None)
_PATH: ContextVar[Callable[[str], tuple[str, ...]]] = ContextVar("gridwall_path", default=_nowhere)


def current() -> Person:
    """The person of this request; raises 401 if there is none."""
    person = _PERSON.get()
    if person is None:
        raise Refused(401, "unknown", "not signed in")
    return person


def within(area: str, person: Person | None = None) -> bool:
    """Whether an area ("" is the whole city) is inside the person's, or the current person's."""
    own = (person or current()).area
    return not own or own == area or own in _PATH.get()(area)


def require(capability: Capability, area: str | None = None) -> Person:
    """The person of this request, if they may do this (in this area); else 403 and a log line."""
    person = current()
    if not person.may(capability):
        log.warning("refused", who=person.name, role=person.role, what=capability)
        raise Refused(403, "not allowed", f"the role {person.role} does not allow this")
    if area is not None and not within(area, person):
        log.warning("refused", who=person.name, area=person.area, asked=area, what=capability)
        raise Refused(403, "other area", f"you may see {person.area} only")
    return person


@contextmanager
def acting(
    person: Person | None, path: Callable[[str], tuple[str, ...]] | None = None
) -> Iterator[None]:
    """Act as this person in the block; `path` returns the areas that contain an area."""
    who = _PERSON.set(person)
    where = _PATH.set(path) if path else None
    try:
        yield
    finally:
        _PERSON.reset(who)
        if where:
            _PATH.reset(where)
