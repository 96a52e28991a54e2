"""Views in, panels out."""
