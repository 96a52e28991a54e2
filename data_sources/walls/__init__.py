"""Paired screens, and what they are pointed at."""
