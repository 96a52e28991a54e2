"""What every part of the pages about scores needs: the ask, what is scored, words and names. Pure.

Also how these pages write ranges and lost points, and the small parts that only they have.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.durations import duration
from dashboard.config.words.figures import NOTHING, as_date, count, moment, points, spoken
from dashboard.config.words.plurals import say
from dashboard.config.words.ranks import reason
from dashboard.core.model.periods import Span
from dashboard.core.model.records import Coverage, coverage
from dashboard.core.questions.ask import NONE, Ask
from dashboard.core.questions.behind.opened import address
from dashboard.core.questions.grid.base_counts import AreaCounts
from dashboard.core.scoring.scores import RankMove, Score
from layouts.pages.kit.known import not_recorded, unrecorded
from layouts.pages.kit.links import link
from layouts.pages.kit.opens import figure, plain
from layouts.pages.kit.ranges import month_words

#: an interval wider than this, in points, is too wide to rank by
WIDE = 20.0


@dataclass(frozen=True)
class Context:
    """One page about scores: its address, language and names."""

    ask: Ask
    #: what is scored: department, township or community
    by: str
    text: Mapping[str, str]
    zone: str
    #: of this page
    path: str
    #: (kind, code) → name; kinds are department, category, township, community
    name: Callable[[str, str], str]
    #: the first day of the city's records, YYYYMMDD; 0: there are none
    since: int = 1
    #: place → its households, as far as they are recorded
    areas: Mapping[str, AreaCounts] = field(default_factory=dict)
    #: the area that is asked for, or the user's own; "" is the whole city
    area: str = ""
    #: whether a place is inside it
    here: Callable[[str], bool] = lambda _: True

    @property
    def of_places(self) -> bool:
        """Whether places are scored, which have households."""
        return self.by != "department"

    def per_1000(self, code: str, n: float | None) -> float | None:
        """A number of a place per 1,000 households; None where these are not all recorded."""
        area = self.areas.get(code)
        return area.per_1000(n) if area else None

    def rate(self, code: str, n: float | None) -> Component:
        """The same as a cell, or that households are not recorded."""
        rate = self.per_1000(code, n)
        if rate is None:
            return unrecorded(self.text, self.text["review.overview.no_homes_means"])
        return plain(count(rate, 1 if rate >= 1 else 2), "derived")

    def kept(self, of: Span) -> Coverage:
        """The days of a range that have records."""
        return coverage(of.first_day, of.last_day, self.since or None)

    def missing(self, of: Span) -> str:
        """That there are no records of a range; "" if there are some."""
        kept = self.kept(of)
        return "" if kept.days else not_recorded(kept, self.text)

    def absent(self, code: str) -> str:
        """Why the board has no line of a subject."""
        words = {"name": self.subject(code), "area": self.name("area", self.area)}
        if self.by == "department" and self.area:
            return self.say("uncounted_area", **words)
        if self.by != "department" and not self.here(code):
            return self.say("uncounted_outside", **words)
        return self.say("nothing", **words)

    def say(self, key: str, **values: object) -> str:
        """A message of these pages."""
        return say(self.text, f"review.dep.{key}", **values)

    def subject(self, code: str) -> str:
        """The name of a department, township or community of this board."""
        return self.name(self.by, code)

    def to(self, code: str, **changes: object) -> str:
        """The address of a subject's page."""
        kept: dict[str, object] = {"sort": None, "d": None}
        path = f"/departments/{quote(code, safe='')}"
        return self.ask.url(path, **{**kept, **changes})

    def event(self, event_id: str) -> str:
        """The address of an event's page."""
        return self.ask.bare().url(f"/events/{quote(event_id, safe='')}")

    def counted(
        self, code: str, of: str, words: str, value: float | None, **changes: object
    ) -> Component:
        """A number of a subject's events, which opens to them."""
        return figure(words, value, self.behind(code, of, **changes))

    def behind(self, code: str, of: str, **changes: object) -> str:
        """The address of the events behind a number of a subject."""
        where = "department" if self.by == "department" else "area"
        return address(self.ask, of, **{where: code or NONE, **changes})

    def scored(
        self, code: str, of: str, words: str, value: float | None, **changes: object
    ) -> Component:
        """A number of a subject's score, which opens to the events that made it."""
        return figure(words, value, self.score(code, of, **changes))

    def score(self, code: str, of: str, **changes: object) -> str:
        """The address of the events behind a number of a subject's score."""
        by = None if self.by == "department" else self.by
        tried = self.ask.own.weights
        return address(self.ask, of, **{"by": by, "code": code, **tried, **changes})

    def when(self, ms: int | None) -> str:
        """A moment, to the minute, in the city's time."""
        return moment(ms, self.zone)

    def duration(self, ms: float | None) -> str:
        """A length of time in one or two units."""
        return duration(ms, self.text)

    def measure(self, code: str) -> str:
        """The words for a measure of a score: on_time.red is “On time [Red]”."""
        name, _, part = code.partition(".")
        words = self.text[f"review.event.measure_{name}"]
        if not part:
            return words
        kind = self.text.get(f"level_short.{part}") or self.text[f"review.event.rated_{part}"]
        return f"{words} [{kind}]"

    def period(self, span: Span) -> str:
        """A range as a month, a year or explicit dates, so that 'this month' is unambiguous."""
        first = as_date(span.first_day)
        if span.kind == "month":
            return month_words(first.year, first.month, self.text)
        if span.kind == "year":
            return self.text["review.range.named_year"].format(year=first.year)
        return spoken(span, self.zone, short=True)


