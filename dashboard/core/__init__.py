"""The pure domain of Gridwall: no Redis, no Dash, no clock of its own.

In: actions, and the state of the event they belong to. Out: the new state, what changes in the
views, and what walls, pages and briefs show of them. Each package imports only those named after
it: questions, briefs, past, wall, surges, scoring, fold, lifecycle, model.
"""
