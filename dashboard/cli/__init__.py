"""The `gridwall` command: one module for each group of sub-commands.

Exit codes: 0 done, 1 failed (a clear line on stderr for each mistake), 2 wrong use. A command
imports what it needs when it runs, so that `--help` is quick and a broken part breaks only itself.
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
    city,
    devices,
    feeding,
    looking,
    losing,
    notify,
    opening,
    people,
    running,
    scenes,
    steering,
    voiding,
)
from dashboard.cli.options import fail
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
    opening,
    looking,
    losing,
    asking,
    briefs,
    checking,
    archiving,
    voiding,
    devices,
    people,
    notify,
    steering,
    scenes,
    city,
):
    app.add_typer(_part.app)


def main(argv: list[str] | None = None) -> Any:
    """Run the command line; ends the process on errors."""
    # late: `--help` needs neither
    from dashboard.config import logs, redact
    from data_sources.errors import RedisDown

    redact.install()
    # stdout holds a command's answer alone, so logs go to stderr
    logs.configure()
    try:
        app(args=argv)
    except GridwallError as error:
        fail(str(error))
    except RedisDown as error:
        fail(f"Redis does not answer: {error}")
    except BrokenPipeError:
        # The reader of our output has closed it; keep Python from complaining about that at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
