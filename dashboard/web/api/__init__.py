"""The HTTP interface: one module a resource, each with a `router` that takes what it needs.

`routes.py` joins them; `errors.py` turns what they raise into answers.
"""
