"""The embedded engine (a Redis or Valkey server) and child processes that end with us."""
