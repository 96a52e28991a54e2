"""The wall's wiring: each panel's store calls its renderer in ``assets/wall``.

No output: a renderer patches the marks that changed itself, so that neither React nor
Plotly rebuilds a list or a figure. Nothing here asks the server for anything.
"""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input

from layouts import ids

NAMESPACE = "gridwall"


def register(app: Dash) -> None:
    """Wire the wall into an app: the names start it, then one renderer a panel."""
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "start"),
        Input(ids.NAMES, "data"),
    )
    for panel in ids.PANELS:
        app.clientside_callback(
            ClientsideFunction(NAMESPACE, panel),
            Input(ids.store(panel), "data"),
        )
