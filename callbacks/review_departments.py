"""The sliders of weights: each move leads to another address (`assets/pages/departments.js`)."""

from __future__ import annotations

from dash import ALL, ClientsideFunction, Dash, Input, Output, State

from callbacks.pages import NAMESPACE
from layouts.pages.kit import ids


def register_departments(app: Dash) -> None:
    """Wire the sliders into an app."""
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "weigh"),
        Output(ids.GO, "href", allow_duplicate=True),
        Input({"type": ids.WEIGHT, "field": ALL, "group": ALL}, "value"),
        State(ids.ASK, "data"),
        State(ids.WEIGHTS_USUAL, "data"),
        State(ids.WEIGHTS_NOW, "data"),
        prevent_initial_call=True,
    )
