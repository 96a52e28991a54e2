"""Views in, the wall's state and its panels out; and orders that point a wall at something."""
