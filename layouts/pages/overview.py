"""The overview: a range's numbers against those of another range, what changed most, when. Pure.

Each number has a card with its change, its trend and the city's target.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config.words.durations import duration
from dashboard.config.words.figures import count, percent, signed, spoken
from dashboard.core.model.periods import Span
from dashboard.core.model.records import Coverage, coverage, has_records
from dashboard.core.questions.answers import Breakdown, Calendar, Kpis, Mover, Point, Series
from dashboard.core.questions.ask import NONE, Ask
from dashboard.core.questions.behind.opened import address, of_point, of_span
from dashboard.core.questions.grid.base_counts import AreaCounts
from dashboard.core.surges.incidents import SurgeWarning
from layouts.look.city import CityView, pick
from layouts.look.theme import THEMES
from layouts.pages import figures
from layouts.pages.briefs.parts import make_button
from layouts.pages.figures import HEIGHT, trend
from layouts.pages.kit import ids, parts
from layouts.pages.kit.known import not_recorded, uncounted, unrecorded
from layouts.pages.kit.links import (
    export_buttons,
    link,
    to_definition,
    to_department,
)
from layouts.pages.kit.messages import empty
from layouts.pages.kit.opens import figure, filled, plain
from layouts.pages.kit.parts import Better, Head, Unit
from layouts.pages.kit.points import course
from layouts.pages.kit.ranges import compared_words
from layouts.pages.warnings import card, none_open

PATH = "/"
#: what movers and the calendar can be asked for
MOVES = ("reported", "became_overdue", "late", "closed", "open")
DAYS = ("reported", "closed", "became_overdue", "open")
#: what the table below the course has
COURSE = (
    *("reported", "closed", "on_time_rate", "open", "overdue", "response_overdue"),
    "became_overdue",
)
#: groups whose movers are shown
GROUPS = ("area", "category", "department")
#: warnings shown here; the others are on their own page
MOST_WARNINGS = 3
#: name, the direction that is good, the values of its line
_Spark = Callable[[Point], float | None]
_CARDS: tuple[tuple[str, Better, _Spark | None], ...] = (
    ("reported", "", lambda p: p.reported),
    ("closed", "up", lambda p: p.closed),
    ("close_rate", "up", None),
    ("on_time_rate", "up", lambda p: p.on_time_rate),
    ("median_ms", "down", None),
    ("open", "down", lambda p: p.open),
    ("overdue", "down", lambda p: p.overdue),
    ("response_overdue", "down", lambda p: p.response_overdue),
    ("became_overdue", "down", lambda p: p.became_overdue),
    ("return_rate", "down", None),
    ("rework_rate", "down", None),
)


class OverviewData(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is made of; ``before`` and the like are None without a comparison."""

    span: Span
    compared: Span | None
    now: Kpis
    before: Kpis | None
    series: Series
    series_before: Series | None
    #: by area (one tier below), category, department
    groups: Mapping[str, Breakdown]
    calendar: Calendar
    warnings: Sequence[SurgeWarning]
    #: with fewer complete days a warning shows no odds
    odds_days: int
    #: names of the places that occur
    names: Mapping[str, str]
    move: str
    shown: str
    #: the first day of the viewer's records, YYYYMMDD; 0: there are none
    first_day: int = 0
    #: the first day of the whole city's records; 0: there are none
    since: int = 0
    #: the range is shorter than this month, because nothing is before that
    short: bool = False
    #: the city's targets, by the id of the number
    targets: Mapping[str, float] = {}
    #: place → its households, as far as they are recorded
    areas: Mapping[str, AreaCounts] = {}
    #: whether the viewer may make a brief of it
    may_brief: bool = False


def body(data: OverviewData, ask: Ask, city: CityView, text: Mapping[str, str]) -> Component:
    """The page."""
    kept = coverage(data.span.first_day, data.span.last_day, data.since or None)
    brief = data.span.label if data.may_brief and data.span.kind != "time" else ""
    return html.Div(
        [
            html.Div(
                [
                    html.P(compared_words(data, ask, PATH, city.zone, text)),
                    make_button(ask.area, brief, ask, text),
                ],
                className="r-range",
            ),
            cards(
                data.now,
                data.before,
                data.compared,
                data.series.points,
                data.targets,
                ask,
                text,
                kept,
            ),
            html.Div(
                [_trend(data, ask, city, text), _warned(data, ask, city, text)], className="r-lead"
            ),
            _movers(data, ask, city, text),
            _days(data, ask, text),
        ]
    )


