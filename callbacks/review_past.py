"""The time machine's wiring, all of it in the browser: its script begins when the page is there."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output

from layouts.pages.kit import ids


def register_past(app: Dash) -> None:
    """Wire the time machine into an app."""
    app.clientside_callback(
        ClientsideFunction("past", "start"),
        Output(ids.PAST_STARTED, "data"),
        Input(ids.PAST_SETUP, "data"),
    )
