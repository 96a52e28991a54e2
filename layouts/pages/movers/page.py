"""The page: what is ranked by what, the worst, the best, who is not ranked. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import quote

import msgspec
from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import count, day
from dashboard.core.model.periods import Span
from dashboard.core.model.records import coverage
from dashboard.core.questions.ask import NONE, Ask
from dashboard.core.questions.behind.opened import address, of_span
from dashboard.core.questions.movers import (
    FIGURES,
    SCORED,
    SUBJECTS,
    Course,
    Found,
    Moved,
    figures_of,
)
from layouts.look.theme import THEMES, Theme
from layouts.pages.kit import parts
from layouts.pages.kit.known import not_recorded, uncounted
from layouts.pages.kit.links import link, to_definition, to_department
from layouts.pages.kit.messages import empty
from layouts.pages.kit.opens import figure as opening
from layouts.pages.kit.opens import filled, plain
from layouts.pages.kit.ranges import compared_words
from layouts.pages.movers.why import Why, step_words

PATH = "/movers"
#: cards of the worst and of the best; with everything shown
WORST, BEST, MOST = 12, 6, 60
#: rows of those that are not ranked
_FEW = 40
_WIDTH, _HEIGHT = 240, 48
#: figures that have an entry of their own on the page of definitions
_DEFINED = frozenset(
    {
        *("reported", "closed", "open", "overdue", "became_overdue", "response_overdue"),
        *("became_response_overdue", "on_time_rate", "median_ms", "return_rate", "rework_rate"),
    }
)


class MoversData(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is made of; no ``found`` and no ``compared`` without a comparison."""

    span: Span
    compared: Span | None
    by: str
    figure: str
    found: Found | None
    #: kinds of subject of which there are several
    subjects: tuple[str, ...]
    #: the first day of the viewer's records, YYYYMMDD; 0: there are none
    first_day: int
    #: the range is shorter than this month, because nothing is before that
    short: bool
    #: the first day of the whole city's records; 0: there are none
    since: int = 0


def body(
    data: MoversData,
    ask: Ask,
    name: Callable[[str, str], str],
    zone: str,
    text: Mapping[str, str],
) -> Component:
    """The page; ``name`` gives the name of a code of a kind."""
    why = Why(text, data.span, name)
    asked = html.Div(
        [
            _picks("by", [(one, text[f"review.movers.by.{one}"]) for one in _kinds(data)],
                   data.by, data, ask, text),
            _picks("move", [(one, figure_name(one, text)) for one in figures_of(data.by)],
                   data.figure, data, ask, text),
            *_without(data.by, text),
        ],
        className="m-asked",
    )  # fmt: skip
    top = html.Div(html.P(compared_words(data, ask, PATH, zone, text)), className="r-range")
    if data.found is None:
        return html.Div([top, asked, _nothing(data, ask, text)])
    return html.Div([top, asked, *_ranked(data, data.found, ask, why)])


def figure_name(name: str, text: Mapping[str, str]) -> str:
    """A figure's name."""
    if FIGURES[name].kind == "score":
        return text[f"review.movers.score.{name}"]
    return text[f"review.kpi.{name}"]


def _kinds(data: MoversData) -> list[str]:
    return [one for one in SUBJECTS if one in data.subjects or one == data.by]


def _picks(
    field: str, items: Sequence[tuple[str, str]], chosen: str, data: MoversData, ask: Ask,
    text: Mapping[str, str],
) -> Component:  # fmt: skip
    label = text[f"review.movers.pick_{field}"]

    def href(value: str) -> str:
        changes: dict[str, object] = {field: value, "show": None}
        if field == "by" and data.figure not in figures_of(value):
            changes["move"] = None
        return ask.url(PATH, **changes)

    links = parts.choices([(words, href(one), one == chosen) for one, words in items], label)
    return html.Div([html.Span(label, className="m-pick"), links], className="m-picks")


def _without(by: str, text: Mapping[str, str]) -> list[Component]:
    """That there are no scores of a kind of subject, if so."""
    if by in SCORED:
        return []
    label = html.Span(text["review.movers.scores"], className="m-pick")
    return [html.Div([label, uncounted(text, text["review.movers.scored"])], className="m-picks")]


def _nothing(data: MoversData, ask: Ask, text: Mapping[str, str]) -> Component:
    if ask.compare == "none":
        return empty(text, text["review.overview.no_compare"])
    kept = coverage(data.span.first_day, data.span.last_day, data.since or None)
    if not kept.days:
        return empty(text, not_recorded(kept, text))
    if not data.first_day:
        return empty(text)
    return empty(text, text["review.movers.nothing_before"].format(day=day(data.first_day)))


