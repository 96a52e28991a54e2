"""A format of city open data: its table of columns, and what a row of it means as a case.

In: a row's cells, text by column name. Out: a `Case`, then the actions of its life, which are the
same for every format (`life`). Adding a city's file is a `Request` class (columns and `case`), and
a `Format` listed in `plan.FORMATS`; ``la311.py`` is the example.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from hashlib import blake2b
from typing import Any, Literal

import msgspec

from dashboard.config.cities import City
from dashboard.config.sources import SourceKind
from dashboard.core.model.actions import TERM, TERM_YEARS, Action, Channel, Kind, Level
from dashboard.core.model.codes import UNASSIGNED
from dashboard.core.model.names import file_step
from data_sources.intake.columns import AS_DECLARED, Cells, Point, TypedRow
from data_sources.intake.dates import Taken

#: "reported": the source reports nothing of what became of it
Outcome = Literal["reported", "open", "accepted", "closed", "rejected", "returned"]
#: where the source names no department, so that the event is still dispatched to one
NO_DEPARTMENT = UNASSIGNED


class Case(msgspec.Struct, kw_only=True):
    """What one row reports: what happened and when; times in ms UTC."""

    event_id: str
    reported: int
    outcome: Outcome
    #: when the outcome came about; unused while open
    ended: int = 0
    #: when the source last changed the row; 0 if it does not record that
    changed: int = 0
    due: int | None = None
    category: str
    department: str
    channel: Channel | None = None
    #: codes from the county down, "" where a tier is not known
    place: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    #: the source could not have measured its times: they contradict each other
    unmeasured: bool = False
    #: remarks on what was corrected or is not known, counted in the summary
    notes: list[str] = msgspec.field(default_factory=list)


#: the parts of a row that are compared one by one, in the order of their keys
PARTS = ("category", "department", "place", "position", "due", "outcome")
#: characters of the key of a part
_KEY = 6


class Request(TypedRow):
    """One row of a format: its columns, and the case they describe."""

    def case(self, city: City) -> Case:
        """The row as a case. Raises: `RowError` naming the column."""
        raise NotImplementedError


class Format(msgspec.Struct, frozen=True):
    """A file format of a city's open data."""

    name: str
    city: str
    #: the column that names the request: two rows with the same one are repeats
    key: str
    row: type[Request]
    #: a row is what the source reports of a case today, or ("log") what was done once
    kind: SourceKind = "snapshot"

    @property
    def columns(self) -> frozenset[str]:
        """The columns that a file of this format must have."""
        return self.row.names()

    def read(self, cells: Cells, city: City, taken: Taken = AS_DECLARED) -> Case:
        """The case of a row. Raises: `RowError` naming the column.

        ``taken`` is what was recognised of the file's dates.
        """
        return self.row(cells, taken).case(city)


def life(case: Case, city: City, source: str = "") -> list[Action]:
    """The actions of a case, in order, as sent by this source.

    They are named for the request, not for the row's position in the file, so that the same row
    sent again changes nothing.
    """
    category = city.categories.get(case.category)
    if category is None:
        case.notes.append("category not in the city pack, taken as blue")
    if case.department not in city.departments:
        case.notes.append("department not in the city pack")
    department = f"dept:{case.department}"

    def act(kind: Kind, at: int, actor: str = department, **more: Any) -> Action:
        return Action(
            action_id=file_step(case.event_id, kind),
            event_id=case.event_id,
            kind=kind,
            ts=at,
            actor=actor,
            source=source,
            unmeasured=case.unmeasured,
            **more,
        )

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
    if case.outcome == "reported":
        del actions[1:]
    elif case.outcome == "accepted":
        actions.append(act(Kind.ACCEPT, case.ended))
    elif case.outcome == "closed":
        actions += [act(Kind.HANDLE, case.ended), act(Kind.CLOSE, case.ended, "centre")]
    elif case.outcome == "rejected":
        actions.append(act(Kind.REJECT, case.ended, "centre"))
    elif case.outcome == "returned":
        actions.append(act(Kind.RETURN, case.ended))
    # with the last step, all of the row is known
    actions[-1] = msgspec.structs.replace(actions[-1], row=row_key(case))
    return actions


def row_key(case: Case, changes: int = 0) -> str:
    """The key of a row that has been changed so often: what `Action.row` holds."""
    ended = case.ended if case.outcome in ("closed", "rejected", "returned") else 0
    parts = {
        "category": case.category,
        "department": case.department,
        "place": case.place,
        "position": (case.lat, case.lon),
        "due": case.due,
        "outcome": (case.outcome, ended),
    }
    keys = (blake2b(msgspec.msgpack.encode(parts[name]), digest_size=4) for name in PARTS)
    return f"{changes}:{''.join(urlsafe_b64encode(k.digest()).decode()[:_KEY] for k in keys)}"


def read_key(key: str) -> tuple[int, dict[str, str]]:
    """How often the row had changed, and the key of each part; {} if none is known."""
    number, _, keys = key.partition(":")
    if not number.isdecimal() or len(keys) != _KEY * len(PARTS):
        return 0, {}
    cut = (keys[at * _KEY : (at + 1) * _KEY] for at in range(len(PARTS)))
    return int(number), dict(zip(PARTS, cut, strict=True))


def slug(text: str) -> str:
    """A code made of words: "Report Water Waste" → "report-water-waste"."""
    return re.sub(r"[^\w]+", "-", text.strip().lower()).strip("-")


def department_or_unassigned(department: str | None, notes: list[str]) -> str:
    """The source's own code of the department, or `NO_DEPARTMENT` with a note."""
    if department is None:
        notes.append("no department")
    return department or NO_DEPARTMENT


def usable_point(
    where: Point | None, city: City, notes: list[str]
) -> tuple[float | None, float | None]:
    """Latitude and longitude; both None, with a note, for what is no place in or near the city.

    So are swapped pairs, lost signs, one half without the other, and (0, 0), which is how some
    sources write 'unknown'.
    """
    if where is None:
        return None, None
    found = city.usable(where.lat, where.lon)
    if found == (None, None):
        notes.append("position not usable, left out")
    return found


def usable_due(due: int | None, reported: int, notes: list[str]) -> int | None:
    """The due date (ms), or None with a note where it cannot be meant.

    That is before the report (ms), or so late that it means "never": 31 December 9999.
    """
    if due is None or reported <= due <= reported + TERM:
        return due
    late = f"due over {TERM_YEARS} years after reported, ignored"
    notes.append("due before reported, ignored" if due < reported else late)
    return None


def usable_end(ended: int, reported: int, notes: list[str]) -> tuple[int, bool]:
    """The end of a case (ms), and whether its times cannot have been measured.

    An end before the report shows that one of the two is wrong, not which: the case counts as
    reported and as ended, but in no time and in no score. 0 is no end.
    """
    if not ended or ended >= reported:
        return ended, False
    notes.append("ended before created: counted, in no time and no score")
    return reported, True
