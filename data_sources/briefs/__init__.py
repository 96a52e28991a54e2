"""Briefs over a store: what was asked for, and the process that makes what is due.

`store` keeps jobs and finished briefs in Redis; `maker` works the jobs off, one at a time behind a
lease, and asks for the scheduled ones; `gather` collects a brief's numbers from the desk.
"""
