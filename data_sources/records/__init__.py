"""Scores, a grid's ledger and an event's story: read from Redis, never written."""
