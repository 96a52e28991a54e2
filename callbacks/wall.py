"""The wall's wiring: each panel's store calls its renderer in ``assets/wall``.

No server, no output: a renderer patches the marks that changed itself, so that neither React
nor Plotly rebuilds a list or a figure.
"""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output, State

from layouts import ids

NAMESPACE = "gridwall"


def register(app: Dash) -> None:
    """Wire the wall into an app: the names start it, then one renderer a panel.

    Only ``start`` has an output: a callback without one is not called for components
    that come with a page. It draws what the stores hold by then.
    """
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "start"),
        Output(ids.STARTED, "data"),
        Input(ids.NAMES, "data"),
        [State(ids.store(panel), "data") for panel in ids.PANELS],
    )
    for panel in ids.PANELS:
        app.clientside_callback(
            ClientsideFunction(NAMESPACE, panel),
            Input(ids.store(panel), "data"),
        )
