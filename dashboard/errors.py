"""The root of Gridwall's own errors.

The text of a `GridwallError` is written for a person: what is wrong, with the field and the
value, usually in one line. The command line prints it and exits 1; nothing else is shown.
"""


class GridwallError(Exception):
    """Something the operator can act on."""
