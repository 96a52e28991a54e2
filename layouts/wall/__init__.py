"""The parts of the wall, one file each: pure functions from words to components."""
