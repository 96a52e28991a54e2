"""Tiles of the base map: from a server of the site's choice, or from a file.

A source gives a picture or None where there is none; it raises :class:`TileError` with a line for
the operator if it can't be used at all.
"""
