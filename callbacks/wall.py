"""The wall's wiring: the names that come with the page start the renderers in ``assets/wall``.

No server, and no callback for each frame: the stream's script has a frame drawn in one go, so
that totals on one screen agree, and a renderer patches the marks that changed itself, so that
neither React nor Plotly rebuilds a list or a figure.
"""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from layouts.look import ids

NAMESPACE = "gridwall"


def register_wall(app: Dash) -> None:
    """Wire the wall into an app: the names start it; who sets the frame has it drawn.

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
