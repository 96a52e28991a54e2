"""Lines of the bench's table and how they are printed."""

from __future__ import annotations

from dataclasses import dataclass

from rich import box
from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Line:
    """One figure: its name, its value, its budget, and the value it is compared with."""

    what: str
    value: float
    unit: str
    #: at most this much; None for a figure without a budget
    most: float | None = None
    #: at least this much
    least: float | None = None
    #: the same figure of plain Dash, or of the other variant, from the same run
    comparison: float | None = None
    compared_with: str = "plain Dash"
    note: str = ""

    @property
    def kept(self) -> bool | None:
        """Whether the budget is kept; None without one."""
        if self.most is None and self.least is None:
            return None
        return not (
            (self.most is not None and self.value > self.most)
            or (self.least is not None and self.value < self.least)
        )

    @property
    def budget(self) -> str:
        if self.most is not None:
            return f"≤ {shown(self.most)}"
        return "" if self.least is None else f"≥ {shown(self.least)}"

    @property
    def ratio(self) -> str:
        """How many times the other one needs (or does, for a rate)."""
        if self.comparison is None or not self.value:
            return ""
        return f"{shown(self.comparison / self.value)} ×"


def shown(value: float) -> str:
    """Three figures that count, thousands with commas."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 1 else f"{value:.2f}".rstrip("0").rstrip(".")


def show(console: Console, groups: list[tuple[str, list[Line]]]) -> None:
    """Print every row's lines."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("what", overflow="fold")
    for name in ("measured", "budget"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    table.add_column("compared with", justify="right", no_wrap=True)
    table.add_column("ratio", justify="right", no_wrap=True)
    for title, lines in groups:
        table.add_row(f"[bold]{title}[/bold]")
        for line in lines:
            mark = {True: "[green]ok[/green]", False: "[red]missed[/red]", None: ""}[line.kept]
            compared = (
                "" if line.comparison is None else f"{line.compared_with} {shown(line.comparison)}"
            )
            what = f"  {line.what}" + (f" [dim]{line.note}[/dim]" if line.note else "")
            table.add_row(
                what, f"{shown(line.value)} {line.unit}", line.budget, mark, compared, line.ratio
            )
        table.add_section()
    console.print(table)
