"""What the queue asks of its user: to whom, which words, what to do when another was faster. Pure.

Native dialogs: focus goes in and back by itself, Escape closes.
"""

from __future__ import annotations

from collections.abc import Mapping

from dash import html
from dash.development.base_component import Component

from dashboard.core.lifecycle.requests import TO
from dashboard.core.model.actions import MAX_TEXT
from layouts.pages.kit import ids

Words = Mapping[str, str]

_KEYS = (
    ("↑ ↓", "move"), ("Enter", "open"), ("A", "acknowledge"), ("U", "urge"), ("H", "hand_over"),
    ("C", "comment"), ("Z", "undo"), ("X", "pick"), ("Esc", "clear"), ("N", "news"),
    ("/", "search"), ("?", "help"),
)  # fmt: skip


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
                    id=f"{ids.QUEUE_COMMENT}-text", rows=5, maxLength=MAX_TEXT, className="q-text"
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
