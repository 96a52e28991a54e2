"""Small things these pages are put together from: sections, tables, bars, deltas. Pure.

How these pages say numbers, names and addresses. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config.words.durations import duration
from dashboard.config.words.figures import NOTHING, as_date, days, moment, points, signed
from dashboard.core.model.periods import Span
from dashboard.core.questions.ask import Ask
from dashboard.core.scoring.scores import Score
from layouts.pages.kit.ranges import month_words

#: an interval wider than this, in points, says little
WIDE = 20.0


@dataclass(frozen=True)
class Scene:
    """What every part of these pages needs: the ask, what is scored, words and names."""

    ask: Ask
    by: str
    text: Mapping[str, str]
    zone: str
    #: of this page
    path: str
    #: (kind, code) → name; kinds are department, category, township, community
    name: Callable[[str, str], str]

    def say(self, key: str, **values: object) -> str:
        """A message of these pages."""
        return self.text[f"review.dep.{key}"].format(**values)

    def own(self, code: str) -> str:
        """The name of a subject of this board."""
        return self.name(self.by, code)

    def to(self, code: str, **changes: object) -> str:
        """The page of a subject."""
        kept: dict[str, object] = {"sort": None, "d": None, "part": None, "show": None}
        path = f"/departments/{quote(code, safe='')}"
        return self.ask.url(path, **{**kept, "page": None, **changes})

    def event(self, event_id: str) -> str:
        """The page of an event."""
        return self.ask.bare().url(f"/events/{quote(event_id, safe='')}")

    def when(self, ms: int | None) -> str:
        """A moment, to the minute, in the city's time."""
        return moment(ms, self.zone)

    def queue(self, code: str, **changes: object) -> str:
        """The queue of a subject."""
        where = "department" if self.by == "department" else "area"
        return self.ask.bare().url("/queue", **{where: code, **changes})

    def duration(self, ms: float | None) -> str:
        """A length of time in one or two units."""
        return duration(ms, self.text)

    def period(self, span: Span) -> str:
        """A range in words."""
        return span_words(span, self.text)


def span_words(span: Span, text: Mapping[str, str]) -> str:
    """A range with its days, so that 'this month' is never a riddle."""
    first = as_date(span.first_day)
    if span.kind == "month":
        return month_words(first.year, first.month, text)
    if span.kind == "year":
        return text["review.range.named_year"].format(year=first.year)
    return days(span.first_day, span.last_day, short=True)


def cost(value: float) -> str:
    """Points that an event took: they are small where there are many events."""
    return f"{value:.3f}" if abs(value) < 0.1 else f"{value:.2f}"


def short(span: Span) -> str:
    """A period on an axis: the day or the month that it begins with."""
    first = as_date(span.first_day)
    if span.kind == "month":
        return f"{first:%Y-%m}"
    return f"{first:%m-%d}"


Cell = Component | str


def section(
    title: str, *parts: Any, note: str = "", id_: str = "", wide: bool = False
) -> Component:
    """A titled part of a page."""
    head = [html.H2(title)] + ([html.P(note, className="d-note")] if note else [])
    more = {"id": id_} if id_ else {}
    inside = [html.Div(head, className="d-head"), *parts]
    return html.Section(inside, className="d-section wide" if wide else "d-section", **more)


def table(
    heads: Sequence[tuple[Cell, str]],
    rows: Sequence[Sequence[Cell]],
    *,
    caption: str,
    folds: bool = False,
) -> Component:
    """A table; each head is what it says and a class of its column. One that ``folds`` is a list
    of small cards on a phone."""
    kinds = [kind for _, kind in heads]
    first = html.Tr([html.Th(says, className=kind, scope="col") for says, kind in heads])
    return html.Div(
        html.Table(
            [
                html.Caption(caption, className="d-hidden"),
                html.Thead(first),
                html.Tbody(
                    [
                        html.Tr(
                            [html.Td(cell, className=k) for cell, k in zip(row, kinds, strict=True)]
                        )
                        for row in rows
                    ]
                ),
            ],
            className="d-table folds" if folds else "d-table",
        ),
        className="d-scroll",
        tabIndex="0",
        role="region",
        **{"aria-label": caption},
    )


def link(says: str, href: str, title: str = "", kind: str = "") -> Component:
    """A link inside the pages."""
    more = {"title": title} if title else {}
    return dcc.Link(says, href=href, className=kind or None, **more)


def interval(score: Score) -> Component:
    """The interval of the ranking score, as a bar on 0 to 100 with a tick where it is."""
    if score.shrunk is None or score.low is None or score.high is None:
        return html.Span(NOTHING)
    width = max(0.6, score.high - score.low)
    return html.Span(
        [
            html.Span(
                className="d-reach", style={"left": f"{score.low:.1f}%", "width": f"{width:.1f}%"}
            ),
            html.Span(className="d-tick", style={"left": f"{score.shrunk:.1f}%"}),
        ],
        className="d-interval",
        title=f"{points(score.low)} – {points(score.high)}",
        role="img",
        **{"aria-label": f"{points(score.low)} – {points(score.high)}"},
    )


def bar(share: float, marked: float = 0.0, title: str = "") -> Component:
    """A column of a histogram lying down: its length, and the marked end of it; 0 to 1."""
    plain = max(0.0, share - marked)
    return html.Span(
        [
            html.Span(className="d-plain", style={"width": f"{100 * plain:.2f}%"}),
            html.Span(className="d-marked", style={"width": f"{100 * marked:.2f}%"}),
        ],
        className="d-bar",
        title=title,
    )


def delta(now: float | None, before: float | None, *, title: str = "") -> Component:
    """A change in points: an arrow, so that colour is not needed."""
    if now is None or before is None:
        return html.Span("", className="d-delta")
    change = now - before
    kind = "same" if abs(change) < 0.05 else "up" if change > 0 else "down"
    arrow = {"same": "", "up": "▲ ", "down": "▼ "}[kind]
    return html.Span(f"{arrow}{signed(change, 1)}", className=f"d-delta {kind}", title=title)


def moved(scene: Scene, change: int | None) -> Component:
    """Places gained."""
    if change is None:
        return html.Span("", className="d-moved")
    if not change:
        return html.Span("=", className="d-moved", title=scene.say("moved_none"))
    key = "moved_up" if change > 0 else "moved_down"
    arrow = "↑" if change > 0 else "↓"
    return html.Span(
        f"{arrow}{abs(change)}", className="d-moved", title=scene.say(key, n=abs(change))
    )


def small(scene: Scene, score: Score) -> Component | None:
    """What has to be said where numbers are small."""
    if score.total is None:
        return html.Span(scene.say("small_none"), className="d-small")
    if score.rank is None:
        return html.Span(scene.say("small_unranked", n=score.n), className="d-small")
    if score.low is not None and score.high is not None and score.high - score.low > WIDE:
        return html.Span(scene.say("small_wide"), className="d-small")
    return None


def level(scene: Scene, value: str) -> Component:
    """A level: shape, colour and word."""
    return html.Span(
        [
            html.Span(className=f"d-shape {value}", **{"aria-hidden": "true"}),
            scene.text[f"level.{value}"],
        ],
        className="d-level",
    )


def definitions(scene: Scene, keys: Sequence[str]) -> Component:
    """How the numbers of a page are made, folded away."""
    text, rows = scene.text, []
    for key in keys:
        rows += [
            html.Dt(text[f"metric.{key}_name"]),
            html.Dd([text[f"metric.{key}_means"], " ", html.Span(text[f"metric.{key}_formula"])]),
        ]
    return html.Details([html.Summary(scene.say("how_made")), html.Dl(rows)], className="d-defs")
