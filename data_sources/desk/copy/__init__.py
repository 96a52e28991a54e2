"""The copy of all events: `mirror` keeps it up to date, a question reads it through a `Reader`.

`tables` is the engine, `schema` its columns, `guard` judges which SQL may run.
"""
