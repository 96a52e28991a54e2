"""One event: which action is lawful, what it changes in state, clocks, tallies and notices."""
