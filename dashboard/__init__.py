"""What the product knows: the pure core, settings, the app's factory, the command line."""

__version__ = "0.1.0"
