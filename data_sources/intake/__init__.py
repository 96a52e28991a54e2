"""Feeds: files of other cities' open data, and a simulated city.

Reading a file and making actions is pure (text in, `Action` out); `replay` and `simulate` send them
to the action log through `feeder`. A row is never lost: it becomes actions, or a dead letter that
names file, line, field, value and reason.
"""
