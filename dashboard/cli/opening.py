"""`gridwall open`: any city's file, looked at and counted."""

from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.options import AsJson, check_file

app = typer.Typer()

#: a question must be answered first
_ASKED = 3


@app.command(name="open")
def open_files(
    files: Annotated[list[Path], typer.Argument(help="数据文件 CSV, Excel, JSON, XML; .gz, .zip")],
    mapping: Annotated[
        Path | None, typer.Option("--map", help="映射文件 what the columns are, mapping.toml")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只看不开 look and count, serve nothing")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """打开 Look at any city's files: what their columns are, and what they count."""
    from rich.console import Console

    from dashboard.config.mappings import read_mapping
    from data_sources.intake.cityfile import report
    from data_sources.intake.cityfile.look import look
    from data_sources.intake.progress import Bars
    from data_sources.intake.tables.opening import unpacked

    if not dry_run:
        raise typer.BadParameter("looks and counts only: say --dry-run", param_hint="--dry-run")
    for file in files:
        check_file(file)
    answers = None if mapping is None else read_mapping(mapping)
    with unpacked(files) as tables:
        with Bars() as bars:
            found = look(tables, answers, lambda what, size: bars.stage(what, size, data=True))
        if as_json:
            typer.echo(report.line(found))
        else:
            report.show(found, Console())
    if found.questions:
        raise typer.Exit(_ASKED)
    if found.counts.unreadable:
        raise typer.Exit(1)
