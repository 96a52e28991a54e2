"""The watcher for surges (counts far above their usual) and its warnings in Redis.

In: the hourly counts that the fold writes. Out: open warnings and their log; docs/warnings.md.
"""
