"""The sources that may send actions: an operator's file `sources.toml`, a table `[[source]]` each.

In: the file that `GRIDWALL_SOURCES_FILE` names, and `GRIDWALL_INTAKE_TOKEN`, the token of the
default source `api`. Out: a :class:`SourceBook`. No token is kept in clear: the file has the
SHA-256 of one, or the name of the environment variable that holds it.
"""

from __future__ import annotations

import hmac
import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal, get_args

import msgspec

from dashboard.config.reading import ConfigError, Mistake, Node, Table
from dashboard.config.redact import keep_secret
from dashboard.config.settings import Settings
from dashboard.config.toml_file import read_toml
from dashboard.core.model.actions import MAX_SKEW
from dashboard.core.model.vocabulary import Precision

#: the source of `GRIDWALL_INTAKE_TOKEN`
API = "api"
SourceKind = Literal["log", "snapshot"]
UnknownCodes = Literal["count", "refuse"]
#: in the file: the precision is taken from how each time is written
AUTO = "auto"

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_HASH = re.compile(r"[0-9a-f]{64}")
_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")
_DURATION = re.compile(r"(\d{1,6})\s*(ms|s|min|h|d|days?)")
_UNITS = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000}
_DAY_MS = 86_400_000
_YEARS = re.compile(r"(\d{1,3})y")
_YEAR_MS = 31_556_952_000
_LEAST_TOKEN = 16
_AHEAD_MOST = 366 * _DAY_MS
_BY_FILE = (
    "expected log for a source with a token: rows of a snapshot come as files, by gridwall replay"
)
_HASH_HELP = "64 hexadecimal digits: printf %s TOKEN | sha256sum"


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """A source of actions, and what is known of its times."""

    name: str
    #: SHA-256 of its token, hexadecimal; "": it cannot post
    token_sha256: str = ""
    #: a log of actions, or (files only) rows that are compared with what is known
    kind: SourceKind = "log"
    #: None: taken from how each time is written
    precision: Precision | None = None
    #: by how much its clock may be wrong, ms
    skew: int = 2000
    #: its times are not before: an ISO time, or "10y" (so long ago); "": as the city's records
    earliest: str = ""
    #: its times are at most so far in the future, ms
    ahead: int = 5 * 60_000
    #: codes that the city does not know: counted as one "unknown", or refused
    unknown_codes: UnknownCodes = "count"

    def earliest_at(self, now: int) -> int | None:
        """The earliest time it may state, ms; None if the file does not say."""
        if not self.earliest:
            return None
        if found := _YEARS.fullmatch(self.earliest):
            return now - int(found[1]) * _YEAR_MS
        return round(datetime.fromisoformat(self.earliest).timestamp() * 1000)


class SourceBook:
    """All sources by name, and by their tokens."""

    def __init__(self, sources: Mapping[str, Source]) -> None:
        self._sources = dict(sources)

    def __iter__(self) -> Iterator[Source]:
        return iter(self._sources.values())

    @property
    def takes_any(self) -> bool:
        """Whether any source has a token."""
        return any(source.token_sha256 for source in self)

    def named(self, name: str) -> Source | None:
        """The source with this name; None if there is none."""
        return self._sources.get(name)

    def of_token(self, token: str) -> Source | None:
        """The source whose token this is; every source is compared, each in constant time."""
        given, found = sha256(token.encode()).hexdigest(), None
        for source in self:
            known = source.token_sha256
            if hmac.compare_digest(given, known or "-" * len(given)) and known:
                found = source
        return found


def sources_for(settings: Settings, environment: Mapping[str, str] | None = None) -> SourceBook:
    """The sources of the settings; raises :class:`ConfigError` with every mistake of the file."""
    token = settings.intake_token
    own = _hashed(token.get_secret_value()) if token else ""
    found = {API: Source(name=API, token_sha256=own)}
    if settings.sources_file is not None:
        found |= read(settings.sources_file, found[API], environment)
    return SourceBook(found)


