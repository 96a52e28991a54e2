"""The leaders' desk: an in-memory DuckDB copy of what the projector holds, and ready-made answers.

`desk` is asked and runs the copy (`copy`). A question gets a reader of the copy; the other modules
are the questions: `figures`, `series` and `distributions`, all made of `kinds` and `filters`;
`queue`, `near` and `search`; `scores`, `movers`, and the lists `behind` the figures.
"""
