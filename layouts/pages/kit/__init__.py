"""The one kit that all leaders' pages are built from."""
