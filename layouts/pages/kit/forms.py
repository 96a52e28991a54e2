"""Forms that a browser sends without a script, and the message after sending. Pure.

A form's address answers with a redirect to the form's page; the language and the theme go
along in hidden fields.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.core.questions.ask import Ask
from layouts.pages.kit.frame import Choice

Text = Mapping[str, str]


def form(
    action: str, ask: Ask, *parts: Component, method: str = "post", className: str = "", **more: str
) -> Component:
    """A form with the look and other fixed values in it."""
    fixed = {"lang": ask.lang, "theme": ask.theme, **more}
    # a plain input would not do: Dash has none without a script's help
    hidden = [dcc.Input(type="hidden", name=k, value=v) for k, v in fixed.items() if v]
    return html.Form(
        [html.Div(hidden, hidden=True), *parts],
        action=action,
        method=method,
        className=f"f-form {className}".strip(),
    )


def field(
    words: str, name: str, *, type: str = "text", hint: str = "", required: bool = True,
    autocomplete: str = "off", most: int = 128, value: str = "",
) -> Component:  # fmt: skip
    """A labelled input."""
    held = {"value": value} if value else {}
    typed = dcc.Input(
        name=name, type=type, required=required, autoComplete=autocomplete,
        maxLength=most, spellCheck=False, className="f-input", **held,
    )  # fmt: skip
    note = [html.Span(hint, className="r-hint")] if hint else []
    return html.Label([html.Span(words, className="f-name"), typed, *note], className="f-field")


def choice(
    words: str, name: str, items: Sequence[Choice], value: str, *, text: Text, find: bool = False
) -> Component:
    """One of several; ``find`` for many."""
    return dmc.Select(
        name=name,
        label=words,
        data=[{"value": one.value, "label": one.words} for one in items],
        value=value,
        allowDeselect=False,
        searchable=find,
        nothingFoundMessage=text["review.none_found"],
        maxDropdownHeight=260,
        limit=80 if find else None,
        checkIconPosition="right",
        className="f-field f-choice",
    )


def button(words: str, kind: str = "main") -> Component:
    """Sends the form: main | plain | grave."""
    return html.Button(words, type="submit", className=f"f-button {kind}")


def outcome(words: str, *, wrong: bool = False) -> Component:
    """The outcome of the last form that was sent."""
    kind, role = ("wrong", "alert") if wrong else ("done", "status")
    return html.P(words, className=f"f-said {kind}", role=role)
