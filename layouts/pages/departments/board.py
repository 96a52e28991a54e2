"""The scoreboard: rank, interval, three indicators and counts of each department or place. Pure.

Below it are sliders for trying other weights; each move is another address and changes nothing
that is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, points, signed
from dashboard.core.model.periods import Span
from dashboard.core.questions.ask import WEIGHT_PREFIX
from dashboard.core.questions.departments import BY, SIDES, Row, Standings
from dashboard.core.questions.what_if import LEVELS, MIN_RANKED, RATING, SHARES, fields
from layouts.pages.departments.context import (
    Context,
    caveat,
    definitions,
    interval,
    moved,
    reason_of,
)
from layouts.pages.kit import ids, messages
from layouts.pages.kit.links import export_buttons, link
from layouts.pages.kit.opens import figure, filled, plain
from layouts.pages.kit.parts import Head, delta, section, table

INDICATORS = ("dispatch", "handling", "outcome")
#: the columns after the indicators
COUNTED = ("total", "n", "late", "open", "overdue", "response", "median", "p90")
#: those of a place as well, before the others
OF_PLACES = ("reported", "per_1000")
#: plain counts of a subject: end of a message id, figure
FACTS = (
    ("col_late", "late"),
    ("e_reported", "reported"),
    ("e_closed", "closed"),
    ("col_open", "open"),
    ("col_overdue", "overdue"),
    ("col_response", "response_overdue"),
)
DEFINED = (
    "scores_shrunk",
    "scores_dispatch",
    "scores_handling",
    "scores_outcome",
    "scores_n",
    "scores_rank",
    "all_open",
    "all_overdue",
    "all_response_overdue",
)
#: what can be sorted by: value of a row (None comes last), and whether the largest comes first
SORTS: Mapping[str, tuple[Callable[[Row], float | None], bool]] = {
    "rank": (lambda r: r.score.shrunk, True),
    "change": (lambda r: _moved(r), False),
    "total": (lambda r: r.score.total, False),
    "dispatch": (lambda r: r.score.dispatch, False),
    "handling": (lambda r: r.score.handling, False),
    "outcome": (lambda r: r.score.outcome, False),
    "n": (lambda r: r.score.n, True),
    "reported": (lambda r: r.kpis.reported, True),
    "late": (lambda r: r.kpis.late, True),
    "open": (lambda r: r.kpis.open, True),
    "overdue": (lambda r: r.kpis.overdue, True),
    "response": (lambda r: r.kpis.response_overdue, True),
    "median": (lambda r: r.kpis.median_ms, True),
    "p90": (lambda r: r.kpis.p90_ms, True),
}
#: where a slider of a level, of the least number of cases ends
_TOPS = {"level": 20, MIN_RANKED: 100}


def departments_body(board: Standings, context: Context) -> list[Component]:
    """The page of a scoreboard."""
    rows = ordered(board.rows, context.ask.own.sort or "rank", context)
    parts: list[Any] = [_kinds(context)]
    if board.weighed.changed:
        parts.append(what_if(context))
    if not rows:
        return [*parts, messages.empty(context.text, context.missing(board.span))]
    parts += [_sentences(board, context), _picked(context)]
    note = against(board, context)
    title = context.say("board_of", period=context.period(board.span))
    parts.append(
        section(
            title,
            _table(board, rows, context),
            html.P(context.say("legend"), className="r-hint"),
            export_buttons("departments", context.ask, context.text),
            note=note + context.say("closed" if board.closed else "not_closed"),
            className="wide",
        )
    )
    parts.append(panel(board, context))
    parts.append(definitions(context, DEFINED))
    return [html.Div([one for one in parts if one is not None], className="d-page")]


def against(board: Standings, context: Context) -> str:
    """What the board is compared with, or that there is nothing to compare with.

    Of both ranges, for how many days there are records, if not for all.
    """
    found = _part(board.span, context)
    if board.compared is None:
        return found
    period = context.period(board.compared)
    if context.missing(board.compared):
        return found + context.say("records_none", period=period)
    there = any(row.before is not None for row in board.rows)
    found += context.say("against" if there else "against_none", period=period)
    return found + (_part(board.compared, context) if there else "")


def _part(of: Span, context: Context) -> str:
    """A range and for how many days of it there are records; "" if for all."""
    kept = context.kept(of)
    if kept.whole:
        return ""
    return context.say("records_part", period=context.period(of), n=kept.days, of=kept.of)


def what_if(context: Context) -> Component:
    """The notice that these are not the scores in force, with a way back."""
    bare: dict[str, None] = dict.fromkeys(context.ask.own.weights)
    back = link(context.say("what_if_end"), context.ask.url(context.path, **bare))
    return html.P(
        [html.Strong(context.say("what_if")), " ", back], className="d-whatif", role="note"
    )


def ordered(rows: Sequence[Row], sort: str, context: Context) -> list[Row]:
    """Rows in the order of the address; `-name` is reversed, an unknown name is by rank."""
    turned, name = sort.startswith("-"), sort.removeprefix("-")
    sorts = _sorts(context)
    if name not in sorts:
        turned, name = False, "rank"
    if name == "rank":
        return list(reversed(rows)) if turned else list(rows)
    value, largest = sorts[name]
    there = [row for row in rows if value(row) is not None]
    first = -1.0 if largest is not turned else 1.0
    there.sort(key=lambda row: first * float(value(row) or 0.0))
    return there + [row for row in rows if value(row) is None]


def _sorts(context: Context) -> Mapping[str, tuple[Callable[[Row], float | None], bool]]:
    """What this board can be sorted by: of places, also what goes by their households."""
    if not context.of_places:
        return SORTS

    def rate(row: Row) -> float | None:
        return context.per_1000(row.score.subject, row.kpis.reported)

    return {**SORTS, "per_1000": (rate, True)}


def picked(context: Context) -> list[str]:
    """Codes chosen for comparison, in the order of the address."""
    return list(dict.fromkeys(filter(None, context.ask.own.d.split(","))))[:SIDES]


def panel(board: Standings, context: Context) -> Component:
    """The sliders of weights, open while other weights than those in force are tried."""
    tried = bool(board.weighed.changed)
    now, usual = fields(board.weighed.weights), fields(board.weighed.usual)
    groups: list[Any] = [
        _group(context, "total", SHARES["total"], now, 100),
        _group(context, "outcome", SHARES["outcome"], now, 100),
        _group(context, "levels", tuple(reversed(LEVELS)), now, _TOPS["level"]),
        _group(context, "others", (RATING, MIN_RANKED), now, 100),
    ]
    bare: dict[str, None] = dict.fromkeys(context.ask.own.weights)
    end = (
        dcc.Link(context.say("what_if_end"), href=context.ask.url(context.path, **bare))
        if tried
        else ""
    )
    return html.Details(
        [
            html.Summary(context.say("weights")),
            html.P([context.say("weights_note"), " ", end], className="r-hint"),
            html.Div(groups, className="d-weights"),
            dcc.Store(id=ids.WEIGHTS_NOW, data=now),
            dcc.Store(id=ids.WEIGHTS_USUAL, data=usual),
        ],
        className="d-tune",
        open=tried,
    )


def _moved(row: Row) -> float | None:
    if row.before is None or row.score.shrunk is None or row.before.shrunk is None:
        return None
    return row.score.shrunk - row.before.shrunk


def _kinds(context: Context) -> Component:
    bare = {"d": None, "sort": None, "page": None}
    links = [
        link(
            context.say(f"by_{by}"),
            context.ask.url("/departments", **bare, by=None if by == "department" else by),
            kind="here" if by == context.by else "",
        )
        for by in BY
    ]
    return html.Nav(links, className="d-tabs", **{"aria-label": context.say("by")})


def _sentences(board: Standings, context: Context) -> Component:
    """The slowest, and who fell and rose most, each a link to the reasons."""
    fit = [row for row in board.rows if row.score.rank is not None]
    lines: list[Component] = []
    slow = [row for row in fit if row.score.handling is not None]
    if slow:
        worst = min(slow, key=lambda row: row.score.handling or 0.0)
        code, late, took = worst.score.subject, worst.kpis.late, worst.kpis.p90_ms
        words = filled(
            context.text["review.dep.slowest"],
            value=reason(context, code, "handling", worst.score.handling),
            late=context.counted(code, "late", count(late), late),
            took=context.counted(code, "p90_ms", context.duration(took), took),
        )
        lines.append(_sentence(context, "slowest_name", worst, words))
    moves = [(move, row) for row in fit if (move := _moved(row)) is not None]
    for key, pick, sign in (("fell", min, -1), ("rose", max, 1)):
        if moves:
            move, row = pick(moves, key=lambda one: one[0])
            if move * sign >= 0.05:
                words = [context.say(f"{key}_by", n=signed(move, 1))]
                lines.append(_sentence(context, f"{key}_name", row, words))
    return html.Ul(lines, className="d-said")


def _sentence(context: Context, key: str, row: Row, words: list[Component | str]) -> Component:
    code = row.score.subject
    return html.Li(
        [
            html.Span(context.say(key), className="d-key"),
            link(context.subject(code), context.to(code), kind="d-strong"),
            html.Span(words),
        ]
    )


def _picked(context: Context) -> Component | None:
    codes = picked(context)
    if not codes:
        return None
    names = context.text["list.join"].join(context.subject(code) for code in codes)
    parts: list[Any] = [html.Span(context.say("picked", names=names))]
    if len(codes) > 1:
        href = context.ask.url("/compare", sort=None, d=",".join(codes))
        parts.append(link(context.say("compare"), href, kind="d-go"))
    else:
        parts.append(html.Span(context.say("pick_more"), className="r-hint"))
    parts.append(link(context.say("pick_none"), context.ask.url("/departments", d=None)))
    return html.P(parts, className="d-picked")


def _table(board: Standings, rows: Sequence[Row], context: Context) -> Component:
    tries = bool(board.weighed.changed)
    heads = [
        _head(context, "rank", number=False, kind="d-rank"),
        Head(context.say(f"by_{context.by}"), kind="d-name"),
        _head(context, "change"),
        Head(context.say("interval"), wide=True),
        *(_head(context, name) for name in INDICATORS),
        *(_head(context, name, wide=True) for name in _counted(context)),
        Head(context.say("pick"), wide=True),
    ]
    if tries:
        heads.insert(1, Head(context.say("rank_now"), number=True))
    lines = [_line(board, row, context, tries) for row in rows]
    caption = context.say("board_of", period=board.span.label)
    return table(heads, lines, caption=caption, named=2 if tries else 1)


def _counted(context: Context) -> tuple[str, ...]:
    """The columns after the indicators."""
    total, n, *rest = COUNTED
    return (total, n, *(OF_PLACES if context.of_places else ()), *rest)


def _head(
    context: Context, name: str, *, number: bool = True, wide: bool = False, kind: str = ""
) -> Head:
    """A column that the board can be ordered by; a second press turns the order round."""
    sort = context.ask.own.sort or "rank"
    on, turned = sort.removeprefix("-") == name, sort.startswith("-")
    wanted = f"-{name}" if on and not turned else name
    order = "descending" if _sorts(context)[name][1] is not turned else "ascending"
    return Head(
        context.say(f"col_{name}"),
        number=number,
        href=context.ask.url("/departments", sort=None if wanted == "rank" else wanted, page=None),
        title=context.say(f"col_{name}_why"),
        # the rank is the usual order and shows no arrow
        sort=order if on and name != "rank" else "",
        wide=wide,
        kind=kind,
    )


def _line(board: Standings, row: Row, context: Context, tries: bool) -> list[Any]:
    score, kpis, code = row.score, row.kpis, row.score.subject
    before = row.before
    warning = caveat(context, score)
    rank = [
        html.Strong(NOTHING if score.rank is None else str(score.rank)),
        moved(context, score.rank_change, score.moved),
    ]
    name = [
        link(context.subject(code), context.to(code), kind="d-strong"),
        *(one for one in (reason_of(context, score), warning) if one is not None),
    ]
    cells: list[Any] = [
        plain(html.Span(rank, className="d-place"), "rank"),
        html.Div(name),
        html.Div(
            [
                context.scored(code, "shrunk", points(score.shrunk), score.shrunk),
                plain(
                    delta(score.shrunk, before.shrunk if before else None, context.text),
                    "difference",
                ),
            ],
            className="d-two",
        ),
        interval(score),
        *(
            html.Div(
                [
                    reason(context, code, indicator, getattr(score, indicator)),
                    plain(
                        delta(
                            getattr(score, indicator),
                            getattr(before, indicator) if before else None,
                            context.text,
                        ),
                        "difference",
                    ),
                ],
                className="d-two",
            )
            for indicator in INDICATORS
        ),
        context.scored(code, "total", points(score.total), score.total),
        html.Span(
            [
                context.scored(code, "score.n", count(score.n), score.n),
                *unmeasured(context, code, score.unmeasured),
            ]
        ),
        *_of_place(context, row),
        *(
            context.counted(code, name, count(n), n)
            for name in ("late", "open", "overdue", "response_overdue")
            for n in (getattr(kpis, name),)
        ),
        *(
            context.counted(code, name, context.duration(ms), ms)
            for name in ("median_ms", "p90_ms")
            for ms in (getattr(kpis, name),)
        ),
        _pick(context, code),
    ]
    if tries:
        present = row.present
        was = present.rank if present else None
        shift = was - score.rank if was is not None and score.rank is not None else None
        cells.insert(
            1,
            plain(
                html.Span(
                    [NOTHING if was is None else str(was), moved(context, shift)],
                    className="d-place",
                ),
                "rank",
            ),
        )
    return cells


def _of_place(context: Context, row: Row) -> list[Component]:
    """How many were reported in a place, and per 1,000 households; nothing for a department."""
    if not context.of_places:
        return []
    code, n = row.score.subject, row.kpis.reported
    return [context.counted(code, "reported", count(n), n), context.rate(code, n)]


def unmeasured(context: Context, code: str, n: int) -> list[Component]:
    """The number of events without a usable time, next to a score that leaves them out."""
    if not n:
        return []
    words = context.say("unmeasured", n=n)
    shown = context.scored(code, "score.unmeasured", f"+{count(n)}", n)
    return [html.Small([" ", shown], title=words, className="r-hint")]


def reason(context: Context, code: str, indicator: str, value: float | None) -> Component:
    """An indicator, which opens to the events that cost it points."""
    if value is None:
        return plain(html.Span(NOTHING, title=context.text["known.no_part"]), "unknown")
    href = context.score(code, indicator)
    return figure(points(value), value, href, context.say("why_title"))


def _pick(context: Context, code: str) -> Component:
    codes = picked(context)
    on = code in codes
    if not on and len(codes) == SIDES:
        return html.Span("")
    rest = [one for one in codes if one != code] if on else [*codes, code]
    href = context.ask.url("/departments", d=",".join(rest) or None)
    key = "pick_off" if on else "pick_on"
    return link(
        html.I(className="sign s-tick") if on else "+",
        href,
        context.say(key, name=context.subject(code)),
        "d-plus",
    )


def _group(
    context: Context, key: str, names: tuple[str, ...], now: dict[str, float], top: int
) -> Component:
    sliders = []
    for name in names:
        field = WEIGHT_PREFIX + name
        value = now[field]
        words = context.text[f"level.{name}"] if key == "levels" else context.say(f"w_{name}")
        sliders.append(
            html.Div(
                [
                    html.Span(words, className="d-wname"),
                    dmc.Slider(
                        id={"type": ids.WEIGHT, "field": field, "group": key},
                        value=value,
                        min=0 if name != MIN_RANKED else 1,
                        max=max(top, int(value)),
                        step=1,
                        size="sm",
                        thumbLabel=words,
                    ),
                    html.Span(f"{value:g}", className="d-wvalue"),
                ],
                className="d-weight",
            )
        )
    return html.Fieldset([html.Legend(context.say(f"w_group_{key}")), *sliders])
