"""One brief as a page, or its progress while it is being made. Pure.

The page: what it covers, the headlines, charts, tables and definitions; every number links to its
definition.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.config.words.briefs import Words
from dashboard.config.words.figures import count
from dashboard.core.briefs.model import Brief, Cell, Chart, Column, Table
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.behind.brief import of_cell, of_figure, of_point
from layouts.pages.briefs.parts import One, call_off, files, make_button, progress
from layouts.pages.kit import messages
from layouts.pages.kit.links import to_event
from layouts.pages.kit.opens import Reason, figure, plain
from layouts.pages.kit.parts import Head, level, section, table
from layouts.pages.kit.points import numbers

Text = Mapping[str, str]
#: kinds of columns that hold words
_WORDY = {"area", "department", "category", "level", "event", "measure", "time", "why"}


def body(one: One, ask: Ask, text: Text) -> list[Component]:
    """The page."""
    if one.brief is None:
        return [_unmade(one, ask, text)]
    brief, words = one.brief, one.words
    charts = {chart.id: chart for chart in brief.charts}
    first = [charts.pop(name) for name in ("course", "on_time") if name in charts]
    parts = [
        _head(one, brief, ask, text),
        _headlines(brief, words, ask, text),
        *(_chart(chart, brief, words, ask) for chart in first),
        *(_table(one_table, brief, words, ask, text) for one_table in brief.tables),
        *(_chart(chart, brief, words, ask) for chart in charts.values()),
        *([_definitions(brief, words)] if brief.definitions else []),
    ]
    return [html.Article(parts, className="b-brief")]


def _unmade(one: One, ask: Ask, text: Text) -> Component:
    line = one.line
    title = f"{line.kind} · {line.when} · {line.place}"
    if line.over:
        reason = line.reason or line.state
        words = text.get(f"review.briefs.why.{reason}", text["review.briefs.why.error"])
        actions = [_remake(one, ask, text)] if one.may_make else []
        return messages.note(title, words, *actions)
    key = "called_off" if line.cancelled else line.state
    actions = [call_off(line.id, text)] if one.may_make and not line.cancelled else []
    box = messages.note(
        title, text[f"review.briefs.now.{key}"], progress(line.share, text), *actions
    )
    return html.Div(box, **{"data-again": "1"})


def _remake(one: One, ask: Ask, text: Text) -> Component:
    """The button that makes the brief again."""
    return make_button(one.line.area, one.line.at, ask, text, text["review.briefs.again"])


def _head(one: One, brief: Brief, ask: Ask, text: Text) -> Component:
    words, head, line = one.words, brief.head, one.line
    actions: list[Component] = []
    if one.may_take:
        actions.append(files(line.id, ask, text))
    if one.may_make:
        actions += [
            html.Button(
                text["review.briefs.send"],
                type="button",
                **{
                    "data-brief-send": line.id,
                    "data-brief-done": text["review.briefs.was_sent"],
                    "data-brief-wrong": text["review.briefs.not_sent"],
                },
            ),
            _remake(one, ask, text),
        ]
    facts = [html.Div([html.Dt(label), html.Dd(value)]) for label, value in words.facts(brief)]
    running = []
    if head.running:
        note = words["briefs.head.running"].format(at=words.time(head.as_of))
        running = [html.P(note, className="b-running")]
    return html.Header(
        [
            html.H2(words.title(head), className="b-title"),
            html.P(words.period(head), className="b-period"),
            html.Div(actions, className="b-actions"),
            html.Dl(facts, className="b-facts"),
            *running,
        ],
        className="b-head",
    )


def _headlines(brief: Brief, words: Words, ask: Ask, text: Text) -> Component:
    items = []
    for sentence in brief.sentences:
        pieces: list[Component | str] = []
        for number, piece in enumerate(words.sentence(brief.head, sentence)):
            shown = piece.text if number else piece.text[:1].upper() + piece.text[1:]
            if piece.metric:
                href = of_figure(brief.head, sentence, piece.name, ask.lang)
                value = sentence.values[piece.name].value
                pieces.append(_number(shown, value, href, piece.metric, words))
            else:
                pieces.append(shown)
        mark = text[f"review.briefs.tone.{sentence.tone}"] if sentence.tone else ""
        unseen = [html.Span(mark, className="r-unseen")] if mark else []
        items.append(html.Li([*pieces, *unseen], className=sentence.tone))
    return section(words["briefs.section.headlines"], html.Ul(items, className="b-said"))


def _number(shown: str, value: Cell, href: str, metric: str, words: Words) -> Component:
    """A number, which opens to its events; one without leads to what it means."""
    means = words[f"briefs.def.{metric}_means"]
    if href and isinstance(value, int | float):
        return html.Span(figure(shown, value, href, means), className="b-number")
    return html.Span(plain(_defined(shown, metric, words), "derived"), className="b-number")


def _defined(shown: str, metric: str, words: Words) -> Component:
    """Words that lead to the definition."""
    return html.A(
        shown,
        href=f"#def-{metric}",
        className="b-defined",
        title=words[f"briefs.def.{metric}_means"],
    )


def _chart(chart: Chart, brief: Brief, words: Words, ask: Ask) -> Component:
    values = "; ".join(
        f"{words.value(chart.kind, x)} {words.value(chart.lines[0].kind, y)}"
        for x, y in zip(chart.x, chart.lines[0].values, strict=True)
    )
    title = words[f"briefs.chart.{chart.id}"]
    source = f"/api/v1/briefs/{brief.head.id}/charts/{chart.id}.png?lang={ask.lang}"
    picture = html.Img(src=source, alt=f"{title}: {values}", className="b-chart")
    return section(
        title, html.Div(picture, className="b-picture"), _points(chart, brief, words, ask)
    )


def _points(chart: Chart, brief: Brief, words: Words, ask: Ask) -> Component:
    """The chart's values as a table, folded away; each opens."""
    heads = [words[f"briefs.col.{chart.kind}"]]
    heads += [words[f"briefs.def.{line.metric}_name"] for line in chart.lines]
    rows: list[list[Component | str]] = []
    for n, x in enumerate(chart.x):
        row: list[Component | str] = [words.value(chart.kind, x)]
        for number, line in enumerate(chart.lines):
            value = line.values[n]
            href = of_point(brief.head, chart, number, n, ask.lang)
            row.append(figure(words.value(line.kind, value), value, href))
        rows.append(row)
    return numbers(words[f"briefs.chart.{chart.id}"], heads, rows, words.text)


