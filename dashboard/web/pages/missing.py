"""Raised by a page that was asked for something that does not exist."""

from __future__ import annotations


class NotHere(Exception):  # no fault: somebody followed an old link
    """`what` is the code or id that was asked for."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
