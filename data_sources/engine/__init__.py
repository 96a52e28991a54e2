"""The embedded Valkey and child processes."""
