"""Views in Redis in; the wall's state, its frames, and the same bytes to every client out."""
