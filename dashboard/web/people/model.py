"""Who asks and what they may do: four roles, eight capabilities, one area.

`current()` is the :class:`Person` of the request that is being answered; the guard sets it for
every request, and it goes along into threads started with ``run_in_threadpool``. `require()` is
what a service calls before it answers or writes; `within()` says whether an area is the person's.
Outside a request there is nobody, and nobody may do nothing: tests and commands say who acts with
``with acting(person): ...``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum

import structlog

from dashboard.web.errors import Refused

log = structlog.get_logger("access")


class Role(StrEnum):
    """What somebody is here for, from the least to the most."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


class Capability(StrEnum):
    """What may be done."""

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
    #: keep the accounts
    PEOPLE = "people"
    #: read who did what
    AUDIT = "audit"


_SEE = frozenset({Capability.SEE, Capability.EXPORT})
_ACT = _SEE | {Capability.ACT}
_MANAGE = _ACT | {Capability.BRIEF, Capability.STEER, Capability.PAIR, Capability.AUDIT}

CAN: dict[Role, frozenset[Capability]] = {
    Role.VIEWER: _SEE,
    Role.OPERATOR: _ACT,
    Role.MANAGER: _MANAGE,
    Role.ADMINISTRATOR: frozenset(Capability),
}


#: how somebody is known
LOCAL, OIDC, PROXY, DEMO, DEVICE, TOKEN = "local", "oidc", "proxy", "demo", "device", "token"


@dataclass(frozen=True)
class Person:
    """Somebody who asks: an account, a paired screen or a token."""

    name: str
    role: Role = Role.VIEWER
    #: the only area they see and act in; "" is the whole city
    area: str = ""
    #: how they are known: local, oidc, proxy, demo, device or token
    how: str = "local"

    def may(self, capability: Capability) -> bool:
        """Whether the role allows it (where, is another question); a screen may only look."""
        if self.how == DEVICE:
            return capability is Capability.SEE
        return capability in CAN[self.role]


#: nothing is inside an area unless somebody who knows the city says so
def _nowhere(_: str) -> tuple[str, ...]:
    return ()


_PERSON: ContextVar[Person | None] = ContextVar("gridwall_person", default=None)
_PATH: ContextVar[Callable[[str], tuple[str, ...]]] = ContextVar("gridwall_path", default=_nowhere)


def current() -> Person:
    """Who asks now."""
    person = _PERSON.get()
    if person is None:
        raise Refused(401, "unknown", "nobody has signed in")
    return person


def within(area: str, person: Person | None = None) -> bool:
    """Whether an area ("" is the whole city) lies inside the person's."""
    own = (person or current()).area
    return not own or own == area or own in _PATH.get()(area)


def require(capability: Capability, area: str | None = None) -> Person:
    """The person who asks, if they may do this (there); else 403, and a line in the log."""
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
    """As this person until the end of the block; `path` gives the areas an area lies in."""
    who = _PERSON.set(person)
    where = _PATH.set(path) if path else None
    try:
        yield
    finally:
        _PERSON.reset(who)
        if where:
            _PATH.reset(where)
