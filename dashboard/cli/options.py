"""What the commands share: options, and small helpers to print and to check."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from dashboard.config.settings import Settings
from dashboard.errors import GridwallError

City = Annotated[
    str | None, typer.Option("--city", help="城市 the city pack: la, chifeng …", show_default="la")
]
Host = Annotated[str | None, typer.Option(help="监听地址 address to listen on")]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="端口 port (8050)")]
AsJson = Annotated[bool, typer.Option("--json", help="机器可读 for machines")]
Limit = Annotated[int, typer.Option(min=1, max=100_000, help="最多几条 at most so many")]


class Format(StrEnum):
    """The format of a replayed file."""

    la311 = "la311"
    boston311 = "boston311"


class Dates(StrEnum):
    """What comes first in the dates of a replayed file."""

    year_first = "year-first"
    day_first = "day-first"
    month_first = "month-first"


def _speed(value: str | None) -> str | None:
    if value is None or value == "max":
        return value
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e6:
        raise typer.BadParameter(f"{value!r} is neither a positive number nor 'max'")
    return value


Speed = Annotated[
    str | None,
    typer.Option(callback=_speed, metavar="N|max", help="倍速 domain seconds per second"),
]


def fail(text: str) -> NoReturn:
    """End the process with code 1; each line of the text is a mistake of its own."""
    for line in text.splitlines() or [""]:
        print(f"gridwall: {' '.join(line.split())}", file=sys.stderr)  # noqa: T201
    sys.exit(1)


class InputFileError(GridwallError):
    """A file given on the command line cannot be read."""


def check_file(file: Path) -> None:
    """Raise :class:`InputFileError` if a file cannot be read or is empty."""
    try:
        with file.open("rb") as opened:
            empty = not opened.read(1)
    except OSError as error:
        raise InputFileError(f"file {file} cannot be read: {error.strerror}") from error
    if empty:
        raise InputFileError(f"file {file} is empty")


def url_of(settings: Settings) -> str:
    """The URL of the Redis that a `redis_session` has found."""
    assert settings.redis_url is not None
    return settings.redis_url


def print_rows(rows: list[dict[str, str]], as_json: bool) -> None:
    """Print a line for each row, or "none" if there are none."""
    import msgspec

    for row in rows:
        if as_json:
            typer.echo(msgspec.json.encode(row))
        else:
            typer.echo("  ".join(f"{name}={value}" for name, value in row.items()))
    if not rows and not as_json:
        typer.echo("无 none")
