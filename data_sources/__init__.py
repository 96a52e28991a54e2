"""Everything that touches the outside: Redis, the embedded engine, intake, projector, clock.

Nothing here draws: what comes out are actions in a stream and plain wall states.
"""