def cards(
    now: Kpis,
    before: Kpis | None,
    compared: Span | None,
    points: Sequence[Point],
    targets: Mapping[str, float],
    ask: Ask,
    text: Mapping[str, str],
    kept: Coverage | None = None,
) -> Component:
    """All of them; ``before`` and ``compared`` are None without a comparison.

    ``kept``: the days with records, None if all have some. Of a range without any there is no
    number.
    """
    if kept is not None and not kept.days:
        means = not_recorded(kept, text)
        none = [
            parts.kpi(
                text[f"review.kpi.{name}"],
                unrecorded(text, means),
                define=to_definition(ask, name),
            )
            for name, _, _ in _CARDS
        ]
        return parts.cards(none, text["review.overview.kpis"])
    since = (kept.since if kept else None) or 1
    points = [point for point in points if has_records(point.day, since)]
    shown = [_kpi(*one, now, before, compared, points, targets, ask, text) for one in _CARDS]
    return parts.cards(shown, text["review.overview.kpis"])


def _kpi(
    name: str,
    better: Better,
    spark: _Spark | None,
    kpis: Kpis,
    kpis_before: Kpis | None,
    compared: Span | None,
    points: Sequence[Point],
    targets: Mapping[str, float],
    ask: Ask,
    text: Mapping[str, str],
) -> Component:
    now = getattr(kpis, name)
    was = None if kpis_before is None else getattr(kpis_before, name)
    share, clock = name.endswith("_rate"), name.endswith("_ms")
    note: list[Component | str] = []
    unit: Unit = "share" if share else "time" if clock else ""
    if clock:
        value, longest = duration(now, text), duration(kpis.p90_ms, text)
        opened = figure(longest, kpis.p90_ms, address(ask, "p90_ms"))
        note = filled(text["review.overview.p90"], n=opened)
    else:
        value = percent(now) if share else count(now)
    if name == "close_rate":
        note = [text["review.overview.by_now"]]
    elif name == "on_time_rate":
        opened = figure(count(kpis.decided), kpis.decided, address(ask, "decided"))
        note = filled(text["review.overview.of_decided"], n=opened)
    changed: Component | str = ""
    behind = address(ask, name, **_then(compared)) if compared is not None else ""
    # what was reported before has had longer to be closed: no fair comparison
    if kpis_before is not None and name != "close_rate":
        changed = parts.change(now, was, text, better=better, unit=unit, behind=behind)
    target = targets.get(name)
    if target is not None:
        line = _target(name, better, now, target, text)
        note = [line, *([" · ", *note] if note else [])]
    course_of: Component | str = ""
    drawn = [] if spark is None else [spark(point) for point in points]
    # a rate of few of its points, as of most minutes, is no line
    if drawn and 2 * sum(one is not None for one in drawn) >= len(drawn):
        label = text["review.overview.spark"].format(name=text[f"review.kpi.{name}"])
        course_of = parts.sparkline(drawn, THEMES[ask.theme or "light"], label, target)
    return parts.kpi(
        text[f"review.kpi.{name}"],
        figure(value, now, address(ask, name)),
        define=to_definition(ask, name),
        change=changed,
        spark=course_of,
        note=note,
    )


def _target(
    name: str, better: Better, now: float | None, target: float, text: Mapping[str, str]
) -> str:
    """The target in words, and whether it is met."""
    wanted = duration(round(target), text) if name.endswith("_ms") else percent(target)
    line = text[f"review.overview.target_{better}"].format(n=wanted)
    if now is None:
        return line
    met = now >= target if better == "up" else now <= target
    return line + text["review.overview.target_met" if met else "review.overview.target_missed"]


