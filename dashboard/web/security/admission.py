"""Decides whether a user may have what a row of the table of rights describes.

The only place that decides. Raises :class:`Refused`, whose reason names the user's own limits and
reveals nothing about what was requested.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool

from dashboard.web.answers.errors import Refused
from dashboard.web.people.model import Capability
from dashboard.web.security.access import NOT_FOR_SCREENS, WHO_UNKNOWN, Access, Identity
from dashboard.web.security.rights import Reach, Row, Screens
from data_sources.errors import RedisUnavailable
from data_sources.store.trouble import cause

_WHERE_UNKNOWN = "Cannot look up the event's area right now (Redis is unreachable)."
_COUNTS_NOTHING = (Reach.PLAIN, Reach.NEAR)


async def admit(
    access: Access, who: Identity, row: Row, names: Mapping[str, str], query: Mapping[str, str]
) -> None:
    """Return if the request may pass; raise :class:`Refused` if not.

    `names` are the values in the path, `query` the parameters.
    """
    if row.needs is None:
        return
    if who.must_change and not row.always:
        raise Refused(403, "change the password", "the password must be changed first")
    if who.is_screen:
        _admit_screen(row, who)
    elif not who.person.may(row.needs):
        raise Refused(
            403, "not allowed", f"the role {who.person.role} does not allow to {row.needs}"
        )
    if who.is_unsure and not row.page and row.reach not in _COUNTS_NOTHING:
        raise Refused(503, "redis", WHO_UNKNOWN, 2)
    if who.person.area:
        await _check_area(access, who, row, names, query)


def _admit_screen(row: Row, who: Identity) -> None:
    if row.needs is not Capability.SEE:
        raise Refused(401, "unauthorized", "Paired screens are read-only. Sign in to do this.")
    bound = bool(who.person.area)
    if row.screens is Screens.NO or (row.screens is Screens.UNBOUND and bound):
        raise Refused(
            403,
            "other area" if bound else "not for screens",
            NOT_FOR_SCREENS,
        )


async def _check_area(
    access: Access, who: Identity, row: Row, names: Mapping[str, str], query: Mapping[str, str]
) -> None:
    own = who.person.area
    asked = query.get("area")
    match row.reach:
        case Reach.PLAIN:
            return
        case Reach.OWN:
            inside = not asked or all(access.within(who.person, a) for a in asked.split(","))
        case Reach.QUERY:
            inside = access.within(who.person, asked or "")
        case Reach.PLACE:
            inside = access.within(who.person, next(iter(names.values())))
        case Reach.NEAR:
            # a screen gets names only, to draw its own area's map
            code = names["code"]
            inside = who.is_screen or access.within(who.person, code)
            inside = inside or code in ("", *access.path(own))
        case Reach.EVENT:
            inside = await _happened_inside(access, own, names["event_id"])
        case _:
            inside = False
    if not inside:
        raise Refused(403, "other area", f"you may see {own} only")


async def _happened_inside(access: Access, own: str, event_id: str) -> bool:
    try:
        place = await run_in_threadpool(access.place_of, event_id)
    except RedisUnavailable as error:
        raise Refused(503, "redis", _WHERE_UNKNOWN, 2, cause=cause(error)) from error
    # let a request for an unknown event through: the page answers 404 itself; an event without a
    # place is for those who may see the whole city
    return place is None or own in place
