"""The scoreboard: everybody's three indicators, rank, interval and counts. Pure.

Sliders for trying out other weights; each move is another address, nothing is kept. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, points, signed
from dashboard.core.questions.ask import WEIGHT_PREFIX
from dashboard.core.questions.departments import BY, SIDES, Row, Standings
from dashboard.core.questions.what_if import LEVELS, MIN_RANKED, RATING, SHARES, fields
from layouts.pages.departments import scene as pieces
from layouts.pages.departments.scene import Scene
from layouts.pages.kit import ids
from layouts.pages.kit import parts as exporting
from layouts.pages.kit import parts as states

#: where a slider of a level, of the least number of cases ends
_TOPS = {"level": 20, MIN_RANKED: 100}


def panel(board: Standings, scene: Scene) -> Component:
    """The sliders, open while others than the weights in force are tried."""
    tried = bool(board.weighed.changed)
    now, usual = fields(board.weighed.weights), fields(board.weighed.usual)
    groups: list[Any] = [
        _group(scene, "total", SHARES["total"], now, 100),
        _group(scene, "outcome", SHARES["outcome"], now, 100),
        _group(scene, "levels", tuple(reversed(LEVELS)), now, _TOPS["level"]),
        _group(scene, "others", (RATING, MIN_RANKED), now, 100),
    ]
    bare: dict[str, None] = dict.fromkeys(scene.ask.own.weights)
    end = (
        dcc.Link(scene.say("what_if_end"), href=scene.ask.url(scene.path, **bare)) if tried else ""
    )
    return html.Details(
        [
            html.Summary(scene.say("weights")),
            html.P([scene.say("weights_note"), " ", end], className="d-note"),
            html.Div(groups, className="d-weights"),
            dcc.Store(id=ids.WEIGHTS_NOW, data=now),
            dcc.Store(id=ids.WEIGHTS_USUAL, data=usual),
        ],
        className="d-tune",
        open=tried,
    )


def _group(
    scene: Scene, key: str, names: tuple[str, ...], now: dict[str, float], top: int
) -> Component:
    sliders = []
    for name in names:
        field = WEIGHT_PREFIX + name
        value = now[field]
        words = scene.text[f"level.{name}"] if key == "levels" else scene.say(f"w_{name}")
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
    return html.Fieldset([html.Legend(scene.say(f"w_group_{key}")), *sliders])


INDICATORS = ("dispatch", "handling", "outcome")
#: the component that stands for an indicator where its events are asked for
MAIN = {
    "dispatch": "dispatch.measured",
    "handling": "handling.measured",
    "outcome": "outcome.rework",
}
DEFINED = (
    "scores_shrunk",
    "scores_dispatch",
    "scores_handling",
    "scores_outcome",
    "scores_n",
    "scores_rank",
    "all_open",
    "all_overdue",
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
    "late": (lambda r: r.kpis.late, True),
    "open": (lambda r: r.kpis.open, True),
    "overdue": (lambda r: r.kpis.overdue, True),
    "median": (lambda r: r.kpis.median_ms, True),
    "p90": (lambda r: r.kpis.p90_ms, True),
}


def departments_body(board: Standings, scene: Scene) -> list[Component]:
    """The page of a scoreboard."""
    rows = ordered(board.rows, scene.ask.own.sort or "rank")
    parts: list[Any] = [_kinds(scene)]
    if board.weighed.changed:
        parts.append(what_if(scene))
    if not rows:
        return [*parts, states.empty(scene.text)]
    parts += [_sentences(board, scene), _picked(scene)]
    note = against(board, scene)
    title = scene.say("board_of", period=scene.period(board.span))
    parts.append(
        pieces.section(
            title,
            _table(board, rows, scene),
            html.P(scene.say("legend"), className="d-note"),
            exporting.buttons("departments", scene.ask, scene.text),
            note=note + scene.say("closed" if board.closed else "not_closed"),
            wide=True,
        )
    )
    parts.append(panel(board, scene))
    parts.append(pieces.definitions(scene, DEFINED))
    return [html.Div([one for one in parts if one is not None], className="d-page")]


def against(board: Standings, scene: Scene) -> str:
    """What it is compared with, and whether there is anything to compare with."""
    if board.compared is None:
        return ""
    there = any(row.before is not None for row in board.rows)
    key = "against" if there else "against_none"
    return scene.say(key, period=scene.period(board.compared))


def what_if(scene: Scene) -> Component:
    """Says loudly that these are not the scores in force."""
    bare: dict[str, None] = dict.fromkeys(scene.ask.own.weights)
    back = pieces.link(scene.say("what_if_end"), scene.ask.url(scene.path, **bare))
    return html.P([html.Strong(scene.say("what_if")), " ", back], className="d-whatif", role="note")


def ordered(rows: Sequence[Row], sort: str) -> list[Row]:
    """In the order of an address; an unknown one is by rank. '-' turns it round."""
    turned, name = sort.startswith("-"), sort.removeprefix("-")
    if name not in SORTS:
        turned, name = False, "rank"
    if name == "rank":
        return list(reversed(rows)) if turned else list(rows)
    value, largest = SORTS[name]
    there = [row for row in rows if value(row) is not None]
    first = -1.0 if largest is not turned else 1.0
    there.sort(key=lambda row: first * float(value(row) or 0.0))
    return there + [row for row in rows if value(row) is None]


def _moved(row: Row) -> float | None:
    if row.before is None or row.score.shrunk is None or row.before.shrunk is None:
        return None
    return row.score.shrunk - row.before.shrunk


def _kinds(scene: Scene) -> Component:
    bare = {"d": None, "sort": None, "page": None}
    links = [
        pieces.link(
            scene.say(f"by_{by}"),
            scene.ask.url("/departments", **bare, by=None if by == "department" else by),
            kind="here" if by == scene.by else "",
        )
        for by in BY
    ]
    return html.Nav(links, className="d-tabs", **{"aria-label": scene.say("by")})


def _sentences(board: Standings, scene: Scene) -> Component:
    """The slowest, and who fell and rose most, each a link to the reasons."""
    fit = [row for row in board.rows if row.score.rank is not None]
    said: list[Component] = []
    slow = [row for row in fit if row.score.handling is not None]
    if slow:
        worst = min(slow, key=lambda row: row.score.handling or 0.0)
        words = scene.say(
            "slowest",
            value=points(worst.score.handling),
            late=count(worst.kpis.late),
            took=scene.duration(worst.kpis.p90_ms),
        )
        said.append(_sentence(scene, "slowest_name", worst, words))
    moves = [(move, row) for row in fit if (move := _moved(row)) is not None]
    for key, pick, sign in (("fell", min, -1), ("rose", max, 1)):
        if moves:
            move, row = pick(moves, key=lambda one: one[0])
            if move * sign >= 0.05:
                words = scene.say(f"{key}_by", n=signed(move, 1))
                said.append(_sentence(scene, f"{key}_name", row, words))
    return html.Ul(said, className="d-said")


def _sentence(scene: Scene, key: str, row: Row, words: str) -> Component:
    code = row.score.subject
    return html.Li(
        [
            html.Span(scene.say(key), className="d-key"),
            pieces.link(scene.own(code), scene.to(code), kind="d-strong"),
            html.Span(words),
        ]
    )


def picked(scene: Scene) -> list[str]:
    """Those chosen for side by side, in the order of the address."""
    return list(dict.fromkeys(filter(None, scene.ask.own.d.split(","))))[:SIDES]


def _picked(scene: Scene) -> Component | None:
    codes = picked(scene)
    if not codes:
        return None
    names = scene.text["list.join"].join(scene.own(code) for code in codes)
    parts: list[Any] = [html.Span(scene.say("picked", names=names))]
    if len(codes) > 1:
        href = scene.ask.url("/compare", sort=None, d=",".join(codes))
        parts.append(pieces.link(scene.say("compare"), href, kind="d-go"))
    else:
        parts.append(html.Span(scene.say("pick_more"), className="d-note"))
    parts.append(pieces.link(scene.say("pick_none"), scene.ask.url("/departments", d=None)))
    return html.P(parts, className="d-picked")


def _table(board: Standings, rows: Sequence[Row], scene: Scene) -> Component:
    tries = bool(board.weighed.changed)
    heads: list[tuple[Any, str]] = [
        (_head(scene, "rank"), "d-rank"),
        (scene.say(f"by_{scene.by}"), "d-name"),
        (_head(scene, "change"), "num"),
        (scene.say("interval"), "d-int wide"),
        *((_head(scene, name), "num") for name in INDICATORS),
        (_head(scene, "total"), "num wide"),
        *((_head(scene, name), "num wide") for name in ("n", "late", "open", "overdue")),
        *((_head(scene, name), "num wide") for name in ("median", "p90")),
        (scene.say("pick"), "d-pick wide"),
    ]
    if tries:
        heads.insert(1, (scene.say("rank_now"), "num"))
    lines = [_line(board, row, scene, tries) for row in rows]
    return pieces.table(heads, lines, caption=scene.say("board_of", period=board.span.label))


def _head(scene: Scene, name: str) -> Component:
    """A column that can be sorted by."""
    sort = scene.ask.own.sort or "rank"
    on, turned = sort.removeprefix("-") == name, sort.startswith("-")
    wanted = f"-{name}" if on and not turned else name
    href = scene.ask.url("/departments", sort=None if wanted == "rank" else wanted, page=None)
    down = SORTS[name][1] is not turned
    arrow = ("▾" if down else "▴") if on and name != "rank" else ""
    return pieces.link(
        scene.say(f"col_{name}") + arrow, href, title=scene.say(f"col_{name}_why"), kind="d-sort"
    )


def _line(board: Standings, row: Row, scene: Scene, tries: bool) -> list[Any]:
    score, kpis, code = row.score, row.kpis, row.score.subject
    before = row.before
    said = pieces.small(scene, score)
    rank = [
        html.Strong(NOTHING if score.rank is None else str(score.rank)),
        pieces.moved(scene, score.rank_change),
    ]
    name = [pieces.link(scene.own(code), scene.to(code), kind="d-strong")]
    if said is not None:
        name.append(said)
    cells: list[Any] = [
        html.Span(rank, className="d-place"),
        html.Div(name),
        html.Div(
            [
                pieces.link(points(score.shrunk), scene.to(code), scene.say("col_rank_why")),
                pieces.delta(score.shrunk, before.shrunk if before else None),
            ],
            className="d-two",
        ),
        pieces.interval(score),
        *(
            html.Div(
                [
                    _reason(scene, code, indicator, getattr(score, indicator)),
                    pieces.delta(
                        getattr(score, indicator), getattr(before, indicator) if before else None
                    ),
                ],
                className="d-two",
            )
            for indicator in INDICATORS
        ),
        pieces.link(points(score.total), scene.to(code)),
        pieces.link(count(score.n), scene.to(code, part="handling.measured", show="all")),
        pieces.link(count(kpis.late), scene.to(code, part="handling.measured")),
        _stock(board, scene, code, kpis.open, {}),
        _stock(board, scene, code, kpis.overdue, {"status": "overdue"}),
        pieces.link(scene.duration(kpis.median_ms), scene.to(code)),
        pieces.link(scene.duration(kpis.p90_ms), scene.to(code)),
        _pick(scene, code),
    ]
    if tries:
        present = row.present
        was = present.rank if present else None
        shift = was - score.rank if was is not None and score.rank is not None else None
        cells.insert(
            1,
            html.Span(
                [NOTHING if was is None else str(was), pieces.moved(scene, shift)],
                className="d-place",
            ),
        )
    return cells


def _reason(scene: Scene, code: str, indicator: str, value: float | None) -> Component:
    if value is None:
        return html.Span(NOTHING)
    href = scene.to(code, part=MAIN[indicator])
    return pieces.link(points(value), href, title=scene.say("why_title"))


def _stock(board: Standings, scene: Scene, code: str, n: int, more: dict[str, str]) -> Component:
    """Of a range that runs, the queue shows the very events; of another it does not."""
    if board.span.running:
        return pieces.link(count(n), scene.queue(code, **more))
    return html.Span(count(n))


def _pick(scene: Scene, code: str) -> Component:
    codes = picked(scene)
    on = code in codes
    if not on and len(codes) == SIDES:
        return html.Span("")
    rest = [one for one in codes if one != code] if on else [*codes, code]
    href = scene.ask.url("/departments", d=",".join(rest) or None)
    key = "pick_off" if on else "pick_on"
    return pieces.link("✓" if on else "+", href, scene.say(key, name=scene.own(code)), "d-plus")
