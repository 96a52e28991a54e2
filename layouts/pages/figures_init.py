"""Figures of the leaders' pages: pure functions from values to something that can be drawn."""
