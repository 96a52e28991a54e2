"""The wall and its places as of a past moment."""
