"""What the HTTP calls take and answer, as `/openapi.json` shows it: one table, fuzzed."""
