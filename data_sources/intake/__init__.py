"""Where events come in: files of other cities' open data, a simulator, and the HTTP API.

Reading and making actions is pure (text in, :class:`Action` out); what touches Redis is a thin
runner that takes the action log as a sink. A row is never lost: it becomes actions, or a dead
letter that names file, line, field, value and reason.
"""
