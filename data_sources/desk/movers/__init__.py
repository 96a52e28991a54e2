"""Movers: a figure of every subject in two periods, what made the change, and its course."""