def _table(of: Table, brief: Brief, words: Words, ask: Ask, text: Text) -> Component:
    at = [n for n, column in enumerate(of.columns) if column.kind != "kind"]
    heads = [
        Head(
            words.head_of(of.columns[n]),
            number=of.columns[n].kind not in _WORDY,
            href=f"#def-{of.columns[n].metric}" if of.columns[n].metric else "",
        )
        for n in at
    ]
    rows = [[_cell(of, row, n, brief, words, ask, text) for n in at] for row in of.rows]
    title = words[f"briefs.table.{of.id}"]
    cut = ""
    if of.of > len(of.rows):
        cut = words["briefs.table.cut"].format(of=count(of.of), kept=len(of.rows))
    return section(title, table(heads, rows, caption=title), note=cut)


def _cell(
    table: Table,
    row: tuple[Cell, ...],
    n: int,
    brief: Brief,
    words: Words,
    ask: Ask,
    text: Text,
) -> Component | str:
    column, value = table.columns[n], row[n]
    shown = words.cell(column, row, n)
    if column.kind == "level":
        return level(str(value), text)
    if column.kind == "measure":
        return _defined(shown, str(value), words)
    if column.kind == "event" and value:
        return dcc.Link(shown, href=to_event(ask, str(value)))
    if column.kind == "department" and value:
        there = ask.but(range=brief.head.at, area=brief.head.area or None)
        return dcc.Link(shown, href=there.url(f"/departments/{quote(str(value), safe='')}"))
    if column.kind in _WORDY:
        return shown
    href = of_cell(brief.head, table, row, n, ask.lang)
    if href and isinstance(value, int | float):
        return figure(shown, value, href)
    return plain(shown, _why(column, value))


def _why(column: Column, value: Cell) -> Reason:
    """Why a cell opens nothing."""
    if value is None:
        return "unknown"
    if column.kind in ("rank", "places"):
        return "rank"
    return "event" if column.kind == "age" else "difference"


def _definitions(brief: Brief, words: Words) -> Component:
    return section(
        words["briefs.section.definitions"], html.Dl(list(_meanings(brief, words))), id="means"
    )


def _meanings(brief: Brief, words: Words) -> Iterator[Component]:
    for metric in brief.definitions:
        yield html.Div(
            [
                html.Dt(words[f"briefs.def.{metric}_name"]),
                html.Dd(words[f"briefs.def.{metric}_means"]),
            ],
            id=f"def-{metric}",
        )
