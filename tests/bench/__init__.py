"""The budgets' rows, measured: `python -m tests.bench [row …]` prints one table.

A row is one small module with `measure(bench) -> list[Line]`. Plain timings move with the
machine, so what can be compared is measured side by side in one run and printed as a ratio.
Every process is started and ended here; nothing is left behind.
"""
