"""The past: the wall as it was at any moment, at a cost that does not grow with history.

`asof` composes the wall of a moment, `reel` frames for playing, `day_marks` a day's marks,
`warnings` the surge warnings of then. They read shards through `rewinder`: the nearest of the
`checkpoints` (shards folded up to a moment) and the actions since, found by `segments` (the index
of the stream by time). `keeper` writes both.
"""
