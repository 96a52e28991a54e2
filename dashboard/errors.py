"""The root of Gridwall's own errors.

A `GridwallError` carries one line for a person: what is wrong, with the field and the value.
The command line prints that line and exits 1; nothing else about it is shown.
"""


class GridwallError(Exception):
    """Something the operator can act on; its text is one clear line."""


class SettingsError(GridwallError):
    """A setting has a value that cannot be used."""