def _ranked(data: MoversData, found: Found, ask: Ask, why: Why) -> list[Component]:
    text, figure, ranking = why.text, found.figure, found.ranking
    every = ask.own.show == "all"
    neutral = "neutral_" if not figure.better else ""
    most = _highest(found)
    sections = []
    for side, moved, first in (
        ("worse", ranking.worse, WORST),
        ("better", ranking.better, BEST),
    ):
        shown = moved[: MOST if every else first]
        cards = [
            _card(number, one, data, found, most, ask, why)
            for number, one in enumerate(shown, start=1)
        ]
        rest = len(moved) - len(shown)
        below: list[Component] = []
        if rest:
            counted = text["review.movers.more"].format(n=count(rest))
            can = not every and len(moved) > first
            words = link(counted, ask.url(PATH, show="all")) if can else counted
            below = [html.P(words, className="m-more")]
        title = text[f"review.movers.{neutral}{side}"].format(n=count(len(moved)))
        inside = html.Ol(cards, className="m-cards") if cards else empty(text, _none(side, why))
        sections.append(parts.section(title, inside, *below, id=side, className=f"m-{side}"))
    name = figure_name(figure.name, text)
    head: Component | str = name
    if figure.name in _DEFINED:
        head = link(name, to_definition(ask, figure.name))
    rules = link(text["review.movers.rules"], to_definition(ask, "movers"))
    axis = _axis(data, found, most, why)
    top = html.Div(
        [html.P(html.Strong(head)), html.P(axis, className="r-hint"), html.P(rules)],
        className="m-note",
    )
    rest_of = _unranked(data, found, why, ask)
    return [top, *sections, *([rest_of] if rest_of is not None else [])]


def _none(side: str, why: Why) -> str:
    return why.text[f"review.movers.none_{side}"]


def _axis(data: MoversData, found: Found, most: float, why: Why) -> str:
    step = why.text[f"review.movers.step_{found.step}"]
    return why.say("axis", step=step, most=why.value(found.figure, most))


def _card(
    number: int, one: Moved, data: MoversData, found: Found, most: float, ask: Ask, why: Why
) -> Component:
    figure, text = found.figure, why.text
    name = why.name(found.by, one.key)
    way = "up" if one.change > 0 else "down"
    worse = bool(figure.better) and way != figure.better
    kinds = f"r-change {way}{' worse' if worse else ''}{' clear' if one.clear else ''}"
    change = [html.Span(plain(step_words(figure, one, text), "difference"), className="by")]
    if not one.clear:
        change.append(html.Span(text["review.overview.chance"], className="m-chance"))
    course = found.courses.get(one.key)
    label = text["review.overview.spark"].format(name=name)
    theme = THEMES[ask.theme or "light"]
    inside = _inside(found.by, one.key, ask)
    return html.Li(
        [
            html.Div(
                [
                    html.Span(plain(str(number), "rank"), className="m-rank"),
                    html.H3(link(name, _towards(found.by, one.key, ask))),
                    *([link(text["review.movers.inside"], inside, kind="m-in")] if inside else []),
                ],
                className="m-head",
            ),
            html.P(
                [
                    html.Span(_now(data, found, one, ask, why), className="m-now"),
                    html.Span(change, className=kinds),
                    html.Span(
                        filled(text["review.change.was"], n=_before(data, found, one, ask, why)),
                        className="was",
                    ),
                ],
                className="m-values",
            ),
            html.P(
                why.sentence(figure, one, found.reasons.get(one.key)),
                className="m-why",
            ),
            _chart(course, most, theme, label) if course is not None else html.Span(),
        ],
        className="m-card",
        **{"data-key": one.key},
    )


def _now(data: MoversData, found: Found, one: Moved, ask: Ask, why: Why) -> Component:
    """The figure, which opens to the events behind it."""
    href = _behind(found, one.key, ask)
    return opening(why.value(found.figure, one.now), one.now, href)


def _before(data: MoversData, found: Found, one: Moved, ask: Ask, why: Why) -> Component:
    """The figure of the period before, which opens to its events."""
    before = data.compared
    assert before is not None
    href = _behind(found, one.key, ask, **of_span(before, cut=True))
    return opening(why.value(found.figure, one.before), one.before, href)


def _behind(found: Found, key: str, ask: Ask, **changes: object) -> str:
    """The address of the events behind a subject's figure."""
    name, by = found.figure.name, found.by
    if found.figure.kind == "score":
        kind = None if by == "department" else by
        of = "shrunk" if name == "total" else name
        return address(ask, of, **{"by": kind, "code": key, **changes})
    where = by if by in ("department", "category") else "area"
    if not key and where == "area":
        return address(ask, name, unplaced=by, **changes)
    return address(ask, name, **{where: key or NONE, **changes})


