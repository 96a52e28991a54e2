"""A grid's monthly sheet: base counts, events by step, checks, ratings, coverage. Pure.

What is not recorded is named so, never 0.
"""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, count, percent
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.behind.opened import address
from dashboard.core.questions.grid.base_counts import AreaCounts
from dashboard.core.questions.grid.sheet import OPENED, Line, Sheet
from layouts.pages.kit import parts
from layouts.pages.kit.links import export_buttons, link
from layouts.pages.kit.opens import figure, plain
from layouts.pages.kit.parts import Head

#: parts of the sheet, column by column
_COLUMNS = (("base",), ("events", "checkoff", "checks"), ("steps", "ratings"))


def sheet_body(of: Sheet, ask: Ask, months: tuple[str, str], text: Mapping[str, str]) -> Component:
    """The sheet; ``months`` are the ones before and after, "" where there is none."""
    ways = [
        link(text[f"sheet.{key}"].format(month=month), ask.url(f"/grids/{of.grid}", month=month))
        for key, month in zip(("before", "after"), months, strict=True)
        if month
    ]
    printed = html.Button(
        text["sheet.print"], type="button", className="r-export", **{"data-print": "1"}
    )
    export = export_buttons("grid", Ask(lang=ask.lang), text, area=of.grid, month=of.month)
    columns = [html.Div([_part(part, of, ask, text) for part in column]) for column in _COLUMNS]
    notes = [html.P(one, className="r-hint") for one in _notes(of, text)]
    return parts.section(
        text["sheet.title"].format(month=of.month),
        html.Div(columns, className="r-columns e-sheet"),
        *notes,
        actions=[*ways, printed, export],
        id="sheet",
    )


def homes(of: AreaCounts, text: Mapping[str, str]) -> str:
    """How many households a place has, or that they are not recorded, or only in part."""
    if of.complete:
        return count(of.households)
    if of.recorded:
        return text["sheet.homes_part"].format(n=count(of.recorded), of=count(of.grids))
    return text["sheet.homes_none"]


def _notes(of: Sheet, text: Mapping[str, str]) -> list[str]:
    notes = [] if of.area.complete else [homes(of.area, text)]
    if of.until:
        notes.append(text["sheet.until"].format(day=of.until))
    if of.counts.as_of:
        notes.append(text["sheet.as_of"].format(day=of.counts.as_of.isoformat()))
    if of.simulated:
        notes.append(text["sheet.simulated"])
    return notes


def _part(part: str, of: Sheet, ask: Ask, text: Mapping[str, str]) -> Component:
    return html.Div([html.H3(text[f"sheet.part.{part}"]), _table(part, of, ask, text)])


def _table(part: str, of: Sheet, ask: Ask, text: Mapping[str, str]) -> Component:
    heads = [Head(text["sheet.what"]), Head(text["sheet.n"], number=True)]
    more = {"events": "per_1000", "checkoff": "share", "checks": "share", "ratings": "of"}.get(part)
    if more:
        heads.append(Head(text[f"sheet.{more}"], number=True))
    rows = [
        [
            text[f"sheet.{part}.{line.key}"],
            _number(line, of, ask, text),
            *([_more(line, of, ask)] if more else []),
        ]
        for line in of.of(part)
    ]
    return parts.table(heads, rows, caption=text[f"sheet.part.{part}"])


def _number(line: Line, of: Sheet, ask: Ask, text: Mapping[str, str]) -> Component:
    """The number: of events it opens to them; of steps, base counts and means it does not."""
    words = value(line, text)
    counted, _ = OPENED.get((line.part, line.key), ("", ""))
    if not counted or line.n is None:
        return plain(words, "record" if line.n is not None else "unknown")
    return figure(words, line.n, _behind(counted, of, ask))


def _behind(counted: str, of: Sheet, ask: Ask) -> str:
    grid = Ask(area=of.grid, lang=ask.lang, theme=ask.theme)
    return address(grid, counted, range=of.month)


def value(line: Line, text: Mapping[str, str]) -> str:
    """The number, or that it is not recorded."""
    if line.n is None:
        missing = line.part == "base" or not line.recorded
        return text["known.unrecorded"] if missing else NOTHING
    return count(line.n, 1 if line.kind == "rating" else 0)


def _more(line: Line, of: Sheet, ask: Ask) -> Component | str:
    """The second number of a line: a rate, or a share with what it is of."""
    if not line.recorded:
        return plain(NOTHING, "unknown")
    _, whole = OPENED.get((line.part, line.key), ("", ""))
    if line.of is not None:
        shown = plain(count(line.of), "record")
        if whole:
            shown = figure(count(line.of), line.of, _behind(whole, of, ask))
        if line.kind == "rating":
            return shown
        share = percent(line.share) if line.share is not None else NOTHING
        return html.Span([plain(share, "derived"), " / ", shown])
    if line.part != "events":
        return ""
    rate = count(line.per_1000, 1) if line.per_1000 is not None else NOTHING
    return plain(rate, "derived")
