"""People: who sends a request and what they may do; accounts, sessions, signing in, the record.

It knows no route: pages, routes and the command line use it.
"""
