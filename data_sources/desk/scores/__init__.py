"""Scores: every subject's scoreboard, one department's page, and what events cost or moved."""