def short(span: Span) -> str:
    """A period on an axis: its month, or its first day."""
    first = as_date(span.first_day)
    return f"{first:%Y-%m}" if span.kind == "month" else f"{first:%m-%d}"


def cost(value: float) -> str:
    """Points that one event took: three digits below 0.1, as many events take little each."""
    return f"{value:.3f}" if abs(value) < 0.1 else f"{value:.2f}"


def interval(score: Score) -> Component:
    """The interval of the ranking score as a bar on 0 to 100, with a tick at the score."""
    if score.shrunk is None or score.low is None or score.high is None:
        return html.Span(NOTHING)
    width = max(0.6, score.high - score.low)
    ends = f"{points(score.low)} – {points(score.high)}"
    return html.Span(
        [
            html.Span(
                className="d-reach", style={"left": f"{score.low:.1f}%", "width": f"{width:.1f}%"}
            ),
            html.Span(className="d-tick", style={"left": f"{score.shrunk:.1f}%"}),
        ],
        className="d-interval",
        title=ends,
        role="img",
        **{"aria-label": ends},
    )


def moved(context: Context, change: int | None, move: RankMove | None = None) -> Component:
    """Ranks gained or lost; that there was none before, or is none now, if ``move`` shows it."""
    if change is None:
        sign = {"new": context.text["rank.new"], "gone": "↓"}.get(move.way if move else "", "")
        title = context.text[f"rank.{move.way}_means"] if move and sign else None
        return html.Span(sign, className="d-moved", title=title)
    if not change:
        return html.Span("=", className="d-moved", title=context.say("moved_none"))
    key, arrow = ("moved_up", "↑") if change > 0 else ("moved_down", "↓")
    title = context.say(key, n=abs(change))
    return html.Span(f"{arrow}{abs(change)}", className="d-moved", title=title)


def reason_of(context: Context, score: Score) -> Component | None:
    """Why its rank is not what it was, in a sentence; leads to the events of the cause."""
    if score.moved is None:
        return None
    words = reason(score.moved, context.text)
    if not score.moved.component:
        return html.Span(words, className="d-reason")
    href = context.to(score.subject, part=score.moved.component)
    return link(words, href, context.say("why_title"), "d-reason")


def caveat(context: Context, score: Score) -> Component | None:
    """A warning where a score rests on few cases; None where it does not."""
    if score.total is None:
        words = context.say("small_none")
    elif score.rank is None:
        words = context.say("small_unranked", n=score.n)
    elif score.low is not None and score.high is not None and score.high - score.low > WIDE:
        words = context.say("small_wide")
    else:
        return None
    return html.Span(words, className="d-small")


def definitions(context: Context, keys: Sequence[str]) -> Component:
    """How the numbers of a page are calculated, folded away; ``keys`` are ids of metrics."""
    text, rows = context.text, []
    for key in keys:
        rows += [
            html.Dt(text[f"metric.{key}_name"]),
            html.Dd([text[f"metric.{key}_means"], " ", html.Span(text[f"metric.{key}_formula"])]),
        ]
    return html.Details([html.Summary(context.say("how_made")), html.Dl(rows)], className="d-defs")
