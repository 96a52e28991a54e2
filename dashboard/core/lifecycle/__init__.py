"""One event: which step is lawful, what it changes, clocks, tallies, notices."""
