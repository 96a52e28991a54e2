"""The leaders' desk: an in-memory DuckDB copy of what the projector holds, and ready-made answers.

`desk` is asked and runs the copy: `mirror` follows the stores' changes, `tables` is the engine,
`schema` its columns, `guard` which SQL may run. A question gets a `reader`; the other modules are
the questions: `figures`, `series`, `distributions`, `scoreboards`, `department`, `queue`, `near`.
"""
