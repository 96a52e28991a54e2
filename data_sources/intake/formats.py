"""What a format is: which columns it needs, and how one row becomes actions.

Every format follows the same life of a row, :func:`life`; it only says what its columns
mean. Adding a city is a function ``row → Case`` and a line in ``FORMATS``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from dashboard.config.cities import City
from dashboard.core.model.actions import Action, Channel, Kind, Level
from data_sources.intake.dead_letter import RowError

Outcome = Literal["open", "accepted", "closed", "rejected", "returned"]
#: where the source names no department, so that the event still has somebody to go to
NO_DEPARTMENT = "unassigned"


class Case(msgspec.Struct, kw_only=True):
    """A row, understood: what happened and when, in ms."""

    event_id: str
    reported: int
    outcome: Outcome
    #: when the outcome came about; unused while open
    ended: int = 0
    due: int | None = None
    category: str
    department: str
    channel: Channel | None = None
    place: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    #: remarks on what had to be put right, counted in the summary
    notes: list[str] = msgspec.field(default_factory=list)


class Format(msgspec.Struct, frozen=True):
    """A file format of a city's open data."""

    name: str
    city: str
    columns: frozenset[str]
    #: the column that names the request, for telling repeats apart
    key: str
    read: Callable[[Mapping[str, str], City], Case]


def life(case: Case, city: City) -> list[Action]:
    """The actions of a case, in order. Their names come from the request, not from the row's
    place in the file, so that the same row sent again changes nothing."""
    category = city.categories.get(case.category)
    if category is None:
        case.notes.append("category not in the city pack, taken as blue")
    if case.department not in city.departments:
        case.notes.append("department not in the city pack")
    department = f"dept:{case.department}"

    def act(kind: Kind, at: int, actor: str = department, **more: object) -> Action:
        name = f"{case.event_id}:{kind}"
        values = {"action_id": name, "event_id": case.event_id, "kind": kind, "ts": at}
        return msgspec.convert({**values, "actor": actor, **more}, Action)

    report = act(
        Kind.REPORT,
        case.reported,
        actor=str(case.channel or "centre"),
        level=category.level if category else Level.BLUE,
        category=case.category,
        channel=case.channel,
        place=case.place,
        lat=case.lat,
        lon=case.lon,
    )
    register = act(Kind.REGISTER, case.reported, "centre")
    # These sources do not record acceptance: a respond clock would count everyone late.
    sent = {"department": case.department, "due": case.due, "no_respond": True}
    actions = [report, register, act(Kind.DISPATCH, case.reported, "centre", **sent)]
    if case.outcome == "accepted":
        actions.append(act(Kind.ACCEPT, case.ended))
    elif case.outcome == "closed":
        actions += [act(Kind.HANDLE, case.ended), act(Kind.CLOSE, case.ended, "centre")]
    elif case.outcome == "rejected":
        actions.append(act(Kind.REJECT, case.ended, "centre"))
    elif case.outcome == "returned":
        actions.append(act(Kind.RETURN, case.ended))
    return actions


def slug(text: str) -> str:
    """A code made of words: "Report Water Waste" → "report-water-waste"."""
    return re.sub(r"[^\w]+", "-", text.strip().lower()).strip("-")


def coordinates(row: Mapping[str, str], lat: str, lon: str) -> tuple[float, float] | None:
    """The point of a row, None without one; (0, 0) is how some sources write 'unknown'."""
    texts = row[lat].strip(), row[lon].strip()
    if texts == ("", ""):
        return None
    values = []
    for name, text, limit in ((lat, texts[0], 90.0), (lon, texts[1], 180.0)):
        if not text:
            raise RowError(name, text, "empty, expected both coordinates or none")
        try:
            value = float(text)
        except ValueError:
            raise RowError(name, text, "not a number") from None
        if not -limit <= value <= limit:  # also what NaN comes to
            raise RowError(name, text, f"expected -{limit:g} to {limit:g}")
        values.append(value)
    return None if values == [0.0, 0.0] else (values[0], values[1])


def required(row: Mapping[str, str], name: str) -> str:
    """The text of a column that may not be empty."""
    text = row[name].strip()
    if not text:
        raise RowError(name, row[name], "empty")
    return text


def department_of(row: Mapping[str, str], name: str, notes: list[str]) -> str:
    """The department's own code, whatever it is."""
    text = row[name].strip()
    if not text:
        notes.append("no department")
    return text or NO_DEPARTMENT


def usable_due(due: int | None, reported: int, notes: list[str]) -> int | None:
    """A promise for a time before the report promises nothing."""
    if due is None or due >= reported:
        return due
    notes.append("due before reported, ignored")
    return None


def not_before(moment: int, reported: int, notes: list[str]) -> int:
    """An end before its beginning is the source's clock; it counts as at the beginning."""
    if moment >= reported:
        return moment
    notes.append("closed before created, taken as at once")
    return reported
