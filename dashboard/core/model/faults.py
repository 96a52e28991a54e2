"""Where an error was, without what it was about: its text may hold a value that must not be shown.

Pure.
"""

from __future__ import annotations


def place_of(error: BaseException) -> str:
    """The file and line of the error's innermost frame, such as ``transitions.py:88``."""
    trace = error.__traceback__
    if trace is None:
        return "an unknown place"
    while trace.tb_next is not None:
        trace = trace.tb_next
    file = trace.tb_frame.f_code.co_filename.replace("\\", "/").rpartition("/")[2]
    return f"{file}:{trace.tb_lineno}"
