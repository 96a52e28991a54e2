"""Briefs over a store: gathering what they say, the jobs that make them, the schedule, sending.

`gathering` asks the desk; `shelf` keeps jobs and briefs in Redis; `maker` works the jobs off, one
at a time behind a lease; `press` makes the papers in a process of its own; `schedule` says what
is due.
"""
