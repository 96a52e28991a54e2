"""The parts of `scripts/surface.py`, a file for each surface."""
