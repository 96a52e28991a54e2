"""Who asks, and whether they may: the middleware before every route."""
