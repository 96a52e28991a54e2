"""Movers: who got worst in a figure and who got best, each with a small chart and its reason."""
