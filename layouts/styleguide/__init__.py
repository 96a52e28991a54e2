"""The style guide: every component in every state, with fixed data and the real renderers.

``page`` is the overview; each picture in it is a ``frame``, a page of its own that holds the wall
with one panel. No event is ever read here, so the guide may be seen by anybody.
"""
