"""Codes of departments, categories and places, and those that a city does not know. Pure.

In: an action and the codes that a city pack lists. Out: the action with one code in place of all
that its source sent and the city does not know, and those codes, kept with it. So a source that
makes up a code for every report adds one line to a wall, not thousands. A city that lists none of
a kind, or of a tier, knows all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec
from msgspec.structs import replace

from dashboard.core.model.actions import Action, ActionError

TIERS = ("county", "township", "community", "grid")
#: the department of what no department has: every city knows it
UNASSIGNED = "unassigned"
#: the kinds of codes that a source may send and a city may not know
KINDS = ("department", "category", *TIERS, "actor")
#: begins the code of all unknown ones of a source
_PREFIX = "unknown-"
#: the code of all that a list has no row for
OTHERS = _PREFIX
_REASON = "the city does not know this code"
_DEPARTMENT = "dept:"


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """The codes that a city pack lists; an empty set means that it lists none of a kind."""

    department: frozenset[str] = frozenset()
    category: frozenset[str] = frozenset()
    #: tier → codes
    places: Mapping[str, frozenset[str]] = {}


def unknown_of(source: str) -> str:
    """The code of all unknown ones of a source."""
    return f"{_PREFIX}{source}"


def source_of(code: str) -> str | None:
    """The source whose unknown codes this one is for; None for any other code."""
    return code.removeprefix(_PREFIX) if code.startswith(_PREFIX) else None


def refused(action: Action, known: Known) -> Action:
    """The action; raises :class:`ActionError` for the first code that the city does not know."""
    for kind, code in unknown(action, known):
        raise ActionError("place" if kind in TIERS else kind, code[:80], _REASON)
    return action


def counted(action: Action, known: Known, source: str) -> Action:
    """The action with its unknown codes as one, and what was sent in ``as_sent``."""
    found = tuple(unknown(action, known))
    if not found:
        return action
    stand_in, kinds = unknown_of(source), {kind for kind, _ in found}
    tiers = zip(TIERS, action.place, strict=False)
    return replace(
        action,
        department=stand_in if "department" in kinds else action.department,
        category=stand_in if "category" in kinds else action.category,
        place=tuple(stand_in if tier in kinds else code for tier, code in tiers),
        actor=f"{_DEPARTMENT}{stand_in}" if "actor" in kinds else action.actor,
        as_sent=found,
    )


def unknown(action: Action, known: Known) -> Iterator[tuple[str, str]]:
    """The kinds and codes of an action that the city does not know; a place's kind is its tier."""
    if _is_unknown(action.department, known.department):
        yield "department", action.department
    if _is_unknown(action.category, known.category):
        yield "category", action.category
    for tier, code in zip(TIERS, action.place, strict=False):
        if _is_unknown(code, known.places.get(tier, frozenset())):
            yield tier, code
    if action.actor.startswith(_DEPARTMENT):
        code = action.actor.removeprefix(_DEPARTMENT)
        if _is_unknown(code, known.department):
            yield "actor", code


def _is_unknown(code: str, known: frozenset[str]) -> bool:
    own = code == UNASSIGNED or source_of(code) is not None
    return bool(code and known) and code not in known and not own
