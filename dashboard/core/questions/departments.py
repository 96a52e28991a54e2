"""The structs that pages about departments (and places) are made of. Pure."""

from __future__ import annotations

import msgspec

from dashboard.core.model.periods import Span
from dashboard.core.model.rules import Rules, Weights
from dashboard.core.questions.answers import Backlog, Handling, Kpis, Series
from dashboard.core.scoring.reasons import Checked, Fall
from dashboard.core.scoring.scores import Score
from dashboard.core.scoring.shrinkage import Prior

#: what can be scored
BY = ("department", "township", "community")
#: how many can be compared side by side
SIDES = 4


class Weighed(msgspec.Struct, frozen=True, kw_only=True):
    """What a page's scores were made with."""

    weights: Weights
    #: those in force
    usual: Weights
    #: the month (YYYYMM) from which the version in force is valid; 0 for the first
    version: int
    #: what a 'what if' changed, as the API names it
    changed: dict[str, float]


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the scoreboard."""

    score: Score
    before: Score | None
    #: with the weights in force; None unless others are tried
    present: Score | None
    kpis: Kpis


class Standings(msgspec.Struct, frozen=True, kw_only=True):
    """A scoreboard: all subjects of a kind in a range, best first."""

    by: str
    span: Span
    compared: Span | None
    weighed: Weighed
    priors: dict[str, Prior]
    rows: list[Row]
    #: nothing learned from now on counts in it any more
    closed: bool

    def row(self, subject: str) -> Row | None:
        """The line of one subject."""
        return next((row for row in self.rows if row.score.subject == subject), None)

    @property
    def ranked(self) -> int:
        """How many have a rank."""
        return sum(row.score.rank is not None for row in self.rows)


class Costly(msgspec.Struct, frozen=True, kw_only=True):
    """An event and what it took from the total."""

    event_id: str
    #: points of the total, by component and all together
    points: float
    by: dict[str, float]
    status: str
    level: str
    category: str
    department: str
    township: str
    community: str
    reported_at: int
    handled_at: int | None
    #: clock time used by the last round of handling and its limit, ms
    spent: int | None
    limit: int | None


class Worst(msgspec.Struct, frozen=True, kw_only=True):
    """A category or a place: what its events took from the total, and took before."""

    code: str
    points: float
    before: float | None
    decided: int
    on_time: int
    events: int


class LevelSpread(msgspec.Struct, frozen=True, kw_only=True):
    """How handling times lie at one level."""

    level: str
    handling: Handling


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A period of the trend; no score where there was nothing."""

    span: Span
    score: Score | None


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """A check with some of the events that it counted."""

    check: Checked
    events: list[str]


class MovedPart(msgspec.Struct, frozen=True, kw_only=True):
    """What an event added to the two sums of a component, and the points that it cost the total."""

    component: str
    above: float
    below: float
    points: float


class MovedScore(msgspec.Struct, frozen=True, kw_only=True):
    """A month's score of one subject that an event moved."""

    by: str
    subject: str
    span: Span
    parts: tuple[MovedPart, ...]


class Whole(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on one subject's page."""

    board: Standings
    row: Row
    trend: list[Point]
    series: Series
    fall: Fall | None
    costly: list[Costly]
    costly_events: int
    categories: list[Worst]
    #: townships of a department, departments of a place
    others: list[Worst]
    others_by: str
    handling: Handling
    levels: list[LevelSpread]
    backlog: Backlog
    evidence: list[Evidence]
    excluded: dict[str, str]


class Side(msgspec.Struct, frozen=True, kw_only=True):
    """One of those compared."""

    row: Row
    trend: list[Point]
    handling: Handling
    backlog: Backlog
    evidence: list[Evidence]
    worst: Costly | None


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Up to four side by side."""

    board: Standings
    sides: list[Side]


def month_of(span: Span) -> int:
    """The month whose weights a range is scored with: a week's is that of its Thursday."""
    day = span.days[3] if span.kind == "week" and span.length == 7 else span.first_day
    return day // 100


def closed(span: Span, rules: Rules, now_ms: int) -> bool:
    """Whether nothing that is learned from now on counts in it any more."""
    return rules.closes_at(span.last_day // 100) < now_ms