def _then(compared: Span | None) -> dict[str, object]:
    """The changes of an address for the range that is compared with, which may end in a day."""
    return {} if compared is None else of_span(compared, cut=True)


def _trend(data: OverviewData, ask: Ask, city: CityView, text: Mapping[str, str]) -> Component:
    if not data.series.points:
        return parts.section(text["review.overview.course"], empty(text))
    if not any(has_records(point.day, data.since) for point in data.series.points):
        kept = coverage(data.span.first_day, data.span.last_day, data.since or None)
        return parts.section(text["review.overview.course"], empty(text, not_recorded(kept, text)))
    was = ""
    if data.compared is not None:
        was = spoken(data.compared, city.zone, short=True)
    by = data.series.by

    def behind(point: Point, measure: str, before: bool = False) -> str:
        return address(ask, measure, **of_point(point, by))

    drawn = trend(
        data.series,
        data.series_before,
        THEMES[ask.theme or "light"],
        text,
        city.zone,
        was,
        data.span.running,
        behind,
        data.since,
    )
    graph = dcc.Graph(
        id=ids.OVERVIEW_TREND,
        figure=drawn,
        config={"displayModeBar": False, "doubleClick": False},
        responsive=True,
        className="r-figure",
        style={"height": f"{HEIGHT}px"},
    )
    title = text["review.overview.course"]
    measures = [(name, text[f"review.kpi.{name}"]) for name in COURSE]
    values = course(title, data.series.points, by, measures, behind, text, data.since)
    hint = html.P(text["review.overview.drag"], className="r-hint r-drag")
    return parts.section(title, graph, hint, values)


def _warned(data: OverviewData, ask: Ask, city: CityView, text: Mapping[str, str]) -> Component:
    title = text["review.overview.warnings"]
    if ask.department or ask.level or ask.channel:
        means = text["review.warning.uncounted"]
        return parts.section(title, html.P([uncounted(text, means), html.Br(), means]))
    if not data.warnings:
        return parts.section(title, empty(text, none_open(data.since, text)))
    shown = [card(one, ask, city, data, text) for one in data.warnings[:MOST_WARNINGS]]
    more = link(
        text["review.overview.all_warnings"].format(n=len(data.warnings)),
        Ask(area=ask.area, lang=ask.lang, theme=ask.theme).url("/warnings"),
    )
    # all of one category are here, or the way to the rest is the way to those of all
    all_here = ask.category and len(data.warnings) <= MOST_WARNINGS
    return parts.section(title, *shown, actions=[] if all_here else [more])


def _movers(data: OverviewData, ask: Ask, city: CityView, text: Mapping[str, str]) -> Component:
    title = text["review.overview.movers"]
    kept = coverage(data.span.first_day, data.span.last_day, data.since or None)
    if not kept.days:
        return parts.section(title, empty(text, not_recorded(kept, text)))
    if data.compared is None:
        why = "no_compare" if ask.compare == "none" else "unknown_before"
        return parts.section(title, empty(text, text[f"review.overview.{why}"]))
    picks = parts.choices(
        [
            (
                text[f"review.kpi.{m}"],
                ask.url(PATH, move=None if m == MOVES[0] else m),
                m == data.move,
            )
            for m in MOVES
        ],
        title,
    )
    tables = [
        _moved(group, data.groups[group], data, ask, city, text)
        for group in GROUPS
        if group in data.groups
    ]
    return parts.section(
        title,
        html.Div(tables, className="r-columns"),
        actions=[picks, _every_mover(data.move, ask, text)],
        note=text["review.overview.movers_note"],
        id="movers",
    )


def _every_mover(move: str, ask: Ask, text: Mapping[str, str]) -> Component:
    """The way to the ranking of every kind of place by every figure, with reasons."""
    href = ask.bare().url("/movers", move=move)
    return link(text["review.overview.all_movers"], href, kind="r-all")


