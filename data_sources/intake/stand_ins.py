"""Codes of a file that its city does not know: counted as one, as those of any other source. Pure.

In: a case and the actions that it leads to. Out: the same with one code in place of all that the
city does not know; what was in the file goes along with the actions (`dashboard.core.model.codes`).
"""

from __future__ import annotations

from msgspec.structs import replace

from dashboard.config.cities import City
from dashboard.core.model.actions import Action, Kind, cleaned
from dashboard.core.model.codes import TIERS, counted
from dashboard.core.model.persons import masked
from data_sources.intake.formats import Case, life, row_key


def stood_in(case: Case, city: City, source: str) -> Case:
    """The case with one code in place of those that the city does not know."""
    codes = Action(
        action_id="-", event_id="-", kind=Kind.REPORT, ts=1,
        department=case.department, category=case.category, place=case.place,
    )  # fmt: skip
    known = counted(cleaned(codes)[0], city.known, source)
    return replace(case, department=known.department, category=known.category, place=known.place)


def life_of(case: Case, city: City, source: str) -> list[Action]:
    """The actions of a case's life, see :func:`~data_sources.intake.formats.life`."""
    key = row_key(stood_in(case, city, source))
    steps = [counted(cleaned(one)[0], city.known, source) for one in life(case, city, source)]
    return [replace(one, row=key) if one.row else one for one in steps]


def as_sent(actions: list[Action], case: Case, shown: Case) -> list[Action]:
    """Actions made of ``shown``, the case as it is counted, with what was in the file."""
    return [_as_sent(action, case, shown) for action in actions]


def _as_sent(action: Action, case: Case, shown: Case) -> Action:
    found = []
    for name in ("department", "category"):
        stand_in, code = getattr(shown, name), getattr(case, name)
        if code != stand_in and getattr(action, name) == stand_in:
            found.append((name, code))
    tiers = zip(TIERS, action.place, shown.place, case.place, strict=False)
    found += [(tier, code) for tier, now, shared, code in tiers if now == shared != code]
    codes = tuple((name, masked(code).text) for name, code in found)
    return replace(action, as_sent=codes) if codes else action
