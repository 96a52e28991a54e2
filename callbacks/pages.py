"""Wires the leaders' pages, all of it in the browser: the shell, weights, queue, time machine."""

from __future__ import annotations

from dash import ALL, ClientsideFunction, Dash, Input, Output, State

from layouts.pages.kit import ids

NAMESPACE = "review"


def register(app: Dash) -> None:
    """Wire all leaders' pages into an app."""
    _register_shell(app)
    _register_trend(app)
    _register_departments(app)
    _register_queue(app)
    _register_past(app)
    _register_scenes(app)


def _register_shell(app: Dash) -> None:
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
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "opens"),
        Output(ids.GO, "href", allow_duplicate=True),
        Input(ids.OVERVIEW_TREND, "clickData"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction(NAMESPACE, "opensLine"),
        Output(ids.GO, "href", allow_duplicate=True),
        Input({"type": ids.LINES, "name": ALL}, "clickData"),
        State({"type": ids.LINES, "name": ALL}, "clickSeriesName"),
        prevent_initial_call=True,
    )


def _register_trend(app: Dash) -> None:
    """Wire the trend's spans into an app."""
    app.clientside_callback(
        ClientsideFunction("trend", "open"),
        Output(ids.GO, "href", allow_duplicate=True),
        Input(ids.OVERVIEW_TREND, "relayoutData"),
        State(ids.OVERVIEW_TREND, "figure"),
        State(ids.ASK, "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("trend", "plain"),
        Output(ids.OVERVIEW_TREND, "figure"),
        Input(ids.OVERVIEW_TREND, "id"),
        State(ids.OVERVIEW_TREND, "figure"),
    )


def _register_departments(app: Dash) -> None:
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


def _register_queue(app: Dash) -> None:
    """Wire the queue into an app."""
    app.clientside_callback(
        ClientsideFunction("queue", "start"),
        Output(ids.QUEUE_STARTED, "data"),
        Input(ids.QUEUE_SETUP, "data"),
        Input(ids.QUEUE_GRID, "getRowsRequest"),
    )


def _register_past(app: Dash) -> None:
    """Wire the time machine into an app."""
    app.clientside_callback(
        ClientsideFunction("past", "start"),
        Output(ids.PAST_STARTED, "data"),
        Input(ids.PAST_SETUP, "data"),
    )


def _register_scenes(app: Dash) -> None:
    """Wire the editor of scenes into an app."""
    app.clientside_callback(
        ClientsideFunction("scenes", "start"),
        Output(ids.SCENES_STARTED, "data"),
        Input(ids.SCENES_SETUP, "data"),
    )