def _moved(
    group: str,
    found: Breakdown,
    data: OverviewData,
    ask: Ask,
    city: CityView,
    text: Mapping[str, str],
) -> Component:
    moved = found.movers(data.move)
    title = text[f"review.overview.by_{group}"]
    rows = []
    for one in (*moved.up, *reversed(moved.down)):
        words = _name(group, one.key, data, ask, city, text)
        rows.append(
            [
                link(words, _towards(group, one.key, ask)) if one.key else words,
                figure(count(one.now), one.now, _behind(data, group, found.by, one.key, ask)),
                *([_per_1000(one, data, text)] if group == "area" else []),
                figure(
                    count(one.before),
                    one.before,
                    _behind(data, group, found.by, one.key, ask, **_then(data.compared)),
                ),
                plain(_step(one, data.move, text), "difference"),
            ]
        )
    if not rows:
        return parts.section(title, empty(text, text["review.overview.unmoved"]))
    names = ("now", *(["per_1000"] if group == "area" else []), "before", "step")
    columns = (text[f"review.overview.{one}"] for one in names)
    heads = [Head(title), *(Head(one, number=True) for one in columns)]
    caption = f"{text['review.overview.movers']}: {text[f'review.kpi.{data.move}']}, {title}"
    files = export_buttons("overview", ask, text, by=group)
    return html.Div([parts.table(heads, rows, caption=caption), files], className="r-section")


def _behind(
    data: OverviewData, group: str, tier: str, key: str, ask: Ask, **changes: object
) -> str:
    """The address of the events behind a group's number."""
    if key or group != "area":
        return address(ask, data.move, **{group: key or NONE, **changes})
    return address(ask, data.move, unplaced=tier, **changes)


def _per_1000(one: Mover, data: OverviewData, text: Mapping[str, str]) -> Component | str:
    """The number of a place per 1,000 households, or that these are not recorded."""
    homes = data.areas.get(one.key)
    rate = homes.per_1000(one.now) if homes else None
    if rate is not None:
        return plain(count(rate, 1 if rate >= 1 else 2), "derived")
    means = text["review.overview.no_homes_means"]
    return unrecorded(text, means)


def _step(one: Mover, measure: str, text: Mapping[str, str]) -> Component:
    by = signed(one.change)
    if one.relative is not None:
        by += f" ({signed(one.relative * 100)}%)"
    way = "up" if one.change > 0 else "down"
    worse = way == ("down" if measure == "closed" else "up") and measure != "reported"
    kind = f"r-change {way}{' clear' if one.clear else ''}{' worse' if worse and one.clear else ''}"
    caveat = [] if one.clear else [html.Span(text["review.overview.chance"], className="r-unseen")]
    return html.Span([html.Span(by, className="by"), *caveat], className=kind)


def _name(
    group: str, key: str, data: OverviewData, ask: Ask, city: CityView, text: Mapping[str, str]
) -> str:
    if not key:
        return text["review.overview.unknown"]
    if group == "area":
        return data.names.get(key, key)
    names = city.departments if group == "department" else city.categories
    return pick(names.get(key, {}), ask.lang) or key


def _towards(group: str, key: str, ask: Ask) -> str:
    """Where a group leads: this page filtered by it; a department has a page of its own."""
    if group == "department":
        return to_department(ask, key)
    return ask.url(PATH, **{group: key})


def _days(data: OverviewData, ask: Ask, text: Mapping[str, str]) -> Component:
    picks = parts.choices(
        [
            (
                text[f"review.kpi.{m}"],
                ask.url(PATH, days=None if m == DAYS[0] else m),
                m == data.shown,
            )
            for m in DAYS
        ],
        text["review.overview.days"],
    )
    years = parts.choices(
        [
            (str(year), ask.url(PATH, year=year), year == data.calendar.year)
            for year in data.calendar.years
        ],
        text["review.overview.years"],
    )
    year = data.calendar.year * 10_000
    kept = coverage(year + 101, year + 1231, data.since or None)
    drawn = empty(text, not_recorded(kept, text))
    if kept.days:
        drawn = figures.calendar(data.calendar, data.shown, ask, PATH, text, data.since)
    return parts.section(
        text["review.overview.days"],
        drawn,
        actions=[picks, years] if len(data.calendar.years) > 1 else [picks],
        id="days",
    )
