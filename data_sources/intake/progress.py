"""Shows how far a long run is on the terminal: share, rate and time left; nothing elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text


class Bars:
    """The bars of one run, one a stage; a context.

    On standard error, so that what a program reads from standard output stays clean; not at all
    where that is no terminal.
    """

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            _Rate(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def stage(self, what: str, total: int, *, data: bool = False) -> Callable[[int], None]:
        """Begin a stage; returns the function that is called with how much of it is done.

        ``data``: it is counted in bytes.
        """
        bar = self._progress.add_task(what, total=total, data=data)
        return lambda done: self._progress.update(bar, completed=done)


class _Rate(ProgressColumn):
    """How many a second: rows or actions, or bytes as MB."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        if speed is None:
            return Text("")
        text = f"{speed / 1e6:,.1f} MB/s" if task.fields.get("data") else f"{speed:,.0f}/s"
        return Text(text, style="progress.data.speed")
