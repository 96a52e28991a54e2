"""Tiles of the base map, from a server or a file, and the site's overlays.

A source returns a picture, or None where it has none; it raises `TileError` with a line for the
operator if it can't be used at all.
"""
