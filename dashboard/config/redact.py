"""What leaves this process as text for people: without secrets, and without persons.

`install` puts one filter under everything that a process writes to its log: our
own lines, libraries, uvicorn and gunicorn, warnings, a traceback that Python itself prints. So no
line has to be careful on its own. Tracebacks are without local variables, which are what leaked.
"""

from __future__ import annotations

import re
import sys
import threading
import traceback
from types import TracebackType
from typing import Any, TextIO, cast
from urllib.parse import parse_qs, unquote, urlsplit

from dashboard.core.model.persons import MASK, masked

#: a shorter value would take ordinary words out of the log
_SHORTEST = 6
#: characters of a line that are kept: enough for any of ours, too few for a body
_LONGEST = 8_000
_USER = re.compile(r"(?<=://)[^\s/@'\"]*:[^\s/'\"]+@")
_QUERY = re.compile(
    r"([?&](?:access_token|token|key|secret|password|code|state|sign|signature)=)[^\s&'\"]+", re.I
)
_NAMED = re.compile(
    r"(\b(?:[a-z_]*token|[a-z_]*secret|pass(?:word|wd)?|authorization|cookie)[\"']?\s*[=:]\s*"
    r"(?:SecretStr\()?[\"']?)(?!None\b)([^\s\"'&,;)}]{6,})",
    re.I,
)
_BEARER = re.compile(r"(\bbearer\s+)[^\s\"']+", re.I)

_lock = threading.Lock()
_secrets: set[str] = set()
_known: re.Pattern[str] | None = None


def keep_secret(*values: str | None) -> None:
    """Never write these values to a log; of an address its password too."""
    global _known
    found = {value for value in values if value and len(value) >= _SHORTEST}
    for value in values:
        if value and "://" in value:
            found.discard(value)
            found.update(_passwords(value))
    with _lock:
        if not found <= _secrets:
            _secrets.update(found)
            longest_first = sorted(_secrets, key=len, reverse=True)
            _known = re.compile("|".join(map(re.escape, longest_first)))


def _passwords(url: str) -> list[str]:
    """The password of an address, before the host or as a parameter."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return []
    given = [parts.password or "", *parse_qs(parts.query).get("password", [])]
    return [one for value in given if value for one in {value, unquote(value)}]


def redacted(text: str) -> str:
    """The text without secrets that are known or look like one, and without persons."""
    if _known is not None:
        text = _known.sub(MASK, text)
    text = _USER.sub(f"{MASK}@", text)
    text = _QUERY.sub(rf"\g<1>{MASK}", text)
    text = _BEARER.sub(rf"\g<1>{MASK}", text)
    text = _NAMED.sub(rf"\g<1>{MASK}", text)
    return "\n".join(masked(line[:_LONGEST]).text for line in text.split("\n"))


class Redacting:
    """A text stream that writes whole lines, each redacted."""

    def __init__(self, stream: TextIO) -> None:
        self._stream, self._rest = stream, ""
        self._lock = threading.RLock()

    def write(self, text: str) -> int:
        """Write the lines that are complete; the rest waits for its end, or for `flush`."""
        with self._lock:
            lines, end, rest = (self._rest + text).rpartition("\n")
            self._rest = rest
            if end:
                self._stream.write(redacted(lines) + end)
        return len(text)

    def flush(self) -> None:
        """Write what is left, and flush the stream."""
        with self._lock:
            rest, self._rest = self._rest, ""
            if rest:
                self._stream.write(redacted(rest))
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        # isatty, fileno, encoding, buffer …
        return getattr(self._stream, name)


def install() -> None:
    """Redact everything that this process writes to stdout and stderr from now on.

    A terminal is no log, and its progress bars are not made of lines: there only log lines and
    tracebacks are redacted. Installing it twice changes nothing.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, Redacting) and not stream.isatty():
            setattr(sys, name, cast(TextIO, Redacting(stream)))
    # late: settings are read by commands that log nothing
    import structlog

    sys.excepthook = _print_error
    renderer = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.StackInfoRenderer(),
            structlog.dev.set_exc_info,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            renderer,
            _last,
        ]
    )


def _last(_logger: object, _method: str, line: Any) -> str:
    """The last processor: what is rendered, redacted."""
    return redacted(str(line))


def _print_error(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Print an uncaught exception as Python does, redacted."""
    text = "".join(traceback.format_exception(kind, error, trace))
    print(redacted(text), end="", file=sys.stderr, flush=True)  # noqa: T201
