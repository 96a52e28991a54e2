"""The wall's wiring: what the stream holds calls the renderers in ``assets/wall``.

No server: a renderer patches the marks that changed itself, so that neither React nor
Plotly rebuilds a list or a figure. One store for all panels, not one each: a frame is drawn
in one go, so that totals on one screen agree.
"""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from layouts import ids

NAMESPACE = "gridwall"


def register(app: Dash) -> None:
    """Wire the wall into an app: the names start it, then every frame is drawn.

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
