"""The queue: a toolbar, the grid, the bar of actions and the dialogs. Pure.

The rows come from `/api/v1/queue` (`assets/pages/queue/*.mjs`); this file has the page's parts and
all words that the scripts need. Dialogs are native: focus moves in and back, Escape closes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dash_ag_grid as dag
import msgspec
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.core.lifecycle.requests import TO
from dashboard.core.model.actions import MAX_TEXT
from dashboard.core.model.vocabulary import Level, Status
from dashboard.core.questions.queue import CLOCKS, QueueAsk
from layouts.pages.kit import ids
from layouts.pages.kit.links import export_buttons

Words = Mapping[str, str]
#: rows of a block, and blocks that the browser holds: a few hundred rows, whatever the queue has
BLOCK, BLOCKS = 100, 3
#: statuses an open event can have, for the filter
STATUSES = tuple(s for s in Status if s not in (Status.CLOSED, Status.REJECTED, Status.MERGED))
_PREFIXES = ("list.phrases", "review.queue.", "status.", "owner.", "kind.", "unit.", "roles.")
_ACTS = (
    ("open", "Enter"), ("acknowledge", "A"), ("urge", "U"), ("hand_over", "H"), ("comment", "C"),
    ("undo", "Z"), ("clear", "Esc"),
)  # fmt: skip
_KEYS = (
    ("↑ ↓", "move"), ("Enter", "open"), ("A", "acknowledge"), ("U", "urge"), ("H", "hand_over"),
    ("C", "comment"), ("Z", "undo"), ("X", "pick"), ("Esc", "clear"), ("N", "news"),
    ("/", "search"), ("?", "help"),
)  # fmt: skip


class QueueData(msgspec.Struct, frozen=True, kw_only=True):
    """What the page is made from besides the address."""

    asked: QueueAsk
    #: whether the viewer may act, and share views
    acts: bool
    shares: bool
    #: for ``Intl`` in the browser
    zone: str
    locale: str
    simulated: bool = False


def body(data: QueueData, text: Words) -> Component:
    """The page."""
    return html.Div(
        [
            _bar(data, text),
            html.Div(
                [
                    html.P(id=ids.QUEUE_COUNT, className="q-count", role="status"),
                    html.Div(id=ids.QUEUE_NEWS, className="q-news", **{"aria-live": "polite"}),
                    html.Span(className="q-gap"),
                    html.Div(export_buttons("queue", data.asked.ask, text), className="q-exports"),
                    html.Button(
                        text["review.queue.views"],
                        type="button",
                        id=ids.QUEUE_VIEWS,
                        className="q-plain",
                        **{"aria-haspopup": "dialog"},
                    ),
                ],
                className="q-line",
            ),
            html.Div(_grid(text), className="q-grid", id=ids.QUEUE_BOX),
            _actions(data, text),
            html.Div(id=ids.QUEUE_MESSAGE, className="q-said", role="status"),
            *dialogs(text, data.shares),
            dcc.Store(id=ids.QUEUE_SETUP, data=_setup(data, text)),
            dcc.Store(id=ids.QUEUE_STARTED),
        ],
        className="q-page",
    )


def _bar(data: QueueData, text: Words) -> Component:
    """Search, states of the clock, help."""
    chips = [
        html.Button(
            [
                html.Span(text[f"review.queue.clock_{name or 'all'}"]),
                html.B("", className="n", id=f"{ids.QUEUE_CHIP}-{name or 'all'}"),
            ],
            type="button",
            className="q-chip",
            **{"data-clock": name, "aria-pressed": str(name == data.asked.clock).lower()},
        )
        for name in ("", *CLOCKS)
    ]
    return html.Div(
        [
            dcc.Input(
                id=ids.QUEUE_SEARCH,
                type="search",
                value=data.asked.search,
                placeholder=text["review.queue.search"],
                className="q-search",
                maxLength=60,
                autoComplete="off",
            ),
            html.Div(chips, className="q-chips", role="group"),
            html.Span(className="q-gap"),
            html.Button(
                "?",
                type="button",
                className="q-plain q-help",
                title=text["review.queue.help"],
                **{"data-dialog": ids.QUEUE_HELP, "aria-label": text["review.queue.help"]},
            ),
        ],
        className="q-bar",
    )  # fmt: skip


def _grid(text: Words) -> dag.AgGrid:
    def column(name: str, cell: str, least: int, **more: Any) -> dict[str, Any]:
        return {
            "colId": name,
            "headerName": text[f"review.queue.col_{name}"],
            "cellRenderer": cell,
            "minWidth": least,
            "flex": 1,
            "sortable": True,
            **more,
        }

    level = "QueueLevel"
    return dag.AgGrid(
        id=ids.QUEUE_GRID,
        rowModelType="infinite",
        columnDefs=[
            column(
                "level", level, 60, flex=0, initialWidth=116, sortingOrder=["desc", "asc", None]
            ),
            column("category", "QueueWhat", 206, flex=1.5),
            column("area", "QueueWhere", 140, flex=1.3),
            column("department", "QueueWhose", 110, flex=1.1),
            column("status", "QueueStatus", 106, flex=0.7),
            column("step", "QueueStep", 88, flex=0.7, sortingOrder=["desc", "asc", None]),
            column("used", "QueueClock", 140, flex=1, sortingOrder=["desc", "asc", None]),
            column("reported", "QueueReported", 118, flex=0.6, sortingOrder=["desc", "asc", None]),
        ],
        defaultColDef={"resizable": True, "suppressHeaderMenuButton": True, "comparator": None},
        getRowId="params.data.id",
        dashGridOptions={
            "cacheBlockSize": BLOCK,
            "maxBlocksInCache": BLOCKS,
            "maxConcurrentDatasourceRequests": 2,
            "blockLoadDebounceMillis": 80,
            "infiniteInitialRowCount": BLOCK,
            "cacheOverflowSize": 1,
            "rowBuffer": 8,
            "rowHeight": 52,
            "headerHeight": 38,
            "rowSelection": {
                "mode": "singleRow",
                "checkboxes": False,
                "enableClickSelection": True,
            },
            "animateRows": False,
            "suppressCellFocus": False,
            "enableCellTextSelection": False,
            "tooltipShowDelay": 500,
            "suppressNoRowsOverlay": True,  # the line above the list has the words
        },
        className="ag-theme-gridwall",
        columnSize=None,
        style={"height": "100%", "width": "100%"},
    )


def _actions(data: QueueData, text: Words) -> Component:
    """What may be done to the selected row; the scripts enable what its status allows."""
    buttons = [
        html.Button(
            [
                html.Span(text[f"review.queue.act_{name}"]),
                html.Kbd(key, **{"aria-hidden": "true"}),
            ],
            type="button",
            disabled=name != "clear",
            hidden=name == "clear",
            className="q-act",
            **{"data-act": name},
        )
        for name, key in _ACTS
        if data.acts or name == "open"
    ]
    chosen = html.Div(id=ids.QUEUE_CHOSEN, className="q-chosen")
    return html.Div(
        [chosen, html.Div(buttons, className="q-buttons", tabIndex="0")],
        className="q-acts",
        role="toolbar",
        **{"aria-label": text["review.queue.actions"]},
    )


def _setup(data: QueueData, text: Words) -> dict[str, Any]:
    asked = data.asked
    return {
        "text": {k: v for k, v in text.items() if k.startswith(_PREFIXES)},
        "lang": asked.ask.lang,
        "query": asked.ask.query(),
        "local": {"sort": asked.sort, "clock": asked.clock, "q": asked.search},
        "levels": [str(level) for level in Level],
        "to": list(TO),
        "block": BLOCK,
        "acts": data.acts,
        "shares": data.shares,
        "zone": data.zone,
        "locale": data.locale,
        "ids": {
            "grid": ids.QUEUE_GRID, "box": ids.QUEUE_BOX, "count": ids.QUEUE_COUNT,
            "news": ids.QUEUE_NEWS, "said": ids.QUEUE_MESSAGE, "chosen": ids.QUEUE_CHOSEN,
            "search": ids.QUEUE_SEARCH, "chip": ids.QUEUE_CHIP, "ask": ids.ASK,
            "views": ids.QUEUE_VIEWS, "help": ids.QUEUE_HELP, "hand": ids.QUEUE_HAND,
            "comment": ids.QUEUE_COMMENT, "conflict": ids.QUEUE_CONFLICT,
            "saved": ids.QUEUE_SAVED, "bulk": ids.QUEUE_BULK,
        },
    }  # fmt: skip


def dialogs(text: Words, shares: bool) -> list[Component]:
    """All of them, closed."""
    return [
        _dialog(ids.QUEUE_HAND, text, "hand", _hand(text)),
        _dialog(ids.QUEUE_COMMENT, text, "comment", _comment(text)),
        _dialog(ids.QUEUE_CONFLICT, text, "conflict", _conflict(text)),
        _dialog(ids.QUEUE_BULK, text, "bulk", _bulk(text)),
        _dialog(ids.QUEUE_SAVED, text, "saved", _saved(text, shares)),
        _dialog(ids.QUEUE_HELP, text, "keys", _help(text)),
    ]


def _dialog(name: str, text: Words, title: str, content: list[Component]) -> Component:
    heading = f"{name}-title"
    return html.Dialog(
        [html.H2(text[f"review.queue.{title}_title"], id=heading), *content],
        id=name,
        className="q-dialog",
        **{"aria-labelledby": heading},
    )


def _foot(text: Words, *main: Component, close: str = "cancel") -> Component:
    back = html.Button(
        text[f"review.queue.{close}"], type="button", className="q-plain", **{"data-close": ""}
    )
    return html.Div([back, *main], className="q-foot")


def _main(words: str, does: str) -> Component:
    return html.Button(words, type="button", className="q-main", **{"data-does": does})


def _about() -> Component:
    """Which event it is; filled by the scripts."""
    return html.P(className="q-about")


def _hand(text: Words) -> list[Component]:
    units = [
        html.Button(
            [html.Kbd(str(number), **{"aria-hidden": "true"}), html.Span(text[f"owner.{unit}"])],
            type="button",
            className="q-unit",
            **{"data-to": unit},
        )
        for number, unit in enumerate(TO, 1)
    ]
    return [
        _about(),
        html.P(text["review.queue.hand_words"], className="q-words"),
        html.Div(units, className="q-units"),
        _foot(text),
    ]


def _comment(text: Words) -> list[Component]:
    return [
        _about(),
        html.Label(
            [
                html.Span(text["review.queue.comment_label"], className="q-label"),
                html.Textarea(
                    id=f"{ids.QUEUE_COMMENT}-text",
                    rows=5,
                    maxLength=MAX_TEXT,
                    className="q-text",
                    **{"data-draft": "comment"},
                ),
            ]
        ),
        html.P(text["review.queue.comment_words"], className="q-words"),
        html.P(className="q-wrong", role="alert"),
        _foot(text, _main(text["review.queue.comment_send"], "comment")),
    ]


def _conflict(text: Words) -> list[Component]:
    return [
        _about(),
        html.P(text["review.queue.conflict_words"], className="q-words"),
        html.Ul(className="q-since"),
        _foot(text, _main(text["review.queue.conflict_go"], "again"), close="conflict_leave"),
    ]


def _bulk(text: Words) -> list[Component]:
    return [
        html.P(className="q-words", role="status"),
        html.Ul(className="q-results"),
        _foot(text, _main("", "bulk"), close="close"),
    ]


def _saved(text: Words, shares: bool) -> list[Component]:
    share: list[Component] = []
    if shares:
        share = [
            html.Button(
                text["review.queue.saved_share"],
                type="button",
                className="q-check",
                role="checkbox",
                **{"aria-checked": "false", "data-share": ""},
            )
        ]
    return [
        html.Ul(className="q-list"),
        html.Div(
            [
                html.Label(
                    [
                        html.Span(text["review.queue.saved_name"], className="q-label"),
                        html.Div(className="q-name"),
                    ]
                ),
                *share,
            ],
            className="q-new",
        ),
        html.P(className="q-wrong", role="alert"),
        _foot(text, _main(text["review.queue.saved_save"], "save"), close="close"),
    ]


def _help(text: Words) -> list[Component]:
    rows = [
        html.Div([html.Dt(html.Kbd(key)), html.Dd(text[f"review.queue.key_{name}"])])
        for key, name in _KEYS
    ]
    notes = ("order", "undo", "live")
    return [
        html.Dl(rows, className="q-keys"),
        *(html.P(text[f"review.queue.note_{name}"], className="q-words") for name in notes),
        _foot(text, close="close"),
    ]