def _unranked(data: MoversData, found: Found, why: Why, ask: Ask) -> Component | None:
    """Who is not ranked, and how many did not change."""
    ranking, text = found.ranking, why.text
    lines: list[Component] = []
    if ranking.same:
        lines.append(html.P(why.say("same", n=count(len(ranking.same)))))
    if found.unknown is not None:
        kind = text[f"review.movers.by.{found.by}"]
        lines.append(
            html.P(
                filled(
                    text["review.movers.unknown"].replace("{kind}", kind),
                    now=_now(data, found, found.unknown, ask, why),
                    before=_before(data, found, found.unknown, ask, why),
                )
            )
        )
    if ranking.few:
        every = ask.own.show == "all"
        shown = ranking.few if every else ranking.few[:_FEW]
        rows = [
            [
                link(why.name(found.by, one.key), _towards(found.by, one.key, ask)),
                _now(data, found, one, ask, why),
                _before(data, found, one, ask, why),
            ]
            for one in shown
        ]
        heads = [
            parts.Head(text[f"review.movers.by.{found.by}"]),
            parts.Head(text["review.overview.now"], number=True),
            parts.Head(text["review.overview.before"], number=True),
        ]
        title = why.say("few", n=count(len(ranking.few)))
        rest = len(ranking.few) - len(shown)
        words = why.say("more", n=count(rest))
        more = [html.P(link(words, ask.url(PATH, show="all")))] if rest else []
        lines.append(
            html.Details(
                [html.Summary(title), parts.table(heads, rows, caption=title), *more],
                className="m-few",
            )
        )
    return html.Div(lines, className="m-rest") if lines else None


def _towards(by: str, key: str, ask: Ask) -> str:
    """Where a subject leads: its own page, or the overview for it."""
    if by == "department":
        return to_department(ask, key)
    if by == "grid":
        return Ask(lang=ask.lang, theme=ask.theme).url(f"/grids/{quote(key, safe='')}")
    return ask.bare().url("/", **{"category" if by == "category" else "area": key})


def _inside(by: str, key: str, ask: Ask) -> str:
    """The movers inside a subject; nothing of a grid."""
    kept = {"by": None, "show": None}
    if by == "grid":
        return ""
    if by in ("department", "category"):
        other = "category" if by == "department" else "department"
        return ask.url(PATH, **{**kept, by: key, "by": other})
    return ask.url(PATH, **{**kept, "area": key})


def _highest(found: Found) -> float:
    """The top of the one axis of all charts."""
    values = [
        value
        for course in found.courses.values()
        for value in (*course.now, *course.before)
        if value is not None
    ]
    if found.figure.kind == "rate" and found.figure.kept:
        return 1.0
    if found.figure.kind == "score":
        return 100.0
    return max(values, default=0.0)


def _chart(course: Course, most: float, theme: Theme, label: str) -> Component:
    """Both periods over one axis: the one before is a line of dashes."""
    steps = max(len(course.now), len(course.before))
    before = _line(course.before, steps, most, f'stroke="{theme.faint}" stroke-dasharray="3 3"')
    now = _line(course.now, steps, most, f'stroke="{theme.accent}" stroke-width="1.8"')
    base = f'<path d="M0 {_HEIGHT - 1}H{_WIDTH}" stroke="{theme.line}"/>'
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}"'
        f' preserveAspectRatio="none"><g fill="none" stroke-width="1.2">{base}{before}{now}</g>'
        "</svg>"
    )
    return html.Img(src=f"data:image/svg+xml,{quote(picture)}", alt=label, className="m-chart")


def _line(values: Sequence[float | None], steps: int, most: float, look: str) -> str:
    """A line with gaps where nothing is known; a point alone is a short dash."""
    across = (_WIDTH - 4) / max(1, steps - 1)
    lines: list[list[tuple[float, float]]] = [[]]
    for n, value in enumerate(values):
        if value is None:
            lines.append([])
        else:
            high = value / most if most else 0.0
            lines[-1].append((2 + n * across, _HEIGHT - 2 - (_HEIGHT - 6) * high))
    drawn = []
    for line in filter(None, lines):
        if len(line) == 1:
            line = [(line[0][0] - 1.5, line[0][1]), (line[0][0] + 1.5, line[0][1])]
        drawn.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in line))
    return f'<path d="{"".join(drawn)}" {look}/>' if drawn else ""
