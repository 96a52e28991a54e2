"""Figures: pure functions from a panel's state to a plotly figure, tested by their data."""
