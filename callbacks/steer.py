"""The steering page's wiring: its names start the script that does the rest."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output

from callbacks.wall import NAMESPACE
from layouts.look import ids


def register_steering(app: Dash) -> None:
    """Start ``assets/screens/steer_page.js`` when the page has come."""
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "steering"),
        Output(ids.STEERED, "data"),
        Input(ids.STEERING, "data"),
    )
