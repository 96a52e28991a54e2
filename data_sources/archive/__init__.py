"""Closed events of old: their rows in Parquet files, for the same questions; docs/history.md."""
