"""Counts the whole of a table by its mapping, in bounded memory: events, states, places.

Eighteen bytes a row: the hash of its name, its state, whether it is on the map, and two times.
Several rows of one event count as the last of them, by the time of change if there is one. What
only the whole file shows comes out too: words of states that the sample did not have, and the
order of its dates.
"""

from __future__ import annotations

from array import array
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace

from dashboard.core.mapping.dates import DateError, Evidence, Order, decide
from dashboard.core.mapping.findings import Question
from dashboard.core.mapping.model import Mapping, When
from dashboard.core.mapping.moments import Written
from dashboard.core.mapping.reading import Reader
from data_sources.intake.cityfile.survey import Survey
from data_sources.intake.cityfile.systems import turn_of
from data_sources.intake.tables.model import Watch

_STATES = ("open", "closed", "rejected", "unknown")
_CODES = {state: code for code, state in enumerate(_STATES)}
#: different words of a status that are kept
_WORDS = 500
#: different names that are kept of categories, departments and places
_NAMES = 20_000
#: positions that the city's extent and zone are taken from
_POINTS = 20_000
_TIMES = ("opened", "closed", "due", "updated")


class Counts(msgspec.Struct):
    """What a careful person counts; events = open + closed + rejected + unknown."""

    rows: int = 0
    events: int = 0
    open: int = 0
    closed: int = 0
    rejected: int = 0
    unknown: int = 0
    located: int = 0
    unreadable: int = 0


@dataclass
class Rows:
    """One entry for each row that could be read."""

    names: array[int] = field(default_factory=lambda: array("Q"))
    states: array[int] = field(default_factory=lambda: array("B"))
    located: array[int] = field(default_factory=lambda: array("B"))
    #: when each was changed and reported, s since 1970 as if the city were in UTC; 0 for not known
    changed: array[int] = field(default_factory=lambda: array("I"))
    opened: array[int] = field(default_factory=lambda: array("I"))


@dataclass
class Tally:
    """The whole of one table."""

    mapping: Mapping
    rows: Rows
    questions: list[Question]
    undated: int = 0
    categories: Counter[str] = field(default_factory=Counter)
    departments: Counter[str] = field(default_factory=Counter)
    #: names of places from the widest tier, and how often
    places: Counter[tuple[str, ...]] = field(default_factory=Counter)
    points: list[tuple[float, float]] = field(default_factory=list)


def tally(survey: Survey, watch: Watch | None = None) -> Tally:
    """Count a table that has been looked at."""
    mapping = survey.mapping
    reader = Reader(mapping, turn_of(mapping))
    rows = Rows()
    out = Tally(mapping, rows, list(survey.seen.questions))
    strange: Counter[str] = Counter()
    evidence = _undecided(mapping)
    opened = mapping.opened
    nameless = 0
    for row in survey.table.rows(watch):
        if row.error:
            continue
        cells = row.cells
        name = reader.name(cells)
        if not name:
            # a row without a name is an event of its own
            nameless += 1
            name = f"\0{row.number}"
        rows.names.append(int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big"))
        state, word = reader.state(cells)
        if word and (word in strange or len(strange) < _WORDS):
            strange[word] += 1
        rows.states.append(_CODES[state])
        point = reader.point(cells)
        rows.located.append(point is not None)
        changed = reader.moment(mapping.updated, cells) if mapping.updated else None
        rows.changed.append(0 if changed is None else _seconds(changed))
        began = reader.moment(opened, cells)
        out.undated += began is None
        rows.opened.append(0 if began is None else _seconds(began))
        for column, seen in evidence.items():
            seen.see(cells.get(column, ""))
        _names(out, mapping, cells)
        if point is not None:
            if len(out.points) < _POINTS:
                out.points.append(point)
            elif (place := hash(name) % (8 * _POINTS)) < _POINTS:
                out.points[place] = point
    out.mapping = _settled(out, strange, evidence)
    return out


def counted(survey_rows: int, unreadable: int, tallies: list[Tally]) -> Counts:
    """The counts of all tables together; an event that is in two of them counts once."""
    rows = [tally.rows for tally in tallies]
    names = joined([one.names for one in rows])
    states = joined([one.states for one in rows])
    located = joined([one.located for one in rows])
    changed = joined([one.changed for one in rows])
    # by name, then by time of change, then as in the file: the last of a name is what counts
    order = np.lexsort((changed, names)) if changed.any() else np.argsort(names, kind="stable")
    sorted_names = names[order]
    last = np.ones(len(order), dtype=bool)
    last[:-1] = sorted_names[1:] != sorted_names[:-1]
    chosen = order[last]
    per_state = np.bincount(states[chosen], minlength=len(_STATES))
    return Counts(
        rows=survey_rows,
        events=len(chosen),
        open=int(per_state[0]),
        closed=int(per_state[1]),
        rejected=int(per_state[2]),
        unknown=int(per_state[3]),
        located=int(located[chosen].sum()),
        unreadable=unreadable,
    )


def joined(parts: list[array[int]]) -> np.ndarray[Any, Any]:
    """The entries of all tables as one array, without a copy if there is one table."""
    views = [np.frombuffer(part, dtype=part.typecode) for part in parts]
    return views[0] if len(views) == 1 else np.concatenate(views)


def _seconds(when: datetime) -> int:
    """Seconds since 1970, at least 1; a time without a zone as if it were in UTC."""
    found = (when.replace(tzinfo=UTC) if when.tzinfo is None else when).timestamp()
    return min(max(int(found), 1), 2**32 - 1)


def _names(out: Tally, mapping: Mapping, cells: dict[str, str]) -> None:
    if (name := mapping.category.of(cells)) and (
        name in out.categories or len(out.categories) < _NAMES
    ):
        out.categories[name] += 1
    if (name := mapping.department.of(cells)) and (
        name in out.departments or len(out.departments) < _NAMES
    ):
        out.departments[name] += 1
    place = tuple(cells.get(column, "") if column else "" for column in mapping.place.tiers)
    if any(place) and (place in out.places or len(out.places) < _NAMES):
        out.places[place] += 1


def _undecided(mapping: Mapping) -> dict[str, Evidence]:
    """The columns of dates with the year last: their order is that of the whole file."""
    return {
        when.column: Evidence()
        for when in (mapping.opened, mapping.closed, mapping.due, mapping.updated)
        if when is not None and when.written is Written.FIGURES and when.order is not None
    }


def _settled(out: Tally, strange: Counter[str], evidence: dict[str, Evidence]) -> Mapping:
    """The mapping with what the whole file shows; questions that it answers are gone."""
    mapping = out.mapping
    asked = {q.about for q in out.questions}
    for word, _ in strange.most_common(8):
        if (about := f"status: {word}") not in asked:
            out.questions.append(Question(about, ("open", "closed", "rejected")))
    if not evidence or not any(about.startswith("dates of") for about in asked):
        return mapping
    try:
        orders = decide(evidence, {})
    except DateError:
        return mapping
    out.questions = [q for q in out.questions if not q.about.startswith("dates of")]
    return replace(mapping, **_ordered(mapping, orders))


def _ordered(mapping: Mapping, orders: dict[str, Order]) -> dict[str, When]:
    out = {}
    for role in _TIMES:
        when = getattr(mapping, role)
        if when is not None and when.column in orders:
            out[role] = replace(when, order=orders[when.column])
    return out
