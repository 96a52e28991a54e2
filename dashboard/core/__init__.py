"""The pure domain of Gridwall: no Redis, no Dash, no clock of its own.

In come actions (:mod:`.events`) and the state of the event they belong to;
out come the new state and what changes in the views (:mod:`.projection`).
"""