def read(
    file: Path, api: Source, environment: Mapping[str, str] | None = None
) -> dict[str, Source]:
    """The sources of a file by name; one named ``api`` changes the default source.

    ``environment`` holds the tokens; by default the process's own. Raises :class:`ConfigError`.
    """
    mistakes: list[Mistake] = []
    top = Table(read_toml(file), mistakes, known=("source",))
    given = top.given("source")
    found: dict[str, Source] = {}
    if given is not None and not given.is_list:
        top.wrong("source", "expected [[source]] in double brackets")
    elif given is not None:
        known = os.environ if environment is None else environment
        for node in given.items():
            _add(found, Table(node, mistakes), api, known)
    if mistakes:
        raise ConfigError(file, *mistakes)
    return found


def _add(
    found: dict[str, Source], table: Table, api: Source, environment: Mapping[str, str]
) -> None:
    name = table.text("name")
    if not _NAME.fullmatch(name):
        table.wrong("name", "expected lower-case letters, digits, - and _, a letter first")
    elif name in found:
        table.wrong("name", "expected each source once")
    base = api if name == API else Source(name=name)
    precision = table.choice("precision", (AUTO, *Precision), base.precision or AUTO)
    source = msgspec.structs.replace(
        base,
        token_sha256=_token(table, environment) or base.token_sha256,
        kind=table.choice("kind", get_args(SourceKind), base.kind),
        precision=None if precision == AUTO else Precision(precision),
        skew=table.read("skew", base.skew, _duration, MAX_SKEW),
        earliest=table.read("earliest", base.earliest, _earliest),
        ahead=table.read("ahead", base.ahead, _duration, _AHEAD_MOST),
        unknown_codes=table.choice("unknown_codes", get_args(UnknownCodes), base.unknown_codes),
    )
    table.end()
    token = source.token_sha256
    if token and any(
        token == other.token_sha256 for other in (*found.values(), api) if other.name != name
    ):
        table.wrong("name", "has the token of another source", value=repr(name))
    if token and source.kind == "snapshot":
        table.wrong("kind", _BY_FILE, value=repr(source.kind))
    found[name] = source


def _token(table: Table, environment: Mapping[str, str]) -> str:
    """The hash of the source's token; "" if it has none."""
    hashed, variable = table.text("token_sha256"), table.text("token_env")
    if hashed and variable:
        table.wrong("token_env", "expected token_sha256 or token_env, not both")
    if hashed and not _HASH.fullmatch(hashed):
        # the value may be the token itself, which must not get into a log
        table.wrong("token_sha256", f"expected {_HASH_HELP}", value="(hidden)")
    if not variable:
        return hashed
    if not _VARIABLE.fullmatch(variable):
        expected = "expected the name of an environment variable, such as CLOSING_TOKEN"
        table.wrong("token_env", expected, value="(hidden)")
        return ""
    token = environment.get(variable, "")
    if len(token) < _LEAST_TOKEN:
        problem = f"is shorter than {_LEAST_TOKEN} characters" if token else "is not set"
        table.wrong("token_env", f"the environment variable {problem}")
    keep_secret(token)
    return _hashed(token)


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _duration(node: Node, most: int) -> int:
    """A duration in ms from 0 to ``most``, written as 500ms, 2s, 5min, 1h, 1d."""
    expected = f'a duration such as "2s" or "5min", at most {most // 60_000} min'
    found = _DURATION.fullmatch(node.value) if isinstance(node.value, str) else None
    if found is None:
        raise node.expected(expected)
    length = int(found[1]) * _UNITS.get(found[2], _DAY_MS)
    if length > most:
        raise node.expected(expected)
    return length


def _earliest(node: Node) -> str:
    """An ISO time with a zone, or so many years ago as 10y; checked, as it is written."""
    expected = 'an ISO time with a zone, in quotes, or years such as "10y"'
    if not isinstance(node.value, str):
        raise node.expected(expected)
    if _YEARS.fullmatch(node.value):
        return node.value
    try:
        when = datetime.fromisoformat(node.value)
    except ValueError:
        raise node.expected(expected) from None
    if when.tzinfo is None:
        raise node.expected(expected)
    return node.value
