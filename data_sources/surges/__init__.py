"""The watcher for surges and its warnings."""
