"""The `gridwall` command: one sub-command for each part.

Exit codes: 0 done, 1 failed (one clear line on stderr), 2 wrong use. A part's module is imported
when its command runs, so that `--help` is quick and a broken part breaks only itself.
"""

import os
import sys
from typing import Annotated, Any

import typer

import dashboard
from dashboard.cli import (
    archiving,
    asking,
    briefs,
    checking,
    devices,
    feeding,
    looking,
    people,
    running,
    scenes,
    steering,
)
from dashboard.errors import GridwallError

app = typer.Typer(
    name="gridwall",
    help="Gridwall 网格化城市管理实时大屏: a real-time wall over Redis.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="版本 show the version")] = False,
) -> None:
    if version:
        typer.echo(dashboard.__version__)
        raise typer.Exit


for _part in (
    running,
    feeding,
    looking,
    asking,
    briefs,
    checking,
    archiving,
    devices,
    people,
    steering,
    scenes,
):
    app.add_typer(_part.app)


def main(argv: list[str] | None = None) -> Any:
    """The console command."""
    # late: `--help` needs neither
    import structlog

    from data_sources.errors import RedisDown

    # what a command prints is its answer; what it logs on the way goes beside it
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    try:
        app(args=argv)
    except GridwallError as error:
        _fail(str(error))
    except RedisDown as error:
        _fail(f"Redis does not answer: {error}")
    except BrokenPipeError:
        # Whoever read our output has gone; Python must not complain about it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _fail(text: str) -> None:
    # a file may have several mistakes, each a line of its own
    for line in text.splitlines() or [""]:
        print(f"gridwall: {' '.join(line.split())}", file=sys.stderr)  # noqa: T201
    sys.exit(1)
