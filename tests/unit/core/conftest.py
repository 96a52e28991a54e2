"""Two busy cores make single examples slow at times; the whole run has a timeout of its own."""

from hypothesis import settings

settings.register_profile("core", deadline=None)
settings.load_profile("core")
