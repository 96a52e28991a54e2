"""The middleware in front of every route: who sends a request, and whether it may pass."""
