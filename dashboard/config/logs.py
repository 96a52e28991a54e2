"""Where log lines go: to one stream, and never an error back to the code that logs.

A log is on a disk that may fill. A line that cannot be written is dropped and counted; the next one
that can be written reports how many. Nothing that a loop does may end because its log has.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO, cast

import structlog


class Unfailing:
    """A text stream whose writing never raises."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        #: lines dropped since one was last written
        self.dropped = 0

    def write(self, text: str) -> int:
        """Write a line, or drop it."""
        try:
            if self.dropped:
                self._stream.write(f"{self.dropped} log lines could not be written\n")
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):  # a full disk, a closed pipe, a closed file
            self.dropped += 1
        else:
            self.dropped = 0
        return len(text)

    def flush(self) -> None:
        """Flush what can be."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            return


def configure(stream: TextIO | None = None) -> None:
    """Send this process's log lines to ``stream`` (by default stderr)."""
    target = cast(TextIO, Unfailing(stream or sys.stderr))
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(target))
    # a handler of the standard library reports its own failures to stderr, the same full disk
    logging.raiseExceptions = False
