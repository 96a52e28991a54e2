"""The shell's wiring, all of it in the browser: the menu of small screens, and filters that lead
to another address (`assets/pages/shell.js`)."""

from __future__ import annotations

from dash import ALL, ClientsideFunction, Dash, Input, Output, State

from layouts.pages.kit import ids

NAMESPACE = "review"


def register_shell(app: Dash) -> None:
    """Wire the shell into an app."""
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "menu"),
        Output(ids.SHELL, "navbar"),
        Input(ids.BURGER, "opened"),
        State(ids.SHELL, "navbar"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "go"),
        Output(ids.GO, "href"),
        Input({"type": ids.FILTER, "field": ALL}, "value"),
        State(ids.ASK, "data"),
        prevent_initial_call=True,
    )
