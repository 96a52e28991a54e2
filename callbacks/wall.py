"""The wall's wiring: the names that come with the page start the renderers in ``assets/wall``.

No server, and no callback for each frame: the stream's script has a frame drawn in one go, so
that totals on one screen agree, and a renderer patches the marks that changed itself, so that
neither React nor Plotly rebuilds a list or a figure. The steering page's names start its script.
"""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from layouts.look import ids

NAMESPACE = "gridwall"


def register(app: Dash) -> None:
    """Wire the wall and the steering page into an app."""
    _register_wall(app)
    _register_steering(app)


def _register_wall(app: Dash) -> None:
    """Start the renderers when the names are there; draw whenever the frame is set.

    ``start`` has an output because a callback without one is not called for components
    that come with a page; it draws what the store holds by then.
    """
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "start"),
        Output(ids.STARTED, "data"),
        Input(ids.NAMES, "data"),
        State(ids.FRAME, "data"),
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "draw"),
        Input(ids.FRAME, "data"),
    )


def _register_steering(app: Dash) -> None:
    """Start ``assets/screens/steer_page.mjs`` when the page has come."""
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "steering"),
        Output(ids.STEERED, "data"),
        Input(ids.STEERING, "data"),
    )
