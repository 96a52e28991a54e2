"""Theme, contrast, component ids and what a screen knows of its city."""
