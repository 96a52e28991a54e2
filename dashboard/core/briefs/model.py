"""A brief in codes and numbers, and the material it is composed of. Pure.

The same brief is shown in every language and in every file format. A number in a sentence is a
:class:`Figure` with the id of its definition (docs/briefs.md); table cells and chart values are
plain, and their column or line has the definition.

Durations are ms. In the material, ``open`` and ``overdue`` are as of the end of the period (of a
running one: now); ``open_before`` and ``overdue_before`` as of its start.
"""

from __future__ import annotations

import msgspec

from dashboard.core.scoring.scores import RankMove

#: a cell: a number, a code or a day, why a rank moved, None where nothing is known
Cell = str | int | float | RankMove | None

#: how a value is written: count, percent (0 to 1), points (of a percentage), hours (ms of clock
#: time), age (ms), score, rank, places (of rank), time (ms), day (YYYYMMDD), hour (0 to 23), event
#: and names by their code: area, department, category, level; change is a signed count, growth a
#: signed percent, text is shown as it is, measure is the id of a definition, why is a sentence,
#: homes is a count of households that may not be recorded
Kind = str


class Figure(msgspec.Struct, frozen=True, omit_defaults=True):
    """A value in a sentence."""

    kind: Kind
    value: Cell
    #: id of the definition; names have none
    metric: str = ""


class Sentence(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sentence: the rule it comes from, and its values."""

    #: its words are ``briefs.say.RULE``
    rule: str
    values: dict[str, Figure] = {}
    #: "good", "bad" or "" for neither
    tone: str = ""


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """A column; its head is ``briefs.col.ID``, or the name of its definition."""

    id: str
    kind: Kind
    metric: str = ""


class Table(msgspec.Struct, frozen=True):
    """A table; its title is ``briefs.table.ID``."""

    id: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    #: how many rows there are in all; more than ``rows`` if it was cut
    of: int


class Line(msgspec.Struct, frozen=True):
    """One set of values of a chart."""

    metric: str
    kind: Kind
    values: tuple[float | None, ...]


class Chart(msgspec.Struct, frozen=True):
    """A chart; its title is ``briefs.chart.ID``."""

    id: str
    #: columns (over time), line (over time) or bars (by name, the largest first)
    shape: str
    #: what ``x`` holds: day, hour, area, category or department
    kind: Kind
    x: tuple[Cell, ...]
    lines: tuple[Line, ...]


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The place and period of a brief, and the data behind it."""

    id: str
    #: "" is the whole city
    area: str
    #: day, week or month, as written in ``at``: 2018-01-15, 2018-W03, 2018-01
    period: str
    at: str
    #: first and last local day (YYYYMMDD)
    first: int
    last: int
    #: the period was not over when the brief was composed
    running: bool
    #: what it is compared with, as written; "" if nothing is known of it
    compared: str
    zone: str
    #: when it was composed, and up to when actions are counted (ms UTC)
    made: int
    as_of: int
    #: live, replay or simulated
    source: str
    #: positions in the streams of actions: the same ones give the same brief
    position: dict[str, str]
    #: the tier of the table of places; "" in briefs of before it was kept
    tier: str = ""
    #: where the period compared with ends, ms, if it ends in a day; else 0
    compared_end: int = 0
    #: first local day with records, of the whole city; None while there are none; 0 in briefs of
    #: before it was kept
    since: int | None = 0


class Brief(msgspec.Struct, frozen=True, kw_only=True):
    """A whole brief."""

    head: Head
    sentences: tuple[Sentence, ...]
    tables: tuple[Table, ...]
    charts: tuple[Chart, ...]
    #: ids of every definition used, in the order of their first use
    definitions: tuple[str, ...]
    #: events counted: reported in the period
    events: int


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """The numbers of one subject in one period."""

    reported: int = 0
    closed: int = 0
    open: int = 0
    overdue: int = 0
    response_overdue: int = 0
    decided: int = 0
    on_time: int = 0
    #: how many were handled with a limit, handled at all, dispatched: what the rates are of
    timed: int = 0
    handled: int = 0
    dispatched: int = 0
    #: clock time from dispatch to handled, of what was handled in the period
    median: float | None = None
    p90: float | None = None
    #: rounds without a usable time, which are in none of the times, rates and scores
    unmeasured: int = 0
    returned: float | None = None
    reworked: float | None = None

    @property
    def on_time_rate(self) -> float | None:
        return self.on_time / self.decided if self.decided else None


class Row(msgspec.Struct, frozen=True):
    """A subject (area, category, department, level) now and in the period before."""

    code: str
    now: Sums
    #: None where the period before cannot be compared with
    before: Sums | None = None
    #: of a place, if those of all its grids are recorded
    households: int | None = None


class Scored(msgspec.Struct, frozen=True, kw_only=True):
    """A department's or a place's score in the period."""

    code: str
    n: int
    dispatch: float | None = None
    handling: float | None = None
    outcome: float | None = None
    total: float | None = None
    rank: int | None = None
    rank_change: int | None = None
    #: why the rank is not what it was
    moved: RankMove | None = None
    unmeasured: int = 0


class Late(msgspec.Struct, frozen=True, kw_only=True):
    """An event with overdue handling at the end of the period; ``since`` is its beginning."""

    event_id: str
    level: str
    category: str
    department: str
    area: str
    since: int


class Point(msgspec.Struct, frozen=True):
    """A day (YYYYMMDD) or an hour (0 to 23) of the period."""

    at: int
    reported: int
    closed: int
    decided: int
    on_time: int
    #: not over yet, or not begun
    running: bool = False


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a brief is composed of."""

    total: Row
    #: as of the start of the period
    open_before: int | None = None
    overdue_before: int | None = None
    response_overdue_before: int | None = None
    levels: tuple[Row, ...] = ()
    areas: tuple[Row, ...] = ()
    categories: tuple[Row, ...] = ()
    departments: tuple[Row, ...] = ()
    #: of departments for the whole city, of the places below for an area; best first
    scores: tuple[Scored, ...] = ()
    scores_of: str = "department"
    series: tuple[Point, ...] = ()
    #: overdue for longest first
    longest: tuple[Late, ...] = ()
    #: the end the overdue times are counted to
    end: int = 0
