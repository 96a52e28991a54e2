"""Old closed events: moved from Redis to Parquet files, and asked like the rest; docs/history.md.

`archiver` moves them, a *unit* (a batch of events of one month, a file a table) at a time; `files`
writes and reads units, `listing` tells which of their rows count, `moves` changes it in one step.
"""
