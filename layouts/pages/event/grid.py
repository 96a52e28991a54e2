"""One grid's page: what happened in it this month, and its ledger. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from dash import html
from dash.development.base_component import Component

from dashboard.config.words.figures import NOTHING, moment
from dashboard.config.words.plurals import say
from dashboard.core.questions.ask import Ask
from dashboard.core.questions.grid.ledger import LedgerRow
from dashboard.core.questions.grid.sheet import Sheet
from layouts.look.city import CityView, pick
from layouts.pages.event.sheet import sheet_body
from layouts.pages.kit import parts
from layouts.pages.kit.links import link, to_event
from layouts.pages.kit.messages import empty
from layouts.pages.kit.parts import Head


class GridData(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the ledger."""

    code: str
    month: str
    events: int
    rows: Sequence[LedgerRow]
    #: of the month; None on the further pages of the list
    sheet: Sheet | None
    #: the months before and after, "" where there is none
    months: tuple[str, str]
    #: address of the next page, or ""
    further: str


def grid_body(data: GridData, ask: Ask, city: CityView, text: Mapping[str, str]) -> Component:
    """The page."""
    more = [link(text["review.grid.more"], data.further)] if data.further else []
    return html.Div(
        [
            sheet_body(data.sheet, ask, data.months, text) if data.sheet else "",
            parts.section(
                text["review.grid.ledger"],
                _rows(data, ask, city, text),
                *more,
                note=say(text, "review.grid.count", n=data.events) if _recorded(data) else "",
            ),
        ]
    )


def _recorded(data: GridData) -> bool:
    """Whether there are records of what the ledger is asked for."""
    if data.events or data.sheet is None:
        return True
    return all(line.recorded for line in data.sheet.lines)


def _rows(data: GridData, ask: Ask, city: CityView, text: Mapping[str, str]) -> Component:
    if not data.rows:
        return empty(text, "" if _recorded(data) else text["known.unrecorded"])
    heads = [
        Head(text["review.grid.event"]),
        Head(text["review.filter.level"]),
        Head(text["review.filter.category"]),
        Head(text["review.filter.status"]),
        Head(text["review.grid.reported_at"]),
        Head(text["review.filter.department"], wide=True),
        Head(text["review.grid.ended_at"], wide=True),
    ]
    rows = []
    for row in data.rows:
        status = text[f"status.{row.status}"]
        if row.overdue:
            status = text["review.grid.and_overdue"].format(status=status)
        rows.append(
            [
                link(row.event_id, to_event(ask, row.event_id)),
                parts.level(row.level, text) if row.level else NOTHING,
                pick(city.categories.get(row.category, {}), ask.lang) or row.category or NOTHING,
                status,
                moment(row.reported_at or None, city.zone),
                pick(city.departments.get(row.department, {}), ask.lang) or NOTHING,
                moment(row.ended_at or None, city.zone),
            ]
        )
    return parts.table(heads, rows, caption=text["review.grid.ledger"], folds=True)
