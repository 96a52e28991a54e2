"""The queue's wiring, all of it in the browser: its scripts begin when the page is there."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output

from layouts.pages.kit import ids


def register_queue(app: Dash) -> None:
    """Wire the queue into an app."""
    app.clientside_callback(
        ClientsideFunction("queue", "start"),
        Output(ids.QUEUE_STARTED, "data"),
        Input(ids.QUEUE_SETUP, "data"),
        Input(ids.QUEUE_GRID, "getRowsRequest"),
    )
