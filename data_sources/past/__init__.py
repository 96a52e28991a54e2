"""The past: the wall as it was at any moment, at a cost that does not grow with history.

``asof`` answers, ``rewinding`` reads what it needs, ``segments`` is the index of the action
stream by time, ``checkpoints`` are shards folded up to a moment, and ``keeper`` makes both.
"""
